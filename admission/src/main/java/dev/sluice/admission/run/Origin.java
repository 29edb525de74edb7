package dev.sluice.admission.run;

import java.util.Comparator;

/**
 * The place and time of a user's record's first append, before any re-routing.
 *
 * @param appendMs the broker's append time there, in milliseconds since the epoch
 * @param partition the partition it first lay in
 * @param offset its offset there
 */
public record Origin(long appendMs, int partition, long offset) implements Comparable<Origin> {
  private static final Comparator<Origin> OLDEST_FIRST =
      Comparator.comparingLong(Origin::appendMs)
          .thenComparingInt(Origin::partition)
          .thenComparingLong(Origin::offset);

  @Override
  public int compareTo(Origin other) {
    return OLDEST_FIRST.compare(this, other);
  }
}
