package dev.sluice.runner.worker;

import dev.sluice.runner.Agent;
import dev.sluice.runner.RunStoppedError;
import dev.sluice.schemas.process.QuietLog;
import dev.sluice.v1.Dispatch;
import dev.sluice.v1.JournalRecord;
import dev.sluice.v1.Stopped;
import dev.sluice.v1.YieldEntry;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * One epoch of a run on this worker, from its claim to the last record that this worker writes of
 * it. Runs in a virtual thread of its own.
 */
final class Execution implements Runnable {
  private static final QuietLog LOG = QuietLog.of(Execution.class);
  private static final long RETRY_YIELD_MS = 500;

  private final WorkerParts parts;
  private final Dispatch dispatch;
  private final RunRef ref;
  private final AtomicReference<@Nullable StopKind> stop = new AtomicReference<>();
  private final CountDownLatch stopping = new CountDownLatch(1);
  private volatile @Nullable Thread thread;
  private volatile long stoppedAtMs;
  private volatile boolean busy = true;
  private String version = "";
  private RunJournal journal;

  Execution(WorkerParts parts, Dispatch dispatch) {
    this.parts = parts;
    this.dispatch = dispatch;
    this.ref = new RunRef(dispatch.getTenant(), dispatch.getRunId(), dispatch.getEpoch());
    this.journal = RunJournal.unread(dispatch, this::append);
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
      stopping.countDown();
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

  /** At a boundary between steps, where whatever stops the run may do so. */
  void checkStopped() {
    var kind = stop.get();
    if (kind != null) {
      throw new RunStoppedError(kind.name());
    }
  }

  /** Waits until the run is told to stop, for {@code ms} at most. */
  void awaitStop(long ms) throws InterruptedException {
    boolean told = stopping.await(ms, TimeUnit.MILLISECONDS);
    if (told) {
      checkStopped();
    }
  }

  /** Where a result has been reached: to drain is no reason to throw it away. */
  void checkMayWrite() {
    var kind = stop.get();
    if (kind != null && kind != StopKind.DRAIN) {
      throw new RunStoppedError(kind.name());
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
      var agent = parts.agent(dispatch.getAgent());
      version = agent.version();
      var loaded = load();
      journal = RunJournal.of(dispatch, loaded.replay(), version, this::append);
      var output = call(agent, ValueCodec.input(agent, loaded.input()));
      journal.checkEnd();
      checkMayWrite();
      return end().returned(output);
    } catch (Exception | Error e) {
      // An Error too: whatever the agent did to itself, its lease must not outlive it.
      return threw(e);
    }
  }

  private EpochEnd end() {
    return new EpochEnd(journal, parts.agents().get(dispatch.getAgent()));
  }

  private Object threw(Throwable failure) {
    try {
      return end().threw(failure, stop.get());
    } catch (RuntimeException | Error e) {
      LOG.warn("Agent {} fails to judge its failure", dispatch.getAgent(), e);
      return end().broken(failure);
    }
  }

  @SuppressWarnings("unchecked") // the input was read as the type that the agent declares
  private @Nullable Object call(Agent<?, ?> agent, @Nullable Object input) throws Exception {
    var context = new StepContext(this, agent.getClass().getClassLoader());
    return ((Agent<@Nullable Object, ?>) agent).run(context, input);
  }

  // --- reading

  /** A journal that cannot be read here is no failure of the agent. */
  private DispatchLoader.Loaded load() throws InterruptedException {
    try {
      return DispatchLoader.load(dispatch, parts.reader());
    } catch (KafkaException e) {
      throw unreadable(e);
    }
  }

  private RunStoppedError unreadable(KafkaException cause) {
    LOG.warn("The journal of run {} cannot be read", ref.runId(), cause);
    stop(StopKind.LOST_JOURNAL);
    parts.pause(RETRY_YIELD_MS); // the gate sends the run again at once
    return new RunStoppedError(StopKind.LOST_JOURNAL.name());
  }

  /** Reads one entry that another than this run wrote. */
  <E extends SpecificRecord> E read(long offset, Class<E> type) {
    return read(List.of(offset), type).getFirst();
  }

  /**
   * Reads entries that others than this run wrote.
   *
   * @throws RunStoppedError if they cannot be read, or this run is told to stop
   */
  <E extends SpecificRecord> List<E> read(List<Long> offsets, Class<E> type) {
    try {
      var records = parts.reader().read(dispatch.getGatePartition(), offsets);
      return records.stream().map(record -> entry(record, type)).toList();
    } catch (KafkaException e) {
      throw unreadable(e);
    } catch (InterruptedException e) {
      checkStopped();
      Thread.currentThread().interrupt();
      throw new IllegalStateException("the agent's thread was interrupted", e);
    }
  }

  private static <E extends SpecificRecord> E entry(JournalRecord record, Class<E> type) {
    if (!type.isInstance(record.getEntry())) {
      throw new KafkaException(
          "expected a " + type.getSimpleName() + ", found " + record.getEntry().getClass());
    }
    return type.cast(record.getEntry());
  }

  // --- writing

  /** Appends a record that the run goes on behind; false if its outcome is not known. */
  private boolean append(int seq, SpecificRecord entry) {
    checkMayWrite();
    try {
      parts.writer().append(record(seq, entry), dispatch.getGatePartition()).join();
      return true;
    } catch (CompletionException | KafkaException e) {
      LOG.warn("A journal record of run {} is of unknown outcome", ref.runId(), e);
      stop(StopKind.LOST_JOURNAL);
      return false;
    }
  }

  private JournalRecord record(int seq, Object entry) {
    return new JournalRecord(
        ref.tenant(), ref.runId(), ref.epoch(), parts.incarnation(), seq, version, entry);
  }

  /** Writes the epoch's last record; a yield is repeated at further positions until it is known. */
  private void finish(Object last) {
    var entry = last;
    while (!parts.isDead()) {
      Thread.interrupted(); // what told the run to stop must not stop its last record
      try {
        var record = record(journal.tail().next(), entry);
        parts.writer().append(record, dispatch.getGatePartition()).join();
        return;
      } catch (CompletionException | KafkaException e) {
        LOG.warn("The last record of run {} is of unknown outcome", ref.runId(), e);
        journal.tail().lose();
        stop(StopKind.LOST_JOURNAL);
        entry = new YieldEntry(new Stopped(StopKind.LOST_JOURNAL.reason()), Map.of());
        parts.pause(RETRY_YIELD_MS);
      }
    }
  }
}
