package dev.sluice.testkit.world;

import dev.sluice.admission.Gate;
import dev.sluice.admission.port.Cause;
import dev.sluice.admission.port.GateEffect;
import dev.sluice.admission.port.GateEvent;
import dev.sluice.admission.run.Incarnation;
import dev.sluice.admission.run.Origin;
import dev.sluice.admission.run.RunKey;
import dev.sluice.admission.settings.GateSettings;
import dev.sluice.admission.settings.Plan;
import dev.sluice.admission.worker.Abilities;
import dev.sluice.runner.execution.StopKind;
import dev.sluice.runner.io.JournalAppender;
import dev.sluice.topology.gate.inbound.Inbound;
import dev.sluice.topology.gate.inbound.JournalEntries;
import dev.sluice.topology.gate.inbound.Specs;
import dev.sluice.topology.gate.outbound.DispatchRecords;
import dev.sluice.topology.gate.outbound.EffectWriter;
import dev.sluice.topology.gate.outbound.SignalRecords;
import dev.sluice.v1.CommandKind;
import dev.sluice.v1.FenceEntry;
import dev.sluice.v1.InputEntry;
import dev.sluice.v1.JournalRecord;
import dev.sluice.v1.RunCommand;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * A gate as it decides, a worker as it executes, and the log between them in memory. Time stands
 * still while anything can be done, and then goes on to when the next thing happens, so that what
 * an agent sees of it is the same in each world of one scenario.
 */
public final class World implements JournalAppender {
  /** When each world begins. */
  public static final Instant BEGIN = Instant.parse("2030-01-01T00:00:00Z");

  private static final int SLOTS = 1_000;
  private static final int MOST_EPOCHS = 10_000;
  private static final int MOST_IDLE_SECONDS = 120;
  private static final GateSettings DEFAULTS = GateSettings.defaults();

  /** A record that the gate has not read. */
  private record Unread(String topic, long offset, Inbound in) {}

  private final Scenario scenario;
  private final Fate fate;
  private final Bodies bodies;
  private final Schedule schedule;
  private final Set<String> pools;
  private final Gate gate;
  private final Epochs epochs;
  private final MemoryJournal journal = new MemoryJournal();
  private final Queue<Unread> unread = new ArrayDeque<>();
  private final Queue<Scenario.Sent> script;
  private final Map<String, Ended> ends = new HashMap<>();
  private final List<String> mistakes = new ArrayList<>();
  private Life life = new Life(1);
  private int lives = 1;
  private int appended;
  private int executed;
  private int idleSeconds;
  private long offset;
  private long nowMs = BEGIN.toEpochMilli();
  private String fated = "";

  private World(Scenario scenario, Fate fate, Bodies bodies, Schedule schedule) {
    this.scenario = scenario;
    this.fate = fate;
    this.bodies = bodies;
    this.schedule = schedule;
    this.script = new ArrayDeque<>(scenario.script());
    this.pools = new HashSet<>(scenario.pools());
    this.pools.add("default");
    var state = new MemoryState();
    this.gate = Gate.restore(settings(), state, state, state, "test");
    this.epochs = new Epochs(scenario.agents(), this, journal, bodies, around());
  }

  private Epochs.Around around() {
    return new Epochs.Around() {
      @Override
      public Life life() {
        return life;
      }

      @Override
      public long nowMs() {
        return nowMs;
      }

      @Override
      public void mistaken(String what) {
        mistakes.add(what);
      }
    };
  }

  private GateSettings settings() {
    return new GateSettings(
        pools,
        Map.of("free", Plan.ofCap(SLOTS)),
        DEFAULTS.leaseTtlMs(),
        DEFAULTS.agentWaitMs(),
        DEFAULTS.maxUnanswered(),
        DEFAULTS.unansweredMs(),
        DEFAULTS.defaultMaxDurationMs(),
        DEFAULTS.deadKeptMs(),
        DEFAULTS.maxLiveRuns(),
        DEFAULTS.liveRepeatMs());
  }

  /** Plays a scenario to its end, executing the bodies of its steps. */
  public static History play(Scenario scenario) {
    return new World(scenario, Fate.NONE, Bodies.executed(), Schedule.ofClaims()).toEnd();
  }

  /** Plays the scenario of {@code first} again, with bodies that do what they did there. */
  public static History again(History first, Fate fate) {
    var schedule = first.schedule().repeated();
    var world = new World(first.scenario(), fate, first.bodies().repeated(), schedule);
    try {
      return world.toEnd();
    } catch (AssertionError e) {
      var place = fate.kind().text() + " " + world.fated;
      throw new AssertionError(place + ": " + e.getMessage(), e);
    }
  }

  // --- from the submission to the end of all

  private History toEnd() {
    heartbeat();
    submit();
    do {
      readAll();
      if (life.size() > 0) {
        execute();
      } else if (gate.liveRuns() > 0) {
        passTime();
      }
    } while (gate.liveRuns() > 0 || life.size() > 0 || !unread.isEmpty());
    var noted = new History.Noted(appended, fated, mistakes, epochs.emitted());
    return new History(scenario, bodies, schedule, journal, ends, noted);
  }

  private void execute() {
    if (++executed > MOST_EPOCHS) {
      throw new AssertionError(
          "the run has not ended after " + MOST_EPOCHS + " epochs of it and its children");
    }
    life.executeFirst(schedule);
    if (life.isDead()) {
      var gone = new GateEvent.Gone(life.incarnation(), "test");
      life = new Life(++lives);
      write("progress", gone);
      heartbeat();
    }
  }

  /** Nothing can be done now. */
  private void passTime() {
    long sentMs =
        script.isEmpty() ? Long.MAX_VALUE : BEGIN.plus(script.element().after()).toEpochMilli();
    long nextMs = Math.min(gate.nextTimerMs().orElse(Long.MAX_VALUE), sentMs);
    if (nextMs != Long.MAX_VALUE) {
      idleSeconds = 0;
      nowMs = Math.max(nowMs + 1, nextMs);
    } else if (++idleSeconds <= MOST_IDLE_SECONDS) {
      nowMs += 1_000; // such as until the gate notices that no worker has an agent
    } else {
      throw new AssertionError("the run waits for what never comes");
    }
    while (!script.isEmpty() && !BEGIN.plus(script.element().after()).isAfter(now())) {
      send(script.remove());
    }
    heartbeat();
    write("progress", new GateEvent.Tick("test", nowMs - BEGIN.toEpochMilli(), true, true));
  }

  private Instant now() {
    return Instant.ofEpochMilli(nowMs);
  }

  // --- what users and the worker send

  private RunKey root() {
    return new RunKey(scenario.submission().getTenant(), scenario.submission().getRunId());
  }

  private void submit() {
    var submission = scenario.submission();
    var event = new GateEvent.Submitted(root(), Specs.of(submission), new Origin(nowMs, 0, offset));
    unread.add(new Unread("runs", offset++, Inbound.of(event, submission)));
  }

  private void send(Scenario.Sent sent) {
    boolean cancels = sent.signal() == null;
    var command =
        RunCommand.newBuilder()
            .setCommandId("command-" + offset)
            .setTenant(root().tenant())
            .setRunId(root().id())
            .setKind(cancels ? CommandKind.CANCEL : CommandKind.SIGNAL)
            .setName(sent.signal())
            .setPayload(sent.payload())
            .build();
    var event =
        new GateEvent.Commanded(
            root(),
            command.getCommandId(),
            cancels ? GateEvent.CommandKind.CANCEL : GateEvent.CommandKind.SIGNAL,
            cancels ? "" : Objects.requireNonNull(sent.signal()),
            new Origin(nowMs, 0, offset));
    unread.add(new Unread("commands", offset++, Inbound.of(event, command)));
  }

  private void heartbeat() {
    Map<String, Set<Integer>> partitions = new HashMap<>();
    pools.forEach(pool -> partitions.put(pool, Set.of(0)));
    write(
        "progress",
        new GateEvent.Heartbeat(
            life.incarnation(),
            life.nextHeartbeat(),
            partitions,
            epochs.agents(),
            SLOTS,
            SLOTS - life.size(),
            null,
            Set.of(),
            Abilities.UNSAID));
  }

  private void write(String topic, GateEvent event) {
    unread.add(new Unread(topic, offset++, Inbound.of(event)));
  }

  // --- the worker's journal records

  @Override
  public synchronized CompletableFuture<Long> append(JournalRecord record, int partition) {
    if (life.isDead() || !record.getIncarnation().equals(life.name().incarnation())) {
      return CompletableFuture.completedFuture(nowMs);
    }
    appended++;
    if (fate.at() == appended) {
      fated = Entries.text(record);
    }
    if (fate.isAt(appended, Fate.Kind.DIES_BEFORE)) {
      life.die();
      return CompletableFuture.completedFuture(nowMs);
    }
    keep(record);
    if (fate.isAt(appended, Fate.Kind.DIES_AFTER)) {
      life.die();
    } else {
      readAll();
    }
    var epoch = life.epoch(key(record));
    if (fate.isAt(appended, Fate.Kind.DRAINS_AFTER) && epoch != null) {
      epoch.stop(StopKind.DRAIN);
    }
    return CompletableFuture.completedFuture(nowMs);
  }

  private static RunKey key(JournalRecord record) {
    return new RunKey(record.getTenant(), record.getRunId());
  }

  private void keep(JournalRecord record) {
    var event =
        new GateEvent.Journaled(
            key(record),
            record.getEpoch(),
            new Incarnation(record.getIncarnation()),
            record.getSeq(),
            Entries.bytes(record),
            JournalEntries.of(record.getEntry()),
            JournalEntries.needs(record));
    keep(record, Inbound.of(event, record));
    bodies.journaled(record);
    schedule.journaled(record);
  }

  private void keep(JournalRecord record, Inbound in) {
    unread.add(new Unread("journal", journal.add(record, nowMs), in));
  }

  // --- the gate

  private void readAll() {
    for (var next = unread.poll(); next != null; next = unread.poll()) {
      read(next);
    }
  }

  private void read(Unread record) {
    var cause = new Cause(record.topic(), 0, record.offset(), nowMs);
    var source = new EffectWriter.Source(cause, null, null, new RecordHeaders(), record.in());
    var effects = new ArrayList<GateEffect>();
    gate.apply(
        Objects.requireNonNull(record.in().event()), cause, turn -> () -> effects.addAll(turn));
    effects.forEach(effect -> follow(effect, source));
  }

  private void follow(GateEffect effect, EffectWriter.Source source) {
    switch (effect) {
      case GateEffect.AppendInput input -> {
        var entry = new InputEntry(EffectWriter.submission(source), input.origin().appendMs());
        append(input.run(), 0, entry, new GateEvent.InputRead(input.run()));
      }
      case GateEffect.AppendFence fence ->
          append(
              fence.run(),
              fence.epoch(),
              new FenceEntry(fence.reason()),
              new GateEvent.FenceRead(fence.run(), fence.epoch()));
      case GateEffect.AppendSignal signal ->
          append(
              signal.run(),
              0,
              SignalRecords.of(signal, source),
              new GateEvent.SignalRead(signal.run(), signal.name(), signal.number()));
      case GateEffect.Dispatch dispatch -> claim(dispatch, source);
      case GateEffect.Control control -> control(control);
      case GateEffect.Complete complete ->
          ends.put(complete.run().id(), Ended.of(complete, source.in().journal()));
      case GateEffect.DeadLetterRecord letter ->
          throw new AssertionError("the gate cannot take a record: " + letter.reason());
      case GateEffect.DeadLetterState letter ->
          throw new AssertionError("the gate cannot read its state: " + letter.damage());
      // What compaction, other partitions and people are told changes nothing here.
      case GateEffect.Forget forget -> {}
      case GateEffect.ForgetSignal forget -> {}
      case GateEffect.Tombstone tombstone -> {}
      case GateEffect.Park park -> {}
      case GateEffect.Reroute reroute -> {}
      case GateEffect.RestoreTenant restore -> {}
      case GateEffect.RestoreSetting restore -> {}
      case GateEffect.RereadTenant reread -> {}
      case GateEffect.DeadLetterRun dead -> {}
      case GateEffect.Decide decide -> {}
    }
  }

  private void append(RunKey run, int epoch, Object entry, GateEvent readBack) {
    keep(
        new JournalRecord(run.tenant(), run.id(), epoch, "gate", 0, "", entry, null),
        Inbound.of(readBack));
  }

  private void claim(GateEffect.Dispatch dispatch, EffectWriter.Source source) {
    if (life.isDead()) {
      return; // its fence follows
    }
    var run = dispatch.run();
    life.claim(run.key(), epochs.of(DispatchRecords.of(dispatch, source)));
    write(
        "claims",
        new GateEvent.Answered(
            run.key(), run.epoch(), GateEvent.Answer.CLAIM, life.incarnation(), life.heartbeats()));
  }

  private void control(GateEffect.Control control) {
    var epoch = control.worker().equals(life.incarnation()) ? life.epoch(control.run()) : null;
    if (epoch != null) {
      epoch.stop(
          switch (control.kind()) {
            case CANCEL -> StopKind.CANCEL;
            case TIMEOUT -> StopKind.TIMEOUT;
            case REVOKE -> StopKind.REVOKED;
          });
    }
  }
}
