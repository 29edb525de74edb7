package dev.sluice.runner.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.sdk.ParallelSteps.StepHandle;
import dev.sluice.sdk.RunContext;
import dev.sluice.sdk.StepFailedException;
import dev.sluice.v1.EndEntry;
import dev.sluice.v1.JournalRecord;
import dev.sluice.v1.RunStatus;
import dev.sluice.v1.StepEntry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random programs of steps in parallel, steps one after the other, waits and checkpoints, which
 * lose their worker at each record of their journals. What the code learned once, it learns again.
 */
final class ParallelProgramsTest {
  private static final int CALLS = 14;
  private static final int MOST_EPOCHS = 40;

  private final Set<String> executed = ConcurrentHashMap.newKeySet();
  private final Map<String, String> keys = new ConcurrentHashMap<>();

  static LongStream seeds() {
    long one = Long.getLong("simulation.seed", -1);
    return one < 0 ? LongStream.range(0, 60) : LongStream.of(one);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  @Timeout(60)
  void endAsTheirJournalsSayWhereverTheirWorkersDie(long seed) {
    int positions = positions(playedWithLossAt(seed, Integer.MAX_VALUE, false));
    for (int lost = 0; lost < positions; lost++) {
      for (boolean written : new boolean[] {false, true}) {
        playedWithLossAt(seed, lost, written);
      }
    }
  }

  private static int positions(OneRunGate gate) {
    return (int) gate.records().stream().filter(one -> one.getSeq() > 0).count() - 1;
  }

  /** Executes a program whose worker does not learn what came of one append. */
  private OneRunGate playedWithLossAt(long seed, int lost, boolean written) {
    keys.clear();
    var gate = new OneRunGate(TestAgent.of(run -> new Program(run, seed).execute()));
    if (lost < Integer.MAX_VALUE) {
      gate.journal().loseAppend(lost, written);
    }
    var what = "seed %d, append %d lost%s".formatted(seed, lost, written ? ", and written" : "");
    var output = untilEnd(gate, what);
    var codes = new TreeSet<Integer>();
    for (var record : gate.records()) {
      if (record.getEntry() instanceof StepEntry && !codes.add(code(record))) {
        throw new AssertionError(what + ": two records of position " + code(record));
      }
    }

    assertThat(epoch(gate, what)).as("%s, replayed", what).isInstanceOf(EndEntry.class);
    assertThat(executed).as("%s, replayed", what).isEmpty();
    assertThat(output(gate)).as("%s, replayed", what).isEqualTo(output);
    return gate;
  }

  private String untilEnd(OneRunGate gate, String what) {
    for (int i = 0; i < MOST_EPOCHS; i++) {
      if (epoch(gate, what) instanceof EndEntry end) {
        assertThat(end.getStatus()).as("%s: %s", what, end).isEqualTo(RunStatus.SUCCEEDED);
        return output(gate);
      }
    }
    throw new AssertionError(what + ": it does not end");
  }

  private Object epoch(OneRunGate gate, String what) {
    var journaled =
        gate.records().stream()
            .map(JournalRecord::getEntry)
            .filter(StepEntry.class::isInstance)
            .map(entry -> ((StepEntry) entry).getName())
            .collect(Collectors.toSet());
    executed.clear();
    var end = gate.epoch();
    assertThat(executed.stream().filter(journaled::contains)).as("%s: again", what).isEmpty();
    return end;
  }

  private static int code(JournalRecord record) {
    var code = record.getCodePosition();
    return code == null ? record.getSeq() : code;
  }

  private static String output(OneRunGate gate) {
    var end = (EndEntry) gate.end();
    return StandardCharsets.UTF_8.decode(end.getOutput().duplicate()).toString();
  }

  /** Whatever it learns goes into the names of what it does next: another order is a mismatch. */
  private final class Program {
    private final RunContext run;
    private final long seed;
    private final List<String> learned = new ArrayList<>();
    private final List<StepHandle<String>> open = new ArrayList<>();

    Program(RunContext run, long seed) {
      this.run = run;
      this.seed = seed;
    }

    record State(int next, List<String> learned) {}

    String execute() {
      var state = run.restore(State.class).orElse(new State(0, List.of()));
      learned.addAll(state.learned());
      for (int call = state.next(); call < CALLS; call++) {
        make(call, new SplittableRandom(seed * 1_000 + call));
      }
      while (!open.isEmpty()) {
        learnAny(open);
      }
      learned.add(run.now().toString());
      return learned.toString();
    }

    private void make(int call, SplittableRandom random) {
      switch (random.nextInt(10)) {
        case 0, 1, 2, 3 -> open.add(start(name("p", call), random.nextInt(60)));
        case 4 -> learned.add(run.step(name("s", call), String.class, () -> body("s" + call, 0)));
        case 5 -> learnAny(some(random));
        case 6 -> learnAll(some(random));
        case 7 -> learned.add(run.now() + " " + run.random().nextInt(1_000));
        case 8 -> learned.add("" + run.version("change-" + call));
        default -> pause(call, random.nextBoolean());
      }
    }

    private String name(String kind, int call) {
      return kind + call + "-" + Integer.toHexString(learned.hashCode());
    }

    private StepHandle<String> start(String name, int turns) {
      return run.stepAsync(
          name,
          String.class,
          () -> {
            var key = run.idempotencyKey(name);
            executed.add(name);
            var before = keys.putIfAbsent(name, key);
            assertThat(key).as("the key of %s", name).isEqualTo(before == null ? key : before);
            return body(name, turns);
          });
    }

    private static void spin(int turns) {
      for (int i = 0; i < 300 * turns; i++) {
        Thread.onSpinWait();
      }
    }

    private String body(String name, int turns) {
      spin(turns);
      if (name.startsWith("p") && turns % 4 == 0) {
        throw new IllegalStateException(name + " never works");
      }
      return name;
    }

    private List<StepHandle<String>> some(SplittableRandom random) {
      return open.stream().filter(one -> random.nextInt(3) > 0).toList();
    }

    private void learnAny(Collection<StepHandle<String>> steps) {
      if (!steps.isEmpty()) {
        var first = run.<String>awaitAny(steps);
        open.remove(first);
        try {
          learned.add("first " + run.await(first));
        } catch (StepFailedException e) {
          learned.add("first " + e.getMessage());
        }
      }
    }

    private void learnAll(Collection<StepHandle<String>> steps) {
      try {
        learned.addAll(run.<String>awaitAll(steps));
        open.removeAll(new HashSet<>(steps));
      } catch (StepFailedException e) {
        learned.add(e.getMessage());
        open.removeIf(one -> one.name().equals(e.step()));
      }
    }

    private void pause(int call, boolean toSleep) {
      if (!open.isEmpty()) {
        spin(3);
      } else if (toSleep) {
        run.sleep(Duration.ofMinutes(1));
      } else {
        run.checkpoint(new State(call + 1, learned));
      }
    }
  }
}
