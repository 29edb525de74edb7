package dev.sluice.runner.worker;

import java.util.Arrays;

/**
 * How long this worker may count on its leases, for each gate partition: from when it sent the last
 * heartbeat that was acknowledged there, the TTL less two ticks (rule 4). Times are monotonic.
 */
final class LeaseDeadlines {
  private static final int MARGIN_TICKS = 2;
  private static final long NEVER = -1;

  private final long[] number;
  private final long[] sentMs;
  private final long[] brokerMs;
  private final long[] brokerSeenMs;
  private final long tickMs;
  private volatile long shortestTtlMs;

  LeaseDeadlines(int partitions, long ttlMs, long tickMs) {
    number = filled(partitions);
    sentMs = filled(partitions);
    brokerMs = filled(partitions);
    brokerSeenMs = filled(partitions);
    this.shortestTtlMs = ttlMs;
    this.tickMs = tickMs;
  }

  private static long[] filled(int partitions) {
    long[] values = new long[partitions];
    Arrays.fill(values, NEVER);
    return values;
  }

  int partitions() {
    return number.length;
  }

  /** A lease that lasts so long is offered to this worker. */
  synchronized void offered(long ttlMs) {
    shortestTtlMs = Math.min(shortestTtlMs, ttlMs);
  }

  /** How long the shortest lasts of the leases that this worker was ever offered. */
  long shortestTtlMs() {
    return shortestTtlMs;
  }

  synchronized void acknowledged(
      int partition, long heartbeat, long sent, long appendMs, long nowMs) {
    if (heartbeat > number[partition]) {
      number[partition] = heartbeat;
      sentMs[partition] = sent;
      brokerMs[partition] = appendMs;
      brokerSeenMs[partition] = nowMs;
    }
  }

  /** The newest heartbeat acknowledged in {@code partition}; −1 for none. */
  synchronized long newest(int partition) {
    return number[partition];
  }

  /** Whether the shortest lease of {@code partition} may be over at {@code nowMs}. */
  boolean isOver(int partition, long nowMs) {
    return isOver(partition, shortestTtlMs, nowMs);
  }

  /** Whether a lease of {@code partition} that lasts {@code ttlMs} may be over at {@code nowMs}. */
  synchronized boolean isOver(int partition, long ttlMs, long nowMs) {
    return number[partition] == NEVER || nowMs >= sentMs[partition] + ttlMs - MARGIN_TICKS * tickMs;
  }

  /** The broker's time of {@code partition} now, as far as its last acknowledgement tells. */
  synchronized long brokerTimeMs(int partition, long nowMs) {
    return brokerMs[partition] == NEVER
        ? NEVER
        : brokerMs[partition] + nowMs - brokerSeenMs[partition];
  }
}
