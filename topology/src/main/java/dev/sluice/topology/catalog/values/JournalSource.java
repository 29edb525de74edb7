package dev.sluice.topology.catalog.values;

import dev.sluice.v1.JournalRecord;
import java.util.List;

/** Reads journal records back from their topic. */
public interface JournalSource {
  /** What a read found at a place. */
  sealed interface Read {
    /** The record that was meant. */
    record Found(JournalRecord record) implements Read {}

    /**
     * There is no such record, or it cannot be read.
     *
     * @param why for people
     */
    record Missing(String why) implements Read {}
  }

  /**
   * Reads what stands at places, in their order: of the first ones, as many as can be read in time,
   * and at least one.
   *
   * @throws JournalUnavailableException if not even the first can be read now
   */
  List<Read> read(List<JournalPlace> places);
}
