package dev.sluice.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.admission.journal.JournalEntry;
import dev.sluice.admission.port.Cause;
import dev.sluice.admission.port.GateEffect;
import dev.sluice.admission.port.GateEvent;
import dev.sluice.admission.run.Failure;
import dev.sluice.admission.run.Incarnation;
import dev.sluice.admission.run.Needs;
import dev.sluice.admission.run.Origin;
import dev.sluice.admission.run.Outcome;
import dev.sluice.admission.run.RunKey;
import dev.sluice.admission.run.RunSpec;
import dev.sluice.admission.settings.GateSettings;
import dev.sluice.admission.settings.Plan;
import dev.sluice.admission.worker.Abilities;
import dev.sluice.contract.JournalFormats;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Four workers are replaced one after the other by workers with newer code, under hundreds of open
 * runs. Code that executes a run which it cannot replay ends it as DEAD, as a worker's does.
 */
final class RollingChangeTest {
  private static final int RUNS = 500;
  private static final int WORKERS = 4;
  private static final int SLOTS = 16;
  private static final int POSITIONS = 6;
  private static final int MOST_TURNS = 20_000;

  /** An epoch on a worker. */
  private static final class Epoch {
    private final GateEffect.Dispatch dispatch;
    private int seq;

    private Epoch(GateEffect.Dispatch dispatch) {
      this.dispatch = dispatch;
      seq = dispatch.journal().next();
    }
  }

  private static final class Runner {
    private final Incarnation name;
    private final List<String> versions;
    private final Set<Integer> partitions = new TreeSet<>();
    private final TreeMap<RunKey, Epoch> epochs = new TreeMap<>();
    private long heartbeats;

    private Runner(String name, List<String> versions) {
      this.name = new Incarnation(name);
      this.versions = versions;
    }
  }

  private static final GateSettings SETTINGS =
      new GateSettings(
          Set.of("default"),
          Map.of("free", Plan.ofCap(1_000)),
          30_000,
          300_000,
          64,
          360_000,
          86_400_000,
          30 * 86_400_000L,
          10_000,
          86_400_000);

  private final MemoryLog log = new MemoryLog();
  private final Gate gate = Gate.restore(SETTINGS, log, log, log, "test");
  private final List<Runner> runners = new ArrayList<>();
  private final List<Queue<GateEffect.Dispatch>> partitions = new ArrayList<>();
  private final Map<Outcome, Integer> ended = new HashMap<>();
  private int submitted;
  private int goneOn;
  private int keptFromOldCode;
  private int returned;
  private boolean isRolling;
  private long offset;
  private long nowMs = 1_000_000;

  static java.util.stream.LongStream seeds() {
    return java.util.stream.LongStream.range(0, 30);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void noRunDies(long seed) {
    var random = new SplittableRandom(seed);
    for (int number = 0; number < WORKERS; number++) {
      partitions.add(new ArrayDeque<>());
      runners.add(new Runner("old" + number + ".1", List.of("1")));
      runners.get(number).partitions.add(number);
    }
    submitAndWork(random, 400);
    for (int number = 0; number < WORKERS; number++) {
      replace(number);
      isRolling = number < WORKERS - 1;
      submitAndWork(random, 150);
    }
    for (int turn = 0; turn < MOST_TURNS && ended() < RUNS; turn++) {
      turn(random);
    }

    assertThat(ended).isEqualTo(Map.of(Outcome.SUCCEEDED, RUNS));
    assertThat(goneOn).as("runs of the old code that went on with the new").isPositive();
    assertThat(keptFromOldCode).as("runs that old workers could not take").isPositive();
    assertThat(returned).as("only what lay in a partition that went over").isLessThan(64 * WORKERS);
  }

  private int ended() {
    return ended.values().stream().mapToInt(Integer::intValue).sum();
  }

  private void submitAndWork(SplittableRandom random, int turns) {
    for (int i = 0; i < turns; i++) {
      if (submitted < RUNS && random.nextInt(3) > 0) {
        var run = new RunKey("acme", "r" + submitted++);
        read("runs", new GateEvent.Submitted(run, RunSpec.of("agent"), origin()));
      }
      turn(random);
    }
  }

  private void turn(SplittableRandom random) {
    nowMs += random.nextInt(40);
    if (random.nextInt(20) == 0) {
      read("progress", new GateEvent.Tick("clock", nowMs));
    }
    var runner = runners.get(random.nextInt(WORKERS));
    answer(runner);
    for (int i = 0; i < 4 && !runner.epochs.isEmpty(); i++) {
      var runs = List.copyOf(runner.epochs.values());
      work(runner, runs.get(random.nextInt(runs.size())), random);
    }
    beat(runner);
  }

  // --- workers

  private void beat(Runner runner) {
    var abilities = new Abilities(Map.of("agent", runner.versions), JournalFormats.NEWEST);
    read(
        "progress",
        new GateEvent.Heartbeat(
            runner.name,
            ++runner.heartbeats,
            Map.of("default", Set.copyOf(runner.partitions)),
            Set.of("agent"),
            SLOTS,
            SLOTS - runner.epochs.size(),
            null,
            Set.of(),
            abilities));
  }

  private void answer(Runner runner) {
    for (int partition : runner.partitions) {
      var waiting = partitions.get(partition);
      while (!waiting.isEmpty()) {
        answer(runner, waiting.remove());
      }
    }
  }

  private void answer(Runner runner, GateEffect.Dispatch dispatch) {
    var versions = dispatch.journal().needs().versions();
    boolean fits = runner.versions.containsAll(versions);
    boolean isClaimed = fits && runner.epochs.size() < SLOTS;
    returned += fits ? 0 : 1;
    if (isClaimed) {
      runner.epochs.put(dispatch.run().key(), new Epoch(dispatch));
      goneOn += runner.versions.size() > 1 && versions.equals(List.of("1")) ? 1 : 0;
    }
    var answer =
        isClaimed
            ? GateEvent.Answer.CLAIM
            : fits ? GateEvent.Answer.RETURN_NO_SLOT : GateEvent.Answer.RETURN_NO_AGENT;
    var run = dispatch.run();
    read(
        "claims",
        new GateEvent.Answered(run.key(), run.epoch(), answer, runner.name, runner.heartbeats));
  }

  private void work(Runner runner, Epoch epoch, SplittableRandom random) {
    if (epoch.seq > POSITIONS) {
      last(runner, epoch, new JournalEntry.End(Outcome.SUCCEEDED, null, Map.of()));
    } else if (random.nextInt(3) == 0) {
      last(runner, epoch, new JournalEntry.Pause(random.nextInt(500), "pause", Map.of()));
    } else {
      journal(runner, epoch, new JournalEntry.Step(Map.of()));
      epoch.seq++;
    }
  }

  private void last(Runner runner, Epoch epoch, JournalEntry entry) {
    runner.epochs.remove(epoch.dispatch.run().key());
    journal(runner, epoch, entry);
  }

  private void journal(Runner runner, Epoch epoch, JournalEntry entry) {
    boolean fits = runner.versions.containsAll(epoch.dispatch.journal().needs().versions());
    var written =
        fits
            ? entry
            : new JournalEntry.End(Outcome.DEAD, Failure.of("StepMismatch", "test"), Map.of());
    var needs = Needs.of(runner.versions.getFirst(), JournalFormats.IN_ORDER);
    var run = epoch.dispatch.run();
    read(
        "journal",
        new GateEvent.Journaled(
            run.key(), run.epoch(), runner.name, epoch.seq, 10, written, needs));
  }

  /** A worker drains, and another one with newer code takes its partition over. */
  private void replace(int number) {
    var old = runners.get(number);
    var held = Set.copyOf(old.partitions);
    old.partitions.clear();
    beat(old);
    for (var epoch : List.copyOf(old.epochs.values())) {
      last(old, epoch, new JournalEntry.Stopped(JournalEntry.StopReason.DRAIN, Map.of()));
    }
    read("progress", new GateEvent.Gone(old.name, old.name.value()));
    var next = new Runner("new" + number + ".1", List.of("2", "1"));
    next.partitions.addAll(held);
    runners.set(number, next);
    beat(next);
  }

  // --- the gate

  private Origin origin() {
    return new Origin(nowMs, 0, offset);
  }

  private void read(String topic, GateEvent event) {
    MemoryLog.apply(gate, event, new Cause(topic, 0, offset++, nowMs)).forEach(this::follow);
  }

  private void follow(GateEffect effect) {
    switch (effect) {
      case GateEffect.AppendInput input -> read("journal", new GateEvent.InputRead(input.run()));
      case GateEffect.AppendFence fence ->
          read("journal", new GateEvent.FenceRead(fence.run(), fence.epoch()));
      case GateEffect.Dispatch dispatch -> dispatched(dispatch);
      case GateEffect.Complete complete -> ended.merge(complete.outcome(), 1, Integer::sum);
      default -> {}
    }
  }

  private void dispatched(GateEffect.Dispatch dispatch) {
    var versions = dispatch.journal().needs().versions();
    var owner =
        runners.stream()
            .filter(one -> one.partitions.contains(dispatch.partition()))
            .findFirst()
            .orElse(null);
    assertThat(Objects.requireNonNull(owner, "nobody holds it").versions)
        .as("what the worker can replay that the gate chose for %s", dispatch.run().key())
        .containsAll(versions);
    keptFromOldCode += isRolling && versions.contains("2") ? 1 : 0;
    partitions.get(dispatch.partition()).add(dispatch);
  }
}
