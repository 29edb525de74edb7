package dev.sluice.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.admission.journal.JournalEntry;
import dev.sluice.admission.port.Damage;
import dev.sluice.admission.port.GateEffect;
import dev.sluice.admission.port.GateEvent;
import dev.sluice.admission.rules.EarlyCommands;
import dev.sluice.admission.run.Needs;
import dev.sluice.admission.run.Origin;
import dev.sluice.admission.run.Phase;
import dev.sluice.admission.run.Run;
import dev.sluice.admission.run.RunKey;
import dev.sluice.admission.run.TreeLimits;
import dev.sluice.admission.run.Wait;
import dev.sluice.admission.settings.GateSettings;
import dev.sluice.admission.settings.Limits;
import dev.sluice.admission.settings.Plan;
import dev.sluice.admission.settings.Setting;
import dev.sluice.admission.settings.SettingKey;
import dev.sluice.admission.settings.SettingsBook;
import dev.sluice.admission.settings.TenantSettings;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

/**
 * A cluster in one thread: topics, workers and two gates fed with the same records, of which one is
 * restarted now and then and must decide what the other decides (I9).
 */
final class SimulatedWorld {
  static final TreeLimits.Bounds BOUNDS = new TreeLimits.Bounds(4, 2, 7);
  static final GateSettings GATE =
      new GateSettings(
          Set.of("default"),
          Map.of(
              "free", plan(2),
              "pro", plan(20)),
          6_000,
          10_000,
          8,
          360_000,
          86_400_000,
          30 * 86_400_000L,
          18,
          3_000);
  static final int PARTITIONS = 4;
  private static final List<String> TOPICS =
      List.of("runs", "commands", "tenants", "settings", "claims", "progress", "journal");

  /** Everything that the gate has read, in its order. */
  final List<SimulatedLog.Entry> history = new ArrayList<>();

  final SplittableRandom random;
  final SimulationChecks checks = new SimulationChecks();
  final LiveChecks live = new LiveChecks();
  final QuotaChecks quotas = new QuotaChecks(GATE.maxLiveRuns());
  final List<SimulatedWorker> workers = new ArrayList<>();
  long nowMs = 1_000_000;

  /** Called before the gate reads a record. */
  Runnable beforeRecord = () -> {};

  /** Called when it has decided on it. */
  Runnable afterRecord = () -> {};

  /** What is made of the gate's effects before anybody sees them. */
  UnaryOperator<GateEffect> mutation = effect -> effect;

  /** The same for all effects of a record. */
  BiFunction<GateEvent, List<GateEffect>, List<GateEffect>> mutations = (event, effects) -> effects;

  private final Map<String, SimulatedLog> logs = new HashMap<>();
  private final List<List<GateEffect.Dispatch>> dispatches = new ArrayList<>();
  private final int[] committed = new int[PARTITIONS];
  private final MemoryLog steadyLog = new MemoryLog();
  private final MemoryLog shakenLog = new MemoryLog();
  private final boolean isFaulty;
  private Gate steady = restore(steadyLog);
  private Gate shaken = restore(shakenLog);
  private long lastTickMs;
  private int clock;
  private long origins;
  private long readOffset;
  private Origin readOrigin = new Origin(0, 0, 0);

  /** Suspects that were handed out. */
  int suspects;

  /** Limits that replaced those that were expected. */
  int replaced;

  /** Whether code that is told to stop may go on. */
  boolean bodiesMayLinger = true;

  SimulatedWorld(long seed) {
    this(seed, false);
  }

  /**
   * @param isFaulty whether the gate's code is made to fail; there is no second gate then, as it
   *     would fail elsewhere
   */
  SimulatedWorld(long seed, boolean isFaulty) {
    this.isFaulty = isFaulty;
    random = new SplittableRandom(seed);
    TOPICS.forEach(topic -> logs.put(topic, new SimulatedLog(topic)));
    for (int partition = 0; partition < PARTITIONS; partition++) {
      dispatches.add(new ArrayList<>());
    }
  }

  private static Gate restore(MemoryLog log) {
    return Gate.restore(GATE, log, log, log, "simulation");
  }

  void append(String topic, GateEvent event) {
    log(topic).append(event, nowMs);
  }

  private SimulatedLog log(String topic) {
    return java.util.Objects.requireNonNull(logs.get(topic));
  }

  void restartGate() {
    if (isFaulty) {
      steady = restore(steadyLog);
    } else {
      shaken = restore(shakenLog);
    }
  }

  /** Restarts the gate with an entry of its state that cannot be read. */
  void restartGateDamaged() {
    var damage = steadyLog.damageOne(random);
    checks.damaged(damage);
    checks.deploys.damaged();
    switch (damage.place()) {
      case SETTING, PACE, CLOCK -> checks.brakes.damaged();
      default -> {}
    }
    if (damage.place() == Damage.Place.SETTING) {
      checks.lost(SettingKey.parse(damage.name()));
    }
    steady = restore(steadyLog);
  }

  /** What turns did to runs. */
  Set<MemoryLog.Move> moves() {
    return steadyLog.moves;
  }

  void changeClock() {
    clock++;
  }

  void pass(long ms) {
    nowMs += ms;
    workers.stream().filter(SimulatedWorker::acts).forEach(this::lookAtDeadlines);
    if (nowMs - lastTickMs >= 1_000) {
      lastTickMs = nowMs;
      boolean inputsRead = !log("runs").hasNext();
      boolean settingsRead = !log("settings").hasNext();
      append("progress", new GateEvent.Tick("clock-" + clock, nowMs, inputsRead, settingsRead));
    }
  }

  /** The worker stops what it may no longer count on; what does not stop ends its process. */
  void lookAtDeadlines(SimulatedWorker worker) {
    if (worker.isPastDeadlineOf(worker.stuck, nowMs)) {
      worker.die();
    }
    worker.pastDeadline(nowMs).forEach(run -> stop(worker, run, JournalEntry.StopReason.DEADLINE));
  }

  // --- the gate

  boolean readOne() {
    var ready = TOPICS.stream().filter(topic -> log(topic).hasNext()).toList();
    if (ready.isEmpty()) {
      return false;
    }
    var entry = log(ready.get(random.nextInt(ready.size()))).next();
    history.add(entry);
    var before = limitsOf(entry.event());
    var quota = quotas.before(entry.event(), steadyLog.runs.values(), this::limits);
    beforeRecord.run();
    var effects = withoutStart(MemoryLog.apply(steady, entry.event(), entry.cause()));
    afterRecord.run();
    if (!isFaulty) {
      assertThat(withoutStart(MemoryLog.apply(shaken, entry.event(), entry.cause())))
          .as("I9: a restarted gate decides the same on %s", entry)
          .isEqualTo(effects);
    }
    effects = mutations.apply(entry.event(), effects.stream().map(mutation).toList());
    effects.forEach(SimulatedWorld::checkOnlyPlantedFailures);
    quota.accept(effects);
    checks.check(entry.event(), entry.cause(), effects);
    checkReplaced(entry.event(), before, effects);
    effects.forEach(this::checkExpiry);
    if (!isFaulty) { // a run that the gate fails on is sealed and not told of
      live.check(effects, steadyLog.runs);
    }
    readOffset = entry.cause().offset();
    readOrigin = new Origin(entry.cause().appendMs(), 0, readOffset);
    effects.forEach(this::perform);
    return true;
  }

  private TenantSettings limitsOf(GateEvent event) {
    var tenant = event instanceof GateEvent.TenantSet set ? steadyLog.tenant(set.tenant()) : null;
    return tenant == null ? TenantSettings.DEFAULT : tenant.settings();
  }

  /** What a caller saw who expects it is what is replaced. */
  private void checkReplaced(GateEvent event, TenantSettings before, List<GateEffect> effects) {
    if (event instanceof GateEvent.TenantSet set
        && set.expected() != null
        && SimulationChecks.isTaken(effects)) {
      long at = set.expected();
      var seen =
          at == GateEvent.TenantSet.NONE
              ? TenantSettings.DEFAULT
              : CompactedTenants.said(log("tenants").entries().get((int) at).event());
      assertThat(seen).as("what %s replaces", event).isEqualTo(before);
      replaced++;
    }
  }

  /** Where a catalog that has read some of them, or all, sees the tenant's newest record. */
  long newestOf(String tenant, SplittableRandom by) {
    var entries = log("tenants").entries();
    long newest = GateEvent.TenantSet.NONE;
    for (int read = Math.max(0, entries.size() - by.nextInt(4)); read > 0; read--) {
      var entry = entries.get(read - 1);
      if (CompactedTenants.name(entry.event()).equals(tenant)) {
        newest = entry.cause().offset();
        break;
      }
    }
    return newest;
  }

  /** What compaction keeps of settings and tenants, once all are read, is what holds. */
  void assertCompactionKeepsWhatIsInForce() {
    var tenants = new CompactedTenants(log("tenants").entries());
    tenants.assertNewestHold(steadyLog.tenants());
    tenants.assertRebuilt(steadyLog.tenants(), random);
    var settings = new CompactedSettings(log("settings").entries());
    settings.assertNewestHold(steadyLog.settings());
    settings.assertRebuilt(steadyLog.settings(), random);
  }

  /** I5: the gate ends a lease by time only after its holder has given it up itself. */
  private void checkExpiry(GateEffect effect) {
    if (effect instanceof GateEffect.Decide decide
        && decide.runId() != null
        && decide.reason().equals("lease expired")) {
      var run = new RunKey(decide.tenant(), decide.runId());
      for (var worker : workers) {
        var execution = worker.executions.get(run);
        assertThat(
                worker.acts()
                    && execution != null
                    && execution.epoch() == decide.epoch()
                    && checks.isHolder(worker.incarnation, run, decide.epoch()))
            .as("I5: %s holds %s, whose lease has expired", worker.incarnation, decide)
            .isFalse();
      }
    }
  }

  /** What fails by itself is contained like what is planted, and would never be seen. */
  private static void checkOnlyPlantedFailures(GateEffect effect) {
    var text =
        switch (effect) {
          case GateEffect.Decide decide -> decide.reason();
          case GateEffect.DeadLetterRecord letter -> letter.reason();
          default -> "";
        };
    if (text.contains("the gate failed on this run: ")
        || text.contains("the gate failed on this record: ")) {
      assertThat(text).as("what fails by itself").contains("planted at line");
    }
  }

  private Limits limits(String tenant) {
    var own = steadyLog.tenant(tenant);
    var book = new SettingsBook(GATE);
    steadyLog.forEachSetting(book::put);
    return Limits.of(own == null ? TenantSettings.DEFAULT : own.settings(), book.inForce());
  }

  static Plan plan(int cap) {
    return new Plan(cap, 1.0, 9, 14, 3, 10_000, BOUNDS);
  }

  private static List<GateEffect> withoutStart(List<GateEffect> effects) {
    return effects.stream()
        .filter(
            effect ->
                !(effect instanceof GateEffect.Decide decide
                    && decide.kind() == GateEffect.DecisionKind.STARTED))
        .toList();
  }

  private void perform(GateEffect effect) {
    switch (effect) {
      case GateEffect.AppendInput input -> append("journal", new GateEvent.InputRead(input.run()));
      case GateEffect.AppendFence fence ->
          append("journal", new GateEvent.FenceRead(fence.run(), fence.epoch()));
      case GateEffect.AppendSignal signal ->
          append("journal", new GateEvent.SignalRead(signal.run(), signal.name(), signal.number()));
      case GateEffect.Dispatch dispatch -> {
        dispatches.get(dispatch.partition()).add(dispatch);
        suspects += dispatch.run().tries().isSuspect() ? 1 : 0;
      }
      case GateEffect.Control control -> control(control);
      case GateEffect.RestoreSetting restore ->
          append(
              "settings",
              new GateEvent.SettingRestored(restore.key(), restore.setting(), readOffset));
      case GateEffect.RestoreTenant restore -> {
        var origin = restore.origin() == null ? readOrigin : restore.origin();
        append(
            "tenants",
            new GateEvent.TenantRestored(restore.tenant(), restore.settings(), origin, readOffset));
      }
      default -> {}
    }
  }

  private void control(GateEffect.Control control) {
    for (var worker : workers) {
      var execution = worker.executions.get(control.run());
      if (worker.incarnation.equals(control.worker())
          && worker.acts()
          && execution != null
          && (control.epoch() == GateEffect.Control.ANY_EPOCH
              || execution.epoch() == control.epoch())) {
        stop(worker, control.run(), reason(control.kind()));
      }
    }
  }

  private static JournalEntry.StopReason reason(GateEffect.ControlKind kind) {
    return switch (kind) {
      case CANCEL -> JournalEntry.StopReason.CANCEL;
      case TIMEOUT -> JournalEntry.StopReason.TIMEOUT;
      case REVOKE -> JournalEntry.StopReason.REVOKED;
    };
  }

  // --- workers

  void heartbeat(SimulatedWorker worker) {
    append("progress", worker.heartbeat(nowMs));
  }

  /** Answers all that lies on the worker's partitions, in one transaction. */
  void answer(SimulatedWorker worker) {
    if (worker.acknowledged < 0) {
      return;
    }
    for (int partition : worker.partitions) {
      while (committed[partition] < dispatches.get(partition).size()) {
        answer(worker, dispatches.get(partition).get(committed[partition]++), false);
      }
    }
  }

  /** Claims again what the group has long read past: what no sound worker does. */
  void answerLost(SimulatedWorker worker) {
    int partition = random.nextInt(PARTITIONS);
    if (committed[partition] > 0 && worker.acknowledged >= 0) {
      int back = Math.min(committed[partition], 1 + random.nextInt(3));
      answer(worker, dispatches.get(partition).get(committed[partition] - back), true);
    }
  }

  private void answer(SimulatedWorker worker, GateEffect.Dispatch dispatch, boolean broken) {
    var run = dispatch.run();
    var answer = GateEvent.Answer.CLAIM;
    if (!worker.agents.contains(run.spec().agent()) || !worker.canReplay(dispatch)) {
      answer = GateEvent.Answer.RETURN_NO_AGENT;
    } else if (worker.isPastDeadline(nowMs, run.phase().leaseTtlMs())
        || worker.free() == 0
        || worker.executions.containsKey(run.key())
        || worker.stuck.containsKey(run.key())) {
      answer = GateEvent.Answer.RETURN_NO_SLOT;
    } else if (run.tries().isSuspect() && worker.hasSuspect()) {
      answer = GateEvent.Answer.RETURN_SUSPECT;
    }
    if (broken && answer != GateEvent.Answer.CLAIM) {
      return;
    }
    append(
        "claims",
        new GateEvent.Answered(
            run.key(), run.epoch(), answer, worker.incarnation, worker.acknowledged));
    if (answer == GateEvent.Answer.CLAIM) {
      worker.executions.put(
          run.key(), new SimulatedExecution(dispatch, random, worker.abilities.format() != 1));
    }
  }

  /** One record of the run: a position that it goes on behind, or the epoch's last. */
  void work(SimulatedWorker worker, RunKey run) {
    var execution = java.util.Objects.requireNonNull(worker.executions.get(run));
    var entry = execution.next(nowMs);
    if (!execution.goesOnBehind(entry)) {
      worker.executions.remove(run);
    }
    journal(worker, run, execution, entry);
    execution.wrote(entry);
  }

  private void stop(SimulatedWorker worker, RunKey run, JournalEntry.StopReason reason) {
    var execution = worker.executions.remove(run);
    boolean isAsked =
        reason == JournalEntry.StopReason.CANCEL || reason == JournalEntry.StopReason.TIMEOUT;
    if (execution != null && isAsked && bodiesMayLinger && random.nextInt(3) == 0) {
      worker.stuck.put(run, execution);
    } else if (execution != null) {
      journal(worker, run, execution, new JournalEntry.Stopped(reason, Map.of()));
    }
  }

  /** A body that did not stop when it was told to ends after all. */
  void endStuck(SimulatedWorker worker) {
    var first = worker.stuck.pollFirstEntry();
    if (first != null) {
      var stopped = new JournalEntry.Stopped(JournalEntry.StopReason.CANCEL, Map.of());
      journal(worker, first.getKey(), first.getValue(), stopped);
    }
  }

  private void journal(
      SimulatedWorker worker, RunKey run, SimulatedExecution execution, JournalEntry entry) {
    append(
        "journal",
        new GateEvent.Journaled(
            run,
            execution.epoch(),
            worker.incarnation,
            execution.seq(),
            100,
            entry,
            Needs.of(worker.version, worker.format(entry, random))));
  }

  /** Where the next user's record is taken to lie; no two at one place. */
  Origin nextOrigin() {
    return new Origin(nowMs, 0, origins++);
  }

  /** What was set for pools and agents. */
  Collection<Setting> settings() {
    return steadyLog.settings().values();
  }

  Collection<Run> runs() {
    return steadyLog.runs.values();
  }

  /** Whether all that lives waits for pools that nobody has set. */
  boolean onlyPoolsAreMissing() {
    return !liveRuns().isEmpty()
        && liveRuns().stream()
            .allMatch(
                run ->
                    run.phase() instanceof Phase.Waiting waiting
                        && waiting.on() instanceof Wait.Pool);
  }

  List<Run> liveRuns() {
    return runs().stream().filter(run -> !run.isDead()).toList();
  }

  /** Long after the last submission was read no command waits for its run. */
  void assertNoCommandIsKept() {
    if (!isFaulty) { // commands of a run that was sealed on its way in are given up below
      checks.checkEarlyCommands();
    }
    pass(EarlyCommands.WAIT_MS + 1_000);
    while (readOne()) {
      pass(1);
    }
    assertThat(steadyLog.early).as("commands that wait for their runs").isEmpty();
    assertThat(checks.kept).as("kept commands without an answer").isEmpty();
  }

  /** Dead runs stay, to be sent back, with what they may need then. */
  void assertNothingLeft() {
    var dead = new TreeSet<RunKey>();
    steadyLog.runs.values().stream().filter(Run::isDead).map(Run::key).forEach(dead::add);
    assertThat(steadyLog.holdsNothingOfOthersThan(dead))
        .as("only dead runs are kept: %s", steadyLog.runs)
        .isTrue();
  }
}
