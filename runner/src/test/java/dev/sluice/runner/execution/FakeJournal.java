package dev.sluice.runner.execution;

import dev.sluice.runner.io.JournalAppender;
import dev.sluice.runner.io.JournalBrokenException;
import dev.sluice.runner.io.JournalSource;
import dev.sluice.runner.io.Stored;
import dev.sluice.v1.JournalRecord;
import dev.sluice.v1.StepEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/** One partition of a journal in memory; an offset is a place in a list. */
public final class FakeJournal implements JournalAppender, JournalSource {
  /** Append time of the first record. */
  static final long FIRST_MS = 1_790_000_000_000L;

  /** From one to the next. */
  static final long STEP_MS = 1_000;

  private final List<JournalRecord> records = new ArrayList<>();
  private final List<Long> reads = new ArrayList<>();
  private final FakeOutputs outputs = new FakeOutputs();
  private final List<Long> emitted = new ArrayList<>();
  private int failingFrom = Integer.MAX_VALUE;
  private boolean failuresAreWritten;
  private @Nullable CompletableFuture<Void> held;
  private Function<JournalRecord, @Nullable Throwable> refusal = record -> null;

  /** From the given append on (0 is the next) the outcome of one append is unknown. */
  void loseAppend(int which, boolean written) {
    failingFrom = which;
    failuresAreWritten = written;
  }

  /** The next record is taken, and acknowledged when the caller completes what this returns. */
  synchronized CompletableFuture<Void> hold() {
    held = new CompletableFuture<>();
    return held;
  }

  /** Throws what {@code refusal} makes of a record instead of taking it, unless that is null. */
  void refuse(Function<JournalRecord, @Nullable Throwable> refusal) {
    this.refusal = refusal;
  }

  @Override
  public synchronized CompletableFuture<Long> append(JournalRecord record, int partition) {
    switch (refusal.apply(record)) {
      case null -> {}
      case Error error -> throw error;
      case RuntimeException unchecked -> throw unchecked;
      case Throwable other -> throw new IllegalArgumentException(other);
    }
    if (failingFrom-- == 0) {
      failingFrom = Integer.MAX_VALUE;
      if (failuresAreWritten) {
        records.add(record);
      }
      return CompletableFuture.failedFuture(new KafkaException("unknown outcome"));
    }
    long atMs = timeOf(add(record));
    var acknowledgement = held;
    held = null;
    return acknowledgement == null
        ? CompletableFuture.completedFuture(atMs)
        : acknowledgement.thenApply(taken -> atMs);
  }

  @Override
  public synchronized CompletableFuture<Long> appendLast(
      JournalRecord record, int partition, long chunks) {
    emitted.add(chunks);
    return append(record, partition);
  }

  /** Where what agents emit goes. */
  FakeOutputs outputs() {
    return outputs;
  }

  /** What the last record of each epoch says of its chunks. */
  synchronized List<Long> emitted() {
    return List.copyOf(emitted);
  }

  static long timeOf(long offset) {
    return FIRST_MS + offset * STEP_MS;
  }

  @Override
  public synchronized List<Stored> read(int partition, List<Long> offsets) {
    reads.addAll(offsets);
    var found = new ArrayList<Stored>();
    for (long offset : offsets) {
      if (offset < 0 || offset >= records.size()) {
        throw new JournalBrokenException("no record at " + offset, null);
      }
      found.add(new Stored(records.get((int) offset), timeOf(offset)));
    }
    return found;
  }

  /** Appends what others than a worker write. */
  public synchronized long add(JournalRecord record) {
    records.add(record);
    return records.size() - 1L;
  }

  /** Puts another record in the place of each step's, as somebody who may write to the topic. */
  synchronized void replaceStep(UnaryOperator<JournalRecord> forgery) {
    records.replaceAll(
        record -> record.getEntry() instanceof StepEntry ? forgery.apply(record) : record);
  }

  public synchronized List<JournalRecord> from(int offset) {
    return List.copyOf(records.subList(offset, records.size()));
  }

  public synchronized int size() {
    return records.size();
  }

  public synchronized JournalRecord at(long offset) {
    return records.get((int) offset);
  }

  /** Every offset that was read so far. */
  synchronized List<Long> reads() {
    return List.copyOf(reads);
  }
}
