package dev.sluice.runner.worker;

import dev.sluice.runner.Agent;
import dev.sluice.runner.RunStoppedException;
import dev.sluice.runner.StepFailedException;
import dev.sluice.runner.StepMismatchException;
import dev.sluice.v1.Dispatch;
import dev.sluice.v1.EndEntry;
import dev.sluice.v1.JournalPosition;
import dev.sluice.v1.JournalRecord;
import dev.sluice.v1.Retry;
import dev.sluice.v1.RunError;
import dev.sluice.v1.RunStatus;
import dev.sluice.v1.StepEntry;
import dev.sluice.v1.Stopped;
import dev.sluice.v1.Until;
import dev.sluice.v1.YieldEntry;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One epoch of a run on this worker, from its claim to the last record that this worker writes of
 * it. Runs in a virtual thread of its own.
 */
final class Execution implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(Execution.class);
  private static final long RETRY_YIELD_MS = 500;

  private final WorkerParts parts;
  private final Dispatch dispatch;
  private final RunRef ref;
  private final AtomicReference<@Nullable StopKind> stop = new AtomicReference<>();
  private volatile @Nullable Thread thread;
  private volatile long stoppedAtMs;
  private volatile boolean busy = true;
  private RunJournal journal;

  Execution(WorkerParts parts, Dispatch dispatch) {
    this.parts = parts;
    this.dispatch = dispatch;
    this.ref = new RunRef(dispatch.getTenant(), dispatch.getRunId(), dispatch.getEpoch());
    this.journal = RunJournal.unread(dispatch.getReplay().size());
  }

  RunRef ref() {
    return ref;
  }

  Dispatch dispatch() {
    return dispatch;
  }

  RunJournal journal() {
    return journal;
  }

  WorkerParts parts() {
    return parts;
  }

  // --- being stopped

  /** Asks the run to stop; the first reason counts, but a harder one is added to a drain. */
  void stop(StopKind kind) {
    boolean first =
        stop.compareAndSet(null, kind)
            || (kind != StopKind.DRAIN && stop.compareAndSet(StopKind.DRAIN, kind));
    var running = thread;
    if (first) {
      stoppedAtMs = parts.nowMs();
      if (kind.interrupts() && running != null) {
        running.interrupt();
      }
    }
  }

  /** What it was told to stop for and when; null if it was not. */
  @Nullable StopKind stopped() {
    return stop.get();
  }

  long stoppedAtMs() {
    return stoppedAtMs;
  }

  /** Whether code of the agent may still be executing. */
  boolean isBusy() {
    return busy;
  }

  void checkStopped() {
    var kind = stop.get();
    if (kind != null) {
      throw new RunStoppedException(kind.name());
    }
  }

  // --- executing

  @Override
  public void run() {
    thread = Thread.currentThread();
    try {
      var last = execute();
      busy = false;
      finish(last);
    } catch (RuntimeException | Error e) {
      LOG.error("Run {} of {} failed in the worker", ref.runId(), ref.tenant(), e);
    } finally {
      parts.executions().ended(this);
    }
  }

  /** What the epoch ends with: an {@code EndEntry}, or a {@code YieldEntry} for all else. */
  private Object execute() {
    try {
      checkStopped();
      var input = load();
      var agent = parts.agent(dispatch.getAgent());
      var output = call(agent, ValueCodec.input(agent, input));
      journal.checkEnd();
      checkStopped();
      return succeeded(output);
    } catch (Exception e) {
      return failed(e);
    } catch (Error e) {
      // Whatever the agent did to itself, its lease must not outlive it.
      return failed(new IllegalStateException("the agent failed with " + e, e));
    }
  }

  @SuppressWarnings("unchecked") // the input was read as the type that the agent declares
  private @Nullable Object call(Agent<?, ?> agent, @Nullable Object input) throws Exception {
    var context = new StepContext(this, agent.getClass().getClassLoader());
    var output = ((Agent<@Nullable Object, ?>) agent).run(context, input);
    context.settleFailure();
    return output;
  }

  private ByteBuffer load() throws InterruptedException {
    List<Long> offsets = new ArrayList<>();
    if (dispatch.getSubmission() == null) {
      offsets.add(dispatch.getInputOffset());
    }
    dispatch.getReplay().stream().map(JournalPosition::getOffset).forEach(offsets::add);
    var records = read(offsets);
    var steps = new ArrayList<StepEntry>();
    ByteBuffer input = null;
    for (var record : records) {
      if (record.getEntry() instanceof dev.sluice.v1.InputEntry entry) {
        input = entry.getSubmission().getInput();
      } else if (record.getEntry() instanceof StepEntry step) {
        steps.add(step);
      }
    }
    journal = RunJournal.of(steps);
    var inline = dispatch.getSubmission();
    if (inline != null) {
      return inline.getInput();
    }
    if (input == null) {
      throw new KafkaException("no input at offset " + dispatch.getInputOffset());
    }
    return input;
  }

  /** A journal that cannot be read here is no failure of the agent. */
  private List<JournalRecord> read(List<Long> offsets) throws InterruptedException {
    try {
      return parts.reader().read(dispatch.getGatePartition(), offsets);
    } catch (KafkaException e) {
      LOG.warn("The journal of run {} cannot be read", ref.runId(), e);
      stop(StopKind.LOST_JOURNAL);
      throw new RunStoppedException(StopKind.LOST_JOURNAL.name());
    }
  }

  private Object succeeded(@Nullable Object output) {
    var encoded = ValueCodec.encode(output, "the run's output");
    return new EndEntry(
        RunStatus.SUCCEEDED, encoded.bytes(), ValueCodec.JSON_TYPE, null, journal.takeCharges());
  }

  /** The first cause wins: a run that was told to stop did not fail by what that made it throw. */
  private Object failed(Exception failure) {
    var kind = stop.get();
    if (kind != null) {
      return yielded(new Stopped(kind.reason()));
    }
    if (failure instanceof PauseException pause) {
      return yielded(new Until(pause.delayMs(), String.valueOf(pause.getMessage())));
    }
    if (failure instanceof StepMismatchException) {
      return ended(RunStatus.DEAD, error("StepMismatch", failure));
    }
    var agent = parts.agents().get(dispatch.getAgent());
    var cause = failure instanceof StepFailedException step ? step.getCause() : failure;
    boolean again =
        agent == null || agent.retries(cause instanceof Exception inner ? inner : failure);
    return again
        ? yielded(new Retry(error(type(failure), failure), null))
        : ended(RunStatus.FAILED, error(type(failure), failure));
  }

  private static String type(Exception failure) {
    return failure instanceof StepFailedException step ? step.type() : failure.getClass().getName();
  }

  private static RunError error(String type, Exception failure) {
    var step = failure instanceof StepFailedException failed ? failed.step() : null;
    return new RunError(type, String.valueOf(failure.getMessage()), step);
  }

  private EndEntry ended(RunStatus status, RunError error) {
    return new EndEntry(status, null, ValueCodec.JSON_TYPE, error, journal.takeCharges());
  }

  private YieldEntry yielded(Object wait) {
    return new YieldEntry(wait, journal.takeBodyCharges());
  }

  // --- writing

  /**
   * Appends a record that the run goes on behind.
   *
   * @throws RunStoppedException if its outcome is not known; the position is then never used again
   */
  void append(Object entry) {
    checkStopped();
    try {
      parts.writer().append(record(entry), dispatch.getGatePartition()).join();
      journal.wrote();
    } catch (CompletionException | KafkaException e) {
      LOG.warn("A journal record of run {} is of unknown outcome", ref.runId(), e);
      journal.lost();
      stop(StopKind.LOST_JOURNAL);
      throw new RunStoppedException(StopKind.LOST_JOURNAL.name());
    }
  }

  private JournalRecord record(Object entry) {
    return new JournalRecord(
        ref.tenant(), ref.runId(), ref.epoch(), parts.incarnation(), journal.next(), "", entry);
  }

  /** Writes the epoch's last record; a yield is repeated at further positions until it is known. */
  private void finish(Object last) {
    var entry = last;
    while (!parts.isDead()) {
      Thread.interrupted(); // what told the run to stop must not stop its last record
      try {
        parts.writer().append(record(entry), dispatch.getGatePartition()).join();
        return;
      } catch (CompletionException | KafkaException e) {
        LOG.warn("The last record of run {} is of unknown outcome", ref.runId(), e);
        journal.lost();
        stop(StopKind.LOST_JOURNAL);
        entry = new YieldEntry(new Stopped(StopKind.LOST_JOURNAL.reason()), Map.of());
        parts.pause(RETRY_YIELD_MS);
      }
    }
  }
}
