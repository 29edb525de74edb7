package dev.sluice.admission;

import java.util.List;
import java.util.Map;

/**
 * A piece of a run's step index, small enough to be written anew with each step.
 *
 * @param number from 0; chunk k holds the steps 64 k + 1 to 64 k + 64
 * @param entries in order
 * @param charged the whole run's charges when the chunk was written; the last chunk's count
 */
public record StepChunk(int number, List<StepEntry> entries, Map<String, Long> charged) {
  /** Steps in a full chunk. */
  public static final int SIZE = 64;

  public StepChunk {
    if (entries.size() > SIZE) {
      throw new IllegalArgumentException(
          "a chunk holds at most " + SIZE + " steps, got " + entries.size());
    }
    entries = List.copyOf(entries);
    charged = Map.copyOf(charged);
  }
}
