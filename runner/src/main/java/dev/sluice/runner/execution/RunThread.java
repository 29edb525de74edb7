package dev.sluice.runner.execution;

import dev.sluice.runner.identity.RunRef;
import dev.sluice.runner.trace.Entered;
import dev.sluice.runner.trace.EpochTrace;
import dev.sluice.schemas.process.QuietLog;
import dev.sluice.sdk.RunStoppedError;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The thread that executes an epoch: what it was told to stop for, whether it does, and what is
 * told of it elsewhere.
 */
final class RunThread {
  private static final QuietLog LOG = QuietLog.of(RunThread.class);

  private final Stopping stopping = new Stopping();
  private final EpochTrace trace;
  private Entered entered = Entered.NOTHING;
  private volatile @Nullable Thread thread;
  private volatile boolean busy = true;

  /** Whether it waits for Kafka, for a body or for the journal's lock: it executes no code. */
  private volatile boolean parked;

  /** Of steps that execute beside it; null until there is one. */
  private volatile @Nullable ParallelBodies bodies;

  private volatile long calledMs;
  private long lookedMs = Long.MIN_VALUE;
  private boolean reported;
  private volatile boolean givenUp;

  /**
   * @param nowMs when it was claimed or later
   */
  RunThread(EpochTrace trace, long nowMs) {
    this.trace = trace;
    calledMs = nowMs;
  }

  /** What traces and logs tell of the epoch. */
  EpochTrace trace() {
    return trace;
  }

  /** The caller is that thread. */
  void begins() {
    thread = Thread.currentThread();
    entered = trace.enter();
  }

  /** That thread has written the last record, or nothing will be written any more. */
  void ends() {
    entered.close();
    trace.close();
  }

  /** No code of the agent executes any more. */
  void agentIsDone() {
    busy = false;
  }

  /** The caller waits for Kafka to take a record, or for a body or lock that may, or no longer. */
  void parked(boolean waits) {
    if (Thread.currentThread() == thread) {
      parked = waits; // the thread of a body counts as executing in its body alone
    }
  }

  /** Steps execute beside it from here on. */
  void executesBeside(ParallelBodies started) {
    bodies = started;
  }

  /** What executes beside it; null if nothing ever did. */
  @Nullable ParallelBodies bodies() {
    return bodies;
  }

  /**
   * Asks it to stop.
   *
   * @return whether this counts: the first reason does, unless a harder one follows
   */
  boolean stop(StopKind kind, long nowMs) {
    boolean counts = stopping.tell(kind, nowMs);
    var running = thread; // whoever begins behind this finds that it was told
    if (counts && kind.interrupts() && running != null) {
      running.interrupt();
      var beside = bodies;
      if (beside != null) {
        beside.interrupt();
      }
    }
    return counts;
  }

  /** What it was told to stop for; null if it was not. */
  @Nullable StopKind stopped() {
    return stopping.kind();
  }

  /** Waits until it is told to stop; false if it was not within {@code ms}. */
  boolean awaitStop(long ms) throws InterruptedException {
    return stopping.await(ms);
  }

  /**
   * Whether the gate has told it to stop, or this worker has given it up, and code of the agent may
   * still be executing.
   */
  boolean isLingering() {
    return busy && (givenUp || isEnded());
  }

  /** Whether the gate has told it to stop: it never dispatches the run again. */
  private boolean isEnded() {
    var kind = stopped();
    return kind == StopKind.CANCEL || kind == StopKind.TIMEOUT;
  }

  /**
   * Whether code that returns was interrupted by a close and has taken the interrupt: what it
   * reached then may be no result.
   *
   * @param isFlagged whether it has left the thread's flag set
   */
  boolean isCut(boolean isFlagged) {
    return !isFlagged && stopped() == StopKind.CLOSE;
  }

  /** Behind code of which nothing tells whether it has taken the interrupt of a close. */
  void checkNotClosed() {
    if (isCut(false)) {
      throw new RunStoppedError(StopKind.CLOSE.name());
    }
  }

  /**
   * Whether it has not been told to stop in a way that holds also when its lease has ended. With a
   * close that does for certain, as no heartbeat is sent any more; the gate ends a run that it has
   * told to stop, and never dispatches it again.
   *
   * @param closing whether the worker closes
   */
  boolean mayLinger(boolean closing) {
    return switch (stopped()) {
      case null -> true;
      case CANCEL, TIMEOUT -> !closing;
      case LOST_JOURNAL -> isExecuting();
      case StopKind told -> !told.halts();
    };
  }

  /** Whether whoever closes the worker waits for its end no longer. */
  boolean isLeft(long stuckAfterMs, long nowMs) {
    return givenUp || (isEnded() && isBusyMsAfterStop(stuckAfterMs, nowMs));
  }

  /** Whether code of the agent may still be executing, or may again. */
  boolean isBusy() {
    return busy;
  }

  /** Whether the caller executes code of the agent. */
  boolean isExecutedBy(Thread caller) {
    var beside = bodies;
    return thread == caller || (beside != null && beside.executedBy(caller) != null);
  }

  /** Whether code of the agent may still be executing so long after it was told to stop. */
  boolean isBusyMsAfterStop(long ms, long nowMs) {
    return isExecuting() && stopping.isSinceMs(ms, nowMs);
  }

  /** Whether code of the agent executes: its own, or a body's beside it. */
  boolean isExecuting() {
    var beside = bodies;
    return busy && (!parked || (beside != null && beside.isExecuting()));
  }

  /** For how long code has been executed since it was told to stop: {@link Stopping}. */
  long executedMsAfterStop(long passedMs) {
    return stopping.executedMs(isExecuting(), passedMs);
  }

  /**
   * Its lease may be over and its code executes all the same. For the one thread that looks.
   *
   * @return whether that is new
   */
  boolean giveUp() {
    boolean isFirst = !givenUp;
    givenUp = true;
    return isFirst;
  }

  boolean isGivenUp() {
    return givenUp;
  }

  /** Says, once, where the code is that does not stop. */
  void reportStuck(RunRef ref) {
    var running = thread;
    if (!reported && running != null) {
      reported = true;
      var beside = bodies;
      var body = beside == null ? null : beside.executing();
      var at = new IllegalStateException("where its thread is");
      at.setStackTrace((body == null ? running : body).getStackTrace());
      LOG.error("Run {} of {} does not stop though it was told to", ref.runId(), ref.tenant(), at);
    }
  }

  /** Does what changes the journal while no end of a body does. */
  <T extends @Nullable Object> T exclusively(Supplier<T> change) {
    var beside = bodies;
    return beside == null ? change.get() : beside.exclusively(change);
  }

  /** The same for what gives nothing back. */
  void change(Runnable change) {
    exclusively(
        () -> {
          change.run();
          return true;
        });
  }

  // --- code between steps

  /** The agent has called its context, or is given back what it called for. */
  void called(long nowMs) {
    calledMs = nowMs;
  }

  /**
   * Whether its agent has called for nothing that long, and nobody has looked for as long. For use
   * by the one thread that looks.
   */
  boolean mayLookAfter(long quietMs, long nowMs) {
    boolean may = busy && nowMs - Math.max(calledMs, lookedMs) >= quietMs;
    if (may) {
      lookedMs = nowMs;
    }
    return may;
  }

  /** Where it is now; empty if it has not begun. */
  StackTraceElement[] stack() {
    var running = thread;
    return running == null ? new StackTraceElement[0] : running.getStackTrace();
  }
}
