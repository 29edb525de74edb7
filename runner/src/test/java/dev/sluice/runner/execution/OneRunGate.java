package dev.sluice.runner.execution;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.runner.health.LifeSigns;
import dev.sluice.runner.health.Watch;
import dev.sluice.runner.health.WorkerMeasures;
import dev.sluice.runner.identity.WorkerName;
import dev.sluice.runner.lease.LeaseDeadlines;
import dev.sluice.runner.pause.LimitPauses;
import dev.sluice.runner.pause.StepPauses;
import dev.sluice.runner.pause.StepTimeouts;
import dev.sluice.runner.trace.Traces;
import dev.sluice.sdk.Agent;
import dev.sluice.v1.CheckpointEntry;
import dev.sluice.v1.ChildBranch;
import dev.sluice.v1.ChildOutcome;
import dev.sluice.v1.CombinedEntry;
import dev.sluice.v1.CombinedOutcome;
import dev.sluice.v1.CombinedWait;
import dev.sluice.v1.Dispatch;
import dev.sluice.v1.EndEntry;
import dev.sluice.v1.InputEntry;
import dev.sluice.v1.JournalPosition;
import dev.sluice.v1.JournalRecord;
import dev.sluice.v1.MeterSlice;
import dev.sluice.v1.RunError;
import dev.sluice.v1.RunStatus;
import dev.sluice.v1.RunSubmitted;
import dev.sluice.v1.SignalBranch;
import dev.sluice.v1.SignalEntry;
import dev.sluice.v1.SignalPosition;
import dev.sluice.v1.SignalReceived;
import dev.sluice.v1.SignalWait;
import dev.sluice.v1.Sleep;
import dev.sluice.v1.SpawnEntry;
import dev.sluice.v1.TimerBranch;
import dev.sluice.v1.YieldEntry;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Plays the gate for one run, as far as a worker sees it: one epoch after the other. */
public final class OneRunGate {
  private static final WorkerName NAME = new WorkerName("tester", "tester.1");
  private static final String RUN = "run-1";

  private static final long AN_HOUR_MS = 3_600_000;
  private final FakeJournal journal = new FakeJournal();
  private final Map<String, Agent<?, ?>> agents;
  private final String agent;
  private final List<JournalPosition> positions = new ArrayList<>();
  private final Map<Integer, String> refusals = new HashMap<>();
  private final List<SignalPosition> untaken = new ArrayList<>();
  private final List<ChildOutcome> children = new ArrayList<>();

  /** Children that ended and signals that came, in their order. */
  private final List<Object> came = new ArrayList<>();

  private int cameBefore;
  private @Nullable Integer chosen;
  private final Map<Integer, Long> signalOffsets = new HashMap<>();
  private List<MeterSlice> budget = List.of();
  private boolean exhausted;
  private final Set<Integer> live = new TreeSet<>();
  private int spawned;
  private int epochs;
  private int maxChildren = 256;
  private int maxSteps = 10_000;
  private @Nullable String parent;
  private int readUpTo;
  private int nextSeq = 1;
  private int epochBegan;
  private long inputOffset;
  private int inputIndex = -1;
  private @Nullable Dispatch last;
  private @Nullable Execution execution;
  private Traces traces = Traces.NONE;
  private @Nullable String traceparent;

  public OneRunGate(Agent<?, ?> agent) {
    this.agent = agent.name();
    this.agents = Map.of(agent.name(), agent);
    input("{}");
  }

  public FakeJournal journal() {
    return journal;
  }

  // --- what the gate is told

  public OneRunGate input(String json) {
    var submission =
        RunSubmitted.newBuilder()
            .setRunId(RUN)
            .setTenant("t")
            .setAgent(agent)
            .setInput(ByteBuffer.wrap(json.getBytes(UTF_8)))
            .build();
    inputOffset = journal.add(record(0, "", new InputEntry(submission, 0L)));
    readUpTo = journal.size();
    return this;
  }

  /** The run's input stands in its parent's journal. */
  OneRunGate inputOf(SpawnEntry parent, int index) {
    inputOffset = journal.add(record(5, "", parent));
    inputIndex = index;
    readUpTo = journal.size();
    return this;
  }

  /** Whoever asks for the run does so in a span. */
  OneRunGate traced(Traces worker, @Nullable String submitter) {
    traces = worker;
    traceparent = submitter;
    return this;
  }

  OneRunGate maxChildren(int most) {
    maxChildren = most;
    return this;
  }

  /** The run is a child of this one. */
  OneRunGate below(String run) {
    parent = run;
    return this;
  }

  OneRunGate maxSteps(int most) {
    maxSteps = most;
    return this;
  }

  public OneRunGate budget(String meter, long ceiling, long left, long slice) {
    budget = List.of(new MeterSlice(meter, ceiling, left, slice));
    return this;
  }

  OneRunGate exhausted() {
    exhausted = true;
    return this;
  }

  public OneRunGate signal(String name, @Nullable String json) {
    int number = signalOffsets.size() + 1;
    var payload = json == null ? null : ByteBuffer.wrap(json.getBytes(UTF_8));
    var received =
        new SignalReceived(name, number, "c" + number, payload, "application/json", null);
    long offset = journal.add(record(0, "", received));
    signalOffsets.put(number, offset);
    untaken.add(new SignalPosition(name, number, offset));
    came.add(new SignalBranch(name));
    return this;
  }

  public OneRunGate childEnds(int number, RunStatus status, @Nullable String json) {
    var output = json == null ? null : ByteBuffer.wrap(json.getBytes(UTF_8));
    var error = status == RunStatus.SUCCEEDED ? null : new RunError("Boom", "it broke", null, null);
    var end = new EndEntry(status, output, "application/json", error, Map.of());
    live.remove(number);
    came.add(new ChildBranch(number));
    children.add(new ChildOutcome(number, status, journal.add(record(9, "1", end)), error));
    return this;
  }

  /** A child that ended without a record of its own, such as one cancelled in the queue. */
  OneRunGate childVanishes(int number, RunStatus status) {
    live.remove(number);
    came.add(new ChildBranch(number));
    children.add(new ChildOutcome(number, status, -1L, null));
    return this;
  }

  /** The batch at a position is refused. */
  OneRunGate refuse(int seq, String reason) {
    refusals.put(seq, reason);
    return this;
  }

  // --- epochs

  /** Dispatches the run, executes the epoch here, and returns its last entry. */
  public Object epoch() {
    begin().run();
    return end();
  }

  /** Dispatches the run; whoever calls executes the epoch. */
  public Execution begin() {
    observe();
    epochBegan = journal.size();
    cameBefore = came.size();
    last = dispatch();
    execution = new Execution(environment(), last, nowMs(), ended -> {});
    return execution;
  }

  /** Tells the epoch that executes to stop. */
  void stop(StopKind kind) {
    java.util.Objects.requireNonNull(execution).stop(kind);
  }

  /** Whether the body of a step executes beside the agent. */
  boolean isExecutingBeside() {
    var bodies = java.util.Objects.requireNonNull(execution).thread().bodies();
    return bodies != null && bodies.isExecuting();
  }

  /** Whether a body that executes beside the agent has begun and its thread has not ended. */
  boolean hasBegunBeside() {
    var bodies = java.util.Objects.requireNonNull(execution).thread().bodies();
    return bodies != null && bodies.hasBegun();
  }

  /** What a worker makes of a dispatch. */
  public static Execution execution(
      Map<String, Agent<?, ?>> agents, FakeJournal journal, Dispatch dispatch) {
    var environment = environment(agents, journal, deadlines());
    return new Execution(environment, dispatch, environment.nowMs(), ended -> {});
  }

  /** Deadlines of a worker whose heartbeats are acknowledged for as long as a test may take. */
  static LeaseDeadlines deadlines() {
    var deadlines = new LeaseDeadlines(1, 6_000, 1_000);
    long now = System.nanoTime() / 1_000_000;
    deadlines.acknowledged(0, 1, now + AN_HOUR_MS, 0, now);
    return deadlines;
  }

  private ExecutionEnvironment environment() {
    var plain = environment(agents, journal, deadlines());
    var watch = new Watch(plain.watch().life(), plain.watch().measures(), traces);
    return new ExecutionEnvironment(
        plain.name(),
        plain.agents(),
        journal,
        journal,
        plain.outputs(),
        plain.leases(),
        plain.pauses(),
        watch,
        plain.rehearsal());
  }

  static ExecutionEnvironment environment(
      Map<String, Agent<?, ?>> agents, FakeJournal journal, Leases leases) {
    return environment(agents, journal, leases, OneRunGate::nowMs);
  }

  static ExecutionEnvironment environment(
      Map<String, Agent<?, ?>> agents, FakeJournal journal, Leases leases, LongSupplier clock) {
    return new ExecutionEnvironment(
        NAME,
        LoadedAgent.all(List.copyOf(agents.values())),
        journal,
        journal,
        journal.outputs(),
        leases,
        new StepPauses(new LimitPauses(), new StepTimeouts(), Clock.systemUTC()),
        new Watch(new LifeSigns((why, cause) -> {}, clock), new WorkerMeasures()),
        Rehearsal.NONE);
  }

  private static long nowMs() {
    return System.nanoTime() / 1_000_000;
  }

  Object end() {
    var written = written();
    return written.get(written.size() - 1);
  }

  /** All entries that the last epoch wrote. */
  List<Object> written() {
    return journal.from(epochBegan).stream()
        .filter(record -> record.getEpoch() == epochs)
        .map(JournalRecord::getEntry)
        .toList();
  }

  List<JournalRecord> records() {
    return journal.from(0);
  }

  public Dispatch lastDispatch() {
    return java.util.Objects.requireNonNull(last);
  }

  Dispatch dispatch() {
    epochs++;
    return Dispatch.newBuilder()
        .setTenant("t")
        .setRunId(RUN)
        .setEpoch(epochs)
        .setAttempt(1)
        .setAgent(agent)
        .setPool("default")
        .setGatePartition(0)
        .setInputOffset(inputOffset)
        .setInputIndex(inputIndex)
        .setReplay(List.copyOf(positions))
        .setNextSeq(nextSeq)
        .setLeaseTtlMs(6_000)
        .setSubmittedAtMs(FakeJournal.FIRST_MS)
        .setMaxAttempts(3)
        .setMaxSteps(maxSteps)
        .setParentRunId(parent)
        .setMaxChildren(maxChildren)
        .setMaxDepth(8)
        .setMaxDescendants(10_000)
        .setSpawned(spawned)
        .setChildren(List.copyOf(children))
        .setLiveChildren(List.copyOf(live))
        .setSignals(List.copyOf(untaken))
        .setBudget(budget)
        .setBudgetExhausted(exhausted)
        .setTraceparent(traceparent)
        .build();
  }

  // --- the gate's side of the journal

  /** Indexes the positions that were written since the last look. */
  private void observe() {
    for (; readUpTo < journal.size(); readUpTo++) {
      var record = journal.at(readUpTo);
      if (record.getEpoch() > 0 && record.getEpoch() <= epochs && isPosition(record.getEntry())) {
        index(record, readUpTo);
      }
    }
  }

  private static boolean isPosition(Object entry) {
    return switch (entry) {
      case EndEntry end -> false;
      case SignalReceived signal -> false;
      case YieldEntry yield ->
          yield.getWait() instanceof Sleep
              || yield.getWait() instanceof SignalWait
              || yield.getWait() instanceof CombinedWait;
      default -> true;
    };
  }

  private void index(JournalRecord record, long offset) {
    if (record.getSeq() != nextSeq) {
      throw new IllegalStateException(
          "position " + nextSeq + " is missing, got " + record.getSeq());
    }
    nextSeq++;
    var entry = record.getEntry();
    if (entry instanceof CheckpointEntry) {
      positions.clear();
    }
    if (entry instanceof SpawnEntry spawn) {
      spawned += spawn.getChildren().size();
      if (!refusals.containsKey(record.getSeq())) {
        spawn.getChildren().forEach(child -> live.add(child.getNumber()));
      }
    }
    var signals = signals(entry);
    positions.add(
        new JournalPosition(
            record.getSeq(),
            offset,
            signals.isEmpty() ? signalOffset(entry) : signals.getFirst(),
            refusals.get(record.getSeq()),
            chosen == null
                ? null
                : new CombinedOutcome(
                    chosen, signals.subList(Math.min(1, signals.size()), signals.size()))));
  }

  /** The signals that a combined wait takes; what it comes to is {@link #chosen}. */
  private List<Long> signals(Object entry) {
    chosen = null;
    if (entry instanceof CombinedEntry taken) {
      chosen = taken.getChosen();
      untaken.removeIf(signal -> taken.getSignals().contains(signal.getNumber()));
      return taken.getSignals().stream().map(n -> signalOffsets.getOrDefault(n, -1L)).toList();
    }
    if (entry instanceof YieldEntry yield && yield.getWait() instanceof CombinedWait wait) {
      int first = wait.getAll() ? -1 : first(wait.getBranches());
      chosen = first;
      return take(wait.getAll() ? wait.getBranches() : List.of(wait.getBranches().get(first)));
    }
    return List.of();
  }

  /** What came first since the wait began; if nothing did, the first timer is over. */
  private int first(List<Object> branches) {
    return came.subList(cameBefore, came.size()).stream()
        .map(branches::indexOf)
        .filter(place -> place >= 0)
        .findFirst()
        .orElseGet(
            () ->
                branches.indexOf(
                    branches.stream()
                        .filter(TimerBranch.class::isInstance)
                        .findFirst()
                        .orElseThrow()));
  }

  private List<Long> take(List<Object> branches) {
    var offsets = new ArrayList<Long>();
    for (var branch : branches) {
      if (branch instanceof SignalBranch awaited) {
        var signal =
            untaken.stream()
                .filter(one -> one.getName().equals(awaited.getName()))
                .findFirst()
                .orElseThrow();
        untaken.remove(signal);
        offsets.add(signal.getOffset());
      }
    }
    return offsets;
  }

  private long signalOffset(Object entry) {
    if (entry instanceof SignalEntry taken) {
      untaken.removeIf(signal -> signal.getNumber() == taken.getNumber());
      return signalOffsets.getOrDefault(taken.getNumber(), -1L);
    }
    if (entry instanceof YieldEntry yield && yield.getWait() instanceof SignalWait wait) {
      for (var signal : untaken) {
        if (signal.getName().equals(wait.getName())) {
          untaken.remove(signal);
          return signal.getOffset();
        }
      }
    }
    return -1;
  }

  private static JournalRecord record(int epoch, String version, Object entry) {
    return new JournalRecord(
        "t", RUN, epoch == 0 ? 0 : 100_000 + epoch, "", 0, version, entry, null);
  }
}
