package dev.sluice.runner.journal;

import org.apache.avro.specific.SpecificRecord;

/** Takes the entries of one epoch. */
public interface JournalSink {
  /**
   * Appends an entry at a position and waits until it stands.
   *
   * @return false if that is not known; the position is then never used again
   * @throws dev.sluice.sdk.RunStoppedError if this worker must not go on with the run
   */
  boolean append(int seq, SpecificRecord entry);
}
