package dev.sluice.admission;

import dev.sluice.admission.journal.JournalEntry;
import dev.sluice.admission.port.Cause;
import dev.sluice.admission.port.Damage;
import dev.sluice.admission.port.GateEffect;
import dev.sluice.admission.port.GateEvent;
import dev.sluice.admission.run.ChildSpec;
import dev.sluice.admission.run.Failure;
import dev.sluice.admission.run.Incarnation;
import dev.sluice.admission.run.Needs;
import dev.sluice.admission.run.Origin;
import dev.sluice.admission.run.Outcome;
import dev.sluice.admission.run.Phase;
import dev.sluice.admission.run.Run;
import dev.sluice.admission.run.RunKey;
import dev.sluice.admission.run.RunSpec;
import dev.sluice.admission.run.TreeLimits;
import dev.sluice.admission.settings.GateSettings;
import dev.sluice.admission.settings.Plan;
import dev.sluice.admission.settings.Setting;
import dev.sluice.admission.settings.SettingKey;
import dev.sluice.admission.settings.TenantSettings;
import dev.sluice.admission.worker.Abilities;
import dev.sluice.admission.worker.Worker;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One gate partition and one worker that claims whatever it is sent. Whatever the gate appends is
 * read at once; a run goes on when the test says how.
 */
final class OneWorker {
  private static final int MAX_UNANSWERED = 64;

  private final MemoryLog log = new MemoryLog();
  private Incarnation worker = new Incarnation("w.1");
  private int lives = 1;
  private final int maxLiveRuns;
  private final GateSettings settings;
  private Gate gate;
  private final int slots;
  private final List<GateEffect.Dispatch> running = new ArrayList<>();
  private final List<String> started = new ArrayList<>();
  private final List<GateEffect.Complete> completed = new ArrayList<>();
  private final List<String> alarms = new ArrayList<>();
  private final List<GateEffect.Decide> answers = new ArrayList<>();
  private final List<GateEffect.Decide> waits = new ArrayList<>();
  private final List<GateEffect.ForgetSignal> forgotten = new ArrayList<>();

  /** Called before a record is read; what it returns takes what was decided. */
  Function<GateEvent, Consumer<List<GateEffect>>> beforeRecord = event -> effects -> {};

  /** Whether dispatches and fences stay unread. */
  boolean isDeaf;

  private final List<GateEffect> unread = new ArrayList<>();
  private long offset;
  private Set<String> agents = Set.of("agent");
  private Abilities abilities = Abilities.UNSAID;
  private int format;
  private long heartbeats;
  private long passedMs;
  private long monotonicMs;

  OneWorker(int slots) {
    this(slots, GateSettings.DEFAULT_MAX_LIVE_RUNS);
  }

  /**
   * A worker with so many slots.
   *
   * @param maxLiveRuns the bound of the gate partition
   */
  OneWorker(int slots, int maxLiveRuns) {
    this.slots = slots;
    this.maxLiveRuns = maxLiveRuns;
    settings = settings(Set.of("default"));
    gate = Gate.restore(settings, log, log, log, "test");
    beat();
  }

  private GateSettings settings(Set<String> pools) {
    return new GateSettings(
        pools,
        Map.of("free", Plan.ofCap(1_000)),
        30_000,
        300_000,
        MAX_UNANSWERED,
        360_000,
        86_400_000,
        30 * 86_400_000L,
        maxLiveRuns,
        86_400_000);
  }

  /** The gate restarts with an entry of its state that cannot be read. */
  void restartWithout(Damage damage) {
    log.lose(damage);
    gate = Gate.restore(settings, log, log, log, "test");
  }

  /** The gate restarts. */
  void restart() {
    gate = Gate.restore(settings, log, log, log, "test");
  }

  /** The gate restarts with these pools of its own. */
  void restartWithPools(String... names) {
    gate = Gate.restore(settings(Set.of(names)), log, log, log, "test");
  }

  // --- what users do

  void tenant(String name, TenantSettings settings) {
    read("tenants", new GateEvent.TenantSet(name, settings, origin()));
  }

  void set(Setting setting) {
    read("settings", new GateEvent.SettingSet(setting.key(), setting));
  }

  void unset(SettingKey key) {
    read("settings", new GateEvent.SettingSet(key, null));
  }

  void submit(String tenant, String id, int priority) {
    submit(tenant, id, priority, Map.of(), Map.of(), TreeLimits.NONE);
  }

  void submitTree(
      String tenant,
      String id,
      Map<String, Long> budget,
      Map<String, Long> reserve,
      TreeLimits limits) {
    submit(tenant, id, 0, budget, reserve, limits);
  }

  void submit(String tenant, String id, RunSpec spec) {
    read("runs", new GateEvent.Submitted(new RunKey(tenant, id), spec, origin()));
  }

  private void submit(
      String tenant,
      String id,
      int priority,
      Map<String, Long> budget,
      Map<String, Long> reserve,
      TreeLimits limits) {
    var pool = RunSpec.of("agent").pool();
    var spec =
        new RunSpec(
            "agent", pool, priority, Map.of(), budget, reserve, null, null, null, null, null,
            limits, null, null);
    submit(tenant, id, spec);
  }

  void signal(String tenant, String id, String name) {
    var kind = GateEvent.CommandKind.SIGNAL;
    read(
        "commands",
        new GateEvent.Commanded(new RunKey(tenant, id), "signal " + offset, kind, name, origin()));
  }

  void cancel(String tenant, String id) {
    var kind = GateEvent.CommandKind.CANCEL;
    read(
        "commands",
        new GateEvent.Commanded(
            new RunKey(tenant, id), "cancel " + id + " " + offset, kind, "", origin()));
  }

  void redrive(String tenant, String id) {
    var kind = GateEvent.CommandKind.REDRIVE;
    read(
        "commands",
        new GateEvent.Commanded(
            new RunKey(tenant, id), "redrive " + id + " " + offset, kind, "", origin()));
  }

  // --- what the worker does

  /** The run that runs for longest ends. */
  void end(Outcome outcome) {
    var run = running.removeFirst();
    var failure = outcome == Outcome.SUCCEEDED ? null : Failure.of("Test", "it failed");
    journal(run, 0, new JournalEntry.End(outcome, failure, Map.of()));
  }

  /** A run that the worker holds ends. */
  void endOf(String id, Outcome outcome) {
    var run = dispatchOf(id);
    running.remove(run);
    var failure = outcome == Outcome.SUCCEEDED ? null : Failure.of("Test", "it failed");
    journal(run, 0, new JournalEntry.End(outcome, failure, Map.of()));
  }

  /** The run that runs for longest spawns children and waits for all of them. */
  void spawnAndWait(int children) {
    var numbers = IntStream.rangeClosed(1, children).boxed().toList();
    epoch(spawn(1, children), new JournalEntry.ChildrenWait(numbers, Map.of()));
  }

  /** The run that runs for longest writes all that it writes in this epoch. */
  void epoch(JournalEntry... entries) {
    var run = running.removeFirst();
    for (int i = 0; i < entries.length; i++) {
      journal(run, i, entries[i]);
    }
  }

  /** The run that runs for longest is taken for the one that does so for the shortest time. */
  void rotate() {
    running.add(running.removeFirst());
  }

  static JournalEntry spawn(int first, int count) {
    var specs = new ArrayList<ChildSpec>();
    for (int number = first; number < first + count; number++) {
      specs.add(new ChildSpec(number, RunSpec.of("agent"), false));
    }
    return new JournalEntry.Spawn(specs, Map.of());
  }

  private void journal(GateEffect.Dispatch run, int behind, JournalEntry entry) {
    int seq = run.journal().next() + behind;
    read(
        "journal",
        new GateEvent.Journaled(
            run.run().key(), run.run().epoch(), worker, seq, 10, entry, needs()));
    beat();
  }

  private Needs needs() {
    var own = abilities.own("agent");
    return own == null ? Needs.NONE : Needs.of(own, format);
  }

  /** The worker is of another build from now on, and writes journals of this format. */
  void becomes(Abilities next, int writes) {
    abilities = next;
    format = writes;
    beat();
  }

  void tick() {
    read("progress", new GateEvent.Tick("clock", offset));
  }

  /** A tick that says that all submissions have been read. */
  void tickAllRead() {
    read("progress", new GateEvent.Tick("clock", offset, true, true));
  }

  /** Time passes in which nothing is read. */
  void pass(long ms) {
    passedMs += ms;
  }

  private void beat() {
    beat(Set.of(0), agents);
  }

  /** The worker has these agents from now on. */
  void has(Set<String> others) {
    agents = others;
    beat();
  }

  /** The worker says which dispatch partitions it holds, and the agent that it has. */
  void beat(Set<Integer> partitions, String agent) {
    beat(partitions, Set.of(agent));
  }

  private void beat(Set<Integer> partitions, Set<String> agents) {
    Map<String, Set<Integer>> held =
        Map.of("default", partitions, "gpu", partitions, "more", partitions);
    int free = slots - running.size();
    read(
        "progress",
        new GateEvent.Heartbeat(
            worker, ++heartbeats, held, agents, slots, free, null, Set.of(), abilities));
  }

  /** Somebody else says something of workers. */
  void progress(GateEvent event) {
    read("progress", event);
  }

  /** The worker says what it holds. */
  void beatHeld(Set<RunKey> held) {
    Map<String, Set<Integer>> partitions = Map.of("default", Set.of(0));
    int free = slots - running.size();
    read(
        "progress",
        new GateEvent.Heartbeat(
            worker,
            ++heartbeats,
            partitions,
            Set.of("agent"),
            slots,
            free,
            held,
            Set.of(),
            Abilities.UNSAID));
  }

  /** The worker says that it was told to stop a run, which goes on. */
  void beatStopping(GateEffect.Dispatch run) {
    beatStopping(worker.value(), run.run().key(), run.run().epoch());
  }

  /** A worker says so. */
  void beatStopping(String incarnation, RunKey run, int epoch) {
    Map<String, Set<Integer>> partitions = Map.of("default", Set.of(0));
    var lease = new GateEvent.Heartbeat.Lease(run, epoch);
    read(
        "progress",
        new GateEvent.Heartbeat(
            new Incarnation(incarnation),
            ++heartbeats,
            partitions,
            Set.of("agent"),
            slots,
            0,
            null,
            Set.of(lease),
            Abilities.UNSAID));
  }

  /** A second passes in which the worker says that it lives. */
  void second() {
    silentSecond();
    beat();
  }

  /** A second passes in which the worker says nothing. */
  void silentSecond() {
    pass(1_000);
    monotonicMs += 1_000;
    read("progress", new GateEvent.Tick("seconds", monotonicMs));
  }

  void die() {
    read("progress", new GateEvent.Gone(worker, "test"));
  }

  /** The worker dies with all that it holds, and another life of it begins. */
  void dieAndReturn() {
    die();
    running.clear();
    worker = new Incarnation("w." + ++lives);
    beat();
  }

  /** Ids of the runs that the worker holds now, longest first. */
  List<String> held() {
    return running.stream().map(one -> one.run().key().id()).toList();
  }

  // --- what the gate does

  /** A record of the journal that nobody but the gate writes. */
  void readBack(GateEvent event) {
    read("journal", event);
  }

  /** What the gate decides on a record. */
  List<GateEffect> decide(GateEvent event) {
    var seen = new ArrayList<GateEffect>();
    var before = beforeRecord;
    beforeRecord = read -> seen::addAll;
    read("settings", event);
    beforeRecord = before;
    return seen;
  }

  /** How many turns the gate has taken. */
  int turns() {
    return log.turns();
  }

  /** Of the record that was read last. */
  long lastOffset() {
    return offset - 1;
  }

  private void read(String topic, GateEvent event) {
    var cause = new Cause(topic, 0, offset++, nowMs());
    var effects = beforeRecord.apply(event);
    var decided = MemoryLog.apply(gate, event, cause);
    effects.accept(decided);
    decided.forEach(this::follow);
  }

  private void follow(GateEffect effect) {
    if (isDeaf
        && (effect instanceof GateEffect.Dispatch || effect instanceof GateEffect.AppendFence)) {
      unread.add(effect);
      return;
    }
    switch (effect) {
      case GateEffect.AppendInput input -> read("journal", new GateEvent.InputRead(input.run()));
      case GateEffect.AppendFence fence ->
          read("journal", new GateEvent.FenceRead(fence.run(), fence.epoch()));
      case GateEffect.AppendSignal signal ->
          read("journal", new GateEvent.SignalRead(signal.run(), signal.name(), signal.number()));
      case GateEffect.Dispatch dispatch -> answer(dispatch);
      case GateEffect.Complete complete -> completed.add(complete);
      case GateEffect.Decide decide when decide.kind() == GateEffect.DecisionKind.ALARM ->
          alarms.add(decide.reason());
      case GateEffect.Decide decide when decide.commandId() != null -> answers.add(decide);
      case GateEffect.Decide decide when decide.waitingFor() != null -> waits.add(decide);
      case GateEffect.ForgetSignal forget -> forgotten.add(forget);
      default -> {}
    }
  }

  private void answer(GateEffect.Dispatch dispatch) {
    boolean free = running.size() < slots;
    if (free) {
      running.add(dispatch);
      started.add(dispatch.run().key().id());
    }
    answer(dispatch, free ? GateEvent.Answer.CLAIM : GateEvent.Answer.RETURN_NO_SLOT);
  }

  void answer(GateEffect.Dispatch dispatch, GateEvent.Answer answer) {
    read(
        "claims",
        new GateEvent.Answered(
            dispatch.run().key(), dispatch.run().epoch(), answer, worker, heartbeats));
  }

  private Origin origin() {
    return new Origin(nowMs(), 0, offset);
  }

  long nowMs() {
    return 1_000_000 + offset + passedMs;
  }

  // --- what is seen

  Gate gate() {
    return gate;
  }

  /** Ids of the runs in the order in which they began, again each time they were resumed. */
  List<String> started() {
    return List.copyOf(started);
  }

  /** What the run that runs for longest was given. */
  GateEffect.Dispatch longest() {
    return running.getFirst();
  }

  /** What a run that the worker holds was given. */
  GateEffect.Dispatch dispatchOf(String id) {
    return running.stream()
        .filter(one -> one.run().key().id().equals(id))
        .findFirst()
        .orElseThrow(() -> new AssertionError(id + " is not held; held are " + held()));
  }

  @Nullable Phase phase(String tenant, String id) {
    var run = log.runs.get(new RunKey(tenant, id));
    return run == null ? null : run.phase();
  }

  /** The limits that were set for a tenant; null for none. */
  @Nullable TenantSettings limits(String tenant) {
    var one = log.tenant(tenant);
    return one == null ? null : one.settings();
  }

  /** What turns did to runs. */
  Set<MemoryLog.Move> moves() {
    return log.moves;
  }

  /** The oldest that was left unread. */
  GateEffect nextUnread() {
    return unread.removeFirst();
  }

  /** The next turn of a run fails. */
  void failOnce(String tenant, String id) {
    log.unwritable = new RunKey(tenant, id);
  }

  /** How often a run was written to the gate's state. */
  int runsWritten() {
    return log.runsWritten;
  }

  long running(String tenant) {
    return running.stream().filter(one -> one.run().key().tenant().equals(tenant)).count();
  }

  /** What the gate raised the alarm for. */
  List<String> alarms() {
    return List.copyOf(alarms);
  }

  /** The workers that the gate's state has. */
  Collection<Worker> workers() {
    var workers = new ArrayList<Worker>();
    log.forEachWorker(workers::add);
    return workers;
  }

  /** What the gate decided on commands. */
  List<GateEffect.Decide> answers() {
    return List.copyOf(answers);
  }

  /** What the gate decided on runs that wait. */
  List<GateEffect.Decide> waits() {
    return List.copyOf(waits);
  }

  /** Signals of which the gate wiped the record. */
  List<GateEffect.ForgetSignal> forgotten() {
    return List.copyOf(forgotten);
  }

  /** How many runs have commands that wait for them. */
  int waitedFor() {
    return log.early.size();
  }

  /** How many pools and agents have a pace. */
  int paces() {
    return log.paces.size();
  }

  Collection<Run> runs() {
    return log.runs.values();
  }

  List<GateEffect.Complete> completed() {
    return List.copyOf(completed);
  }
}
