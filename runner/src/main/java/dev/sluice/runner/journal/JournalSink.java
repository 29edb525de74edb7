package dev.sluice.runner.journal;

import org.apache.avro.specific.SpecificRecord;

/** Takes the entries of one epoch. */
public interface JournalSink {
  /** The outcome of an append that nobody knows. */
  long UNKNOWN = -1;

  /**
   * Appends an entry at a position and waits until it stands.
   *
   * @return its append time, by the log's clock; {@link #UNKNOWN} if it is not known whether it
   *     stands: the position is then never used again
   * @throws dev.sluice.sdk.RunStoppedError if this worker must not go on with the run
   */
  long append(int seq, SpecificRecord entry);
}
