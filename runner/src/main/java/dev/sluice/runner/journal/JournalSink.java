package dev.sluice.runner.journal;

import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/** Takes the entries of one epoch. */
public interface JournalSink {
  /** The outcome of an append that nobody knows. */
  long UNKNOWN = -1;

  /**
   * Appends an entry at a position and waits until it stands. To be called by one thread at a time.
   *
   * @param code the position in the code that it belongs to, where the record has to say it
   * @return its append time, by the log's clock; {@link #UNKNOWN} if it is not known whether it
   *     stands: the position is then never used again
   * @throws dev.sluice.sdk.RunStoppedError if this worker must not go on with the run
   */
  long append(int seq, @Nullable Integer code, SpecificRecord entry);
}
