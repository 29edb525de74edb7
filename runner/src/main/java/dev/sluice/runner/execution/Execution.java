package dev.sluice.runner.execution;

import dev.sluice.contract.Bounds;
import dev.sluice.contract.Texts;
import dev.sluice.runner.health.LifeSigns;
import dev.sluice.runner.identity.RunRef;
import dev.sluice.runner.io.DispatchLoader;
import dev.sluice.runner.io.JournalBrokenException;
import dev.sluice.runner.io.ReplayChecks;
import dev.sluice.runner.journal.JournalSink;
import dev.sluice.runner.journal.Last;
import dev.sluice.runner.journal.RunJournal;
import dev.sluice.runner.output.EpochOutput;
import dev.sluice.schemas.process.QuietLog;
import dev.sluice.sdk.Agent;
import dev.sluice.sdk.RunStoppedError;
import dev.sluice.v1.Dispatch;
import dev.sluice.v1.JournalRecord;
import dev.sluice.v1.RunError;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * One epoch of a run on this worker, from its claim to the last record that this worker writes of
 * it. Runs in a virtual thread of its own.
 */
public final class Execution implements Runnable {
  private static final QuietLog LOG = QuietLog.of(Execution.class);

  /** The method that calls the agent's code, as it stands in stack traces. */
  static final String CALLS_AGENT = "call";

  private static final long RETRY_YIELD_MS = 500;
  private static final long LONGEST_PAUSE_MS = 10_000;

  /** What the body of a step threw and no step may keep. */
  private record Erred(String step, Error failure) {}

  private final ExecutionEnvironment environment;
  private final Dispatch dispatch;
  private final RunRef ref;
  private final long claimedMs;
  private final ExecutionListener listener;
  private final RunThread thread;
  private final EpochOutput output;
  private volatile @Nullable RunError fault;
  private @Nullable Erred erred;
  private String version = "";
  private RunJournal journal;

  /**
   * An epoch that was claimed.
   *
   * @param claimedMs a time before its claim was sent
   */
  Execution(
      ExecutionEnvironment environment,
      Dispatch dispatch,
      long claimedMs,
      ExecutionListener listener) {
    this.environment = environment;
    this.listener = listener;
    this.dispatch = dispatch;
    this.claimedMs = claimedMs;
    this.ref = RunRef.of(dispatch);
    this.thread = new RunThread(environment.trace(dispatch), environment.nowMs());
    this.journal = RunJournal.unread(dispatch, this::append);
    this.output = environment.output(dispatch);
  }

  /** An epoch outside of a worker, claimed now, for the thread that runs it. */
  public static Execution alone(ExecutionEnvironment environment, Dispatch dispatch) {
    return new Execution(environment, dispatch, environment.nowMs(), ended -> {});
  }

  RunRef ref() {
    return ref;
  }

  Dispatch dispatch() {
    return dispatch;
  }

  long claimedMs() {
    return claimedMs;
  }

  RunJournal journal() {
    return journal;
  }

  ExecutionEnvironment environment() {
    return environment;
  }

  // --- being stopped

  /** Asks the run to stop; the first reason counts, unless a harder one follows. */
  public void stop(StopKind kind) {
    thread.stop(kind, environment.nowMs());
  }

  /** What it was told to stop for; null if it was not. */
  @Nullable StopKind stopped() {
    return thread.stopped();
  }

  RunThread thread() {
    return thread;
  }

  EpochOutput output() {
    return output;
  }

  /** Whether the lease may have ended, at any time since it was claimed. */
  boolean isLeaseOver(long nowMs) {
    return environment
        .leases()
        .isOver(dispatch.getGatePartition(), dispatch.getLeaseTtlMs(), claimedMs, nowMs);
  }

  /** Before a body executes. A worker that was frozen may come here ahead of the timer. */
  void checkLease() {
    long nowMs = environment.nowMs();
    thread.called(nowMs);
    if (isLeaseOver(nowMs)) {
      stop(StopKind.DEADLINE);
      checkMayWrite();
    }
  }

  /** At a boundary between steps, where whatever stops the run may do so. */
  void checkStopped() {
    checkLease();
    var kind = stopped();
    if (kind != null) {
      throw new RunStoppedError(kind.name());
    }
  }

  /** Waits until the run is told to stop, for {@code ms} at most. */
  void awaitStop(long ms) throws InterruptedException {
    if (thread.awaitStop(environment.rehearsal().pauseMs(ms))) {
      checkStopped();
    }
  }

  /** Where a result has been reached: to drain is no reason to throw it away. */
  void checkMayWrite() {
    thread.called(environment.nowMs());
    var kind = stopped();
    if (kind != null && !kind.keepsResults()) {
      throw new RunStoppedError(kind.name());
    }
  }

  // --- executing

  @Override
  public void run() {
    thread.begins();
    try {
      var last = lastEntry();
      thread.agentIsDone();
      thread.trace().ended(last.written(), last.error());
      finish(last);
    } finally {
      thread.ends();
      listener.ended(this);
    }
  }

  /** Whatever happens on the way, the epoch has an end: its lease must not outlive it. */
  private Last lastEntry() {
    try {
      return execute();
    } catch (RuntimeException | Error e) {
      environment.life().failed("a run in the worker", e);
      return LastRecord.stopped(StopKind.LOST_JOURNAL);
    }
  }

  /** What the epoch ends with. */
  private Last execute() {
    try {
      checkStopped();
      var agent = environment.agent(dispatch.getAgent());
      version = agent.version();
      var loaded = load();
      thread.trace().input(loaded.input());
      journal = RunJournal.of(dispatch, loaded.replay(), version, this::append);
      var output = call(agent, agent.codec().input(agent.code(), loaded.input()));
      journal.checkEnd();
      checkMayWrite();
      thread.checkNotClosed();
      return end().returned(output);
    } catch (Exception | Error e) {
      // An Error too: whatever the agent did to itself, its lease must not outlive it.
      environment.life().endIfFatal("an agent", e);
      return threw(e);
    }
  }

  private EpochEnd end() {
    return end(null);
  }

  private EpochEnd end(@Nullable String erredIn) {
    return new EpochEnd(journal, environment.agentOrNull(dispatch.getAgent()), erredIn);
  }

  @SuppressWarnings("ReferenceEquality") // the very failure that the step threw
  private Last threw(Throwable failure) {
    var erredIn = erred != null && erred.failure() == failure ? erred.step() : null;
    try {
      var last = end(erredIn).threw(failure, stopped(), fault);
      tell(last, failure);
      return last;
    } catch (RuntimeException | Error e) {
      LOG.warn("Agent {} fails to judge its failure", dispatch.getAgent(), e);
      return end(erredIn).broken(failure);
    }
  }

  /** Whoever reads the log finds the failure there too, in full and once. */
  private void tell(Last last, Throwable failure) {
    var error = last.error();
    if (error != null) {
      LOG.warn(
          "Agent {} failed in run {} of {}, step {}, epoch {}",
          dispatch.getAgent(),
          ref.runId(),
          ref.tenant(),
          error.getStep(),
          ref.epoch(),
          failure);
    }
  }

  /** A step's body threw what leaves the agent and is no result of the step. */
  void erredIn(String step, Error failure) {
    erred = new Erred(step, failure);
  }

  @SuppressWarnings("unchecked") // the input was read as the type that the agent declares
  private @Nullable Object call(LoadedAgent agent, @Nullable Object input) throws Exception {
    var code = (Agent<@Nullable Object, ?>) agent.code();
    var context = new StepContext(this, code.getClass().getName(), agent.codec());
    var caller = Thread.currentThread();
    var before = caller.getContextClassLoader();
    caller.setContextClassLoader(code.getClass().getClassLoader()); // for its libraries
    try {
      return environment.rehearsal().call(code, dispatch, context, input);
    } finally {
      caller.setContextClassLoader(before);
      var bodies = thread.bodies();
      if (bodies != null) {
        bodies.close();
      }
    }
  }

  // --- reading

  /** A journal that cannot be read here is no failure of the agent. */
  private DispatchLoader.Loaded load() throws InterruptedException {
    try {
      return DispatchLoader.load(dispatch, environment.reader());
    } catch (KafkaException e) {
      throw unreadable(e);
    }
  }

  private RunStoppedError unreadable(KafkaException cause) {
    if (cause instanceof JournalBrokenException broken) {
      return breaks(
          new RunError(
              JournalBrokenException.TYPE,
              Texts.atMost(Bounds.REASON_CHARS, String.valueOf(broken.getMessage())),
              null,
              null),
          broken);
    }
    LOG.warn("The journal of run {} cannot be read", ref.runId(), cause);
    stop(StopKind.LOST_JOURNAL);
    LifeSigns.pause(RETRY_YIELD_MS); // the gate sends the run again at once
    return new RunStoppedError(StopKind.LOST_JOURNAL.name());
  }

  /** No worker can go on with the run, whatever the agent does now: it ends as DEAD. */
  private RunStoppedError breaks(RunError error, Throwable cause) {
    LOG.error("Run {} of {} cannot go on: {}", ref.runId(), ref.tenant(), error.getType(), cause);
    if (thread.stop(StopKind.LOST_JOURNAL, environment.nowMs())) {
      fault = error;
    }
    return new RunStoppedError(error.getType());
  }

  /** Reads one entry that another than this run wrote. */
  <E extends SpecificRecord> E read(long offset, Class<E> type) {
    return read(List.of(offset), type).getFirst();
  }

  /**
   * Reads entries that others than this run wrote; their times are what the run knows of from here.
   *
   * @throws RunStoppedError if they cannot be read, or this run is told to stop
   */
  <E extends SpecificRecord> List<E> read(List<Long> offsets, Class<E> type) {
    try {
      var records = environment.reader().read(dispatch.getGatePartition(), offsets);
      var checks = new ReplayChecks(dispatch);
      var entries = new ArrayList<E>(offsets.size());
      for (int i = 0; i < records.size(); i++) {
        entries.add(checks.entry(offsets.get(i), records.get(i).record(), type));
        journal.told(records.get(i).appendedMs());
      }
      thread.called(environment.nowMs());
      return entries;
    } catch (KafkaException e) {
      throw unreadable(e);
    } catch (InterruptedException e) {
      checkStopped();
      Thread.currentThread().interrupt();
      throw new IllegalStateException("the agent's thread was interrupted", e);
    }
  }

  // --- writing

  /** Appends a record that the run goes on behind; returns its append time, if that is known. */
  private long append(int seq, @Nullable Integer code, SpecificRecord entry) {
    checkMayWrite();
    thread.parked(true);
    try {
      var record = record(seq, code, entry);
      long atMs = environment.writer().append(record, dispatch.getGatePartition()).join();
      listener.advanced(ref);
      thread.called(environment.nowMs());
      return atMs;
    } catch (RuntimeException e) {
      var cause = LastRecord.cause(e);
      if (LastRecord.isUnwritable(cause)) {
        throw breaks(LastRecord.error(cause), cause);
      }
      LOG.warn("A journal record of run {} is of unknown outcome", ref.runId(), cause);
      stop(StopKind.LOST_JOURNAL);
      return JournalSink.UNKNOWN;
    } finally {
      thread.parked(false);
    }
  }

  private JournalRecord record(int seq, @Nullable Integer code, SpecificRecord entry) {
    return environment.record(ref, seq, version, code, entry);
  }

  /**
   * Writes the epoch's last record, for as long as it takes. A yield is repeated at further
   * positions until it is known to stand.
   */
  private void finish(Last last) {
    var entry = last;
    long emitted = output.close();
    long pauseMs = RETRY_YIELD_MS;
    while (!environment.life().isOver()) {
      Thread.interrupted(); // what told the run to stop must not stop its last record
      try {
        var record = record(journal.tail().next(), null, entry.written());
        environment.writer().appendLast(record, dispatch.getGatePartition(), emitted).join();
        return;
      } catch (RuntimeException | Error e) {
        environment.life().endIfFatal("a run's last record", e);
        entry = instead(entry, LastRecord.cause(e));
        LifeSigns.pause(pauseMs);
        pauseMs = Math.min(LONGEST_PAUSE_MS, 2 * pauseMs);
      }
    }
  }

  private Last instead(Last failed, Throwable cause) {
    LOG.warn("The last record of run {} was not appended", ref.runId(), cause);
    var end = LastRecord.instead(failed, cause);
    if (end != null) {
      return end;
    }
    journal.tail().lose();
    stop(StopKind.LOST_JOURNAL);
    return LastRecord.stopped(StopKind.LOST_JOURNAL);
  }
}
