package dev.sluice.admission.pace;

import dev.sluice.admission.settings.Brake;

/**
 * A gate partition's part of what a brake allows to all of them. Flows are in starts of a minute of
 * the partition, times {@link #partitions}, so that they are whole numbers; in a millisecond as
 * much comes in as the flow is, and a start takes {@link #start} out.
 *
 * @param partition from 0
 * @param partitions of the gate
 */
public record Share(int partition, int partitions) {
  /**
   * At one start a minute a start takes what comes in within a minute and three seconds. These pay
   * for what may be saved up, and for the tick by which a minute may be longer in lease time.
   */
  private static final long START_MS = 63_000;

  /**
   * Beside a start, what comes in within this time may be saved up: as much as between two ticks.
   */
  private static final long SAVED_MS = 1_499;

  /** Where the flow ends that rises to no bound, in starts of a minute of the partition. */
  private static final long TOP = 6_000;

  public Share {
    if (partitions < 1 || partition < 0) {
      throw new IllegalArgumentException(
          "a share must be of a partition of some, got %d of %d".formatted(partition, partitions));
    }
  }

  /** What a start takes. */
  long start() {
    return START_MS * partitions;
  }

  /** What is there when a brake begins: where shares are small, one partition begins first. */
  long first() {
    return Math.floorMod(partition, partitions) * START_MS;
  }

  /**
   * The most that may be saved up. With what comes in within a minute of wall time, which is at
   * most 61.5 s of lease time, that is less than one start more than the flow's.
   */
  long bucket(long flow) {
    return start() + flow * SAVED_MS;
  }

  /**
   * What comes in under the brake. A bound of at least one start for each partition is divided into
   * whole starts, the first partitions taking what is left over, so that all together never exceed
   * it; of a smaller one each partition has the same part.
   */
  long flow(Brake brake) {
    var most = brake.maxStartsPerMinute();
    if (brake.paused()) {
      return 0;
    }
    if (most == null) {
      return TOP * partitions;
    }
    if (most < partitions) {
      return most;
    }
    int starts = most / partitions + (partition < most % partitions ? 1 : 0);
    return (long) starts * partitions;
  }
}
