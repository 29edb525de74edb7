package dev.sluice.runner.lease;

import dev.sluice.runner.execution.Leases;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/**
 * How long this worker may count on its leases, for each gate partition: from when it sent the last
 * heartbeat that was acknowledged there, the TTL less two ticks (rule 4). Times are monotonic.
 *
 * <p>A lease whose deadline has once passed is over, whatever is acknowledged later: the gate may
 * have ended it meanwhile. So a worker that was frozen starts no step of what it held before.
 */
public final class LeaseDeadlines implements Leases {
  private static final int MARGIN_TICKS = 2;
  private static final long NEVER = -1;
  private static final int MOST_LAPSES = 32;

  /** At {@code atMs} an acknowledgement came {@code ms} after the one before had been sent. */
  private record Lapse(long atMs, long ms) {}

  private final List<Deque<Lapse>> lapses = new ArrayList<>();
  private final long[] number;
  private final long[] sentMs;
  private final long[] brokerMs;
  private final long[] brokerSeenMs;
  private final long tickMs;
  private volatile long shortestTtlMs;

  public LeaseDeadlines(int partitions, long ttlMs, long tickMs) {
    number = filled(partitions);
    sentMs = filled(partitions);
    brokerMs = filled(partitions);
    brokerSeenMs = filled(partitions);
    for (int partition = 0; partition < partitions; partition++) {
      lapses.add(new ArrayDeque<>());
    }
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

  /** A lease that lasts so long is offered to this worker: true if none was ever shorter. */
  public synchronized boolean offered(long ttlMs) {
    boolean isShorter = ttlMs < shortestTtlMs;
    shortestTtlMs = Math.min(shortestTtlMs, ttlMs);
    return isShorter;
  }

  /** How long the shortest lasts of the leases that this worker was ever offered. */
  public long shortestTtlMs() {
    return shortestTtlMs;
  }

  public synchronized void acknowledged(
      int partition, long heartbeat, long sent, long appendMs, long nowMs) {
    if (heartbeat > number[partition]) {
      if (number[partition] != NEVER && isOver(partition, nowMs)) {
        lapsed(lapses.get(partition), new Lapse(nowMs, nowMs - sentMs[partition]));
      }
      number[partition] = heartbeat;
      sentMs[partition] = sent;
      brokerMs[partition] = appendMs;
      brokerSeenMs[partition] = nowMs;
    }
  }

  /** Keeps what a later lapse does not cover; of too many the oldest two count as one. */
  private static void lapsed(Deque<Lapse> kept, Lapse lapse) {
    while (!kept.isEmpty() && kept.getLast().ms() <= lapse.ms()) {
      kept.removeLast();
    }
    kept.addLast(lapse);
    if (kept.size() > MOST_LAPSES) {
      var oldest = kept.removeFirst();
      kept.addFirst(new Lapse(kept.removeFirst().atMs(), oldest.ms()));
    }
  }

  @Override
  public synchronized boolean isOver(int partition, long ttlMs, long claimedMs, long nowMs) {
    return isOver(partition, ttlMs, nowMs)
        || lapses.get(partition).stream()
            .anyMatch(lapse -> lapse.atMs() >= claimedMs && lapse.ms() >= ownMs(ttlMs));
  }

  /** How long a worker counts on a lease after it has sent a heartbeat. */
  private long ownMs(long ttlMs) {
    return ttlMs - MARGIN_TICKS * tickMs;
  }

  /** The newest heartbeat acknowledged in {@code partition}; −1 for none. */
  synchronized long newest(int partition) {
    return number[partition];
  }

  /** Whether the shortest lease of {@code partition} may be over at {@code nowMs}. */
  public boolean isOver(int partition, long nowMs) {
    return isOver(partition, shortestTtlMs, nowMs);
  }

  /** Whether the shortest lease of any partition may be over at {@code nowMs}. */
  public synchronized boolean isAnyOver(long nowMs) {
    for (int partition = 0; partition < partitions(); partition++) {
      if (isOver(partition, nowMs)) {
        return true;
      }
    }
    return false;
  }

  /** Whether a lease of {@code partition} that lasts {@code ttlMs} may be over at {@code nowMs}. */
  public synchronized boolean isOver(int partition, long ttlMs, long nowMs) {
    return number[partition] == NEVER || nowMs - sentMs[partition] >= ownMs(ttlMs);
  }

  /** As far as the partition's last acknowledgement tells. */
  @Override
  public synchronized long brokerTimeMs(int partition, long nowMs) {
    return brokerMs[partition] == NEVER
        ? NEVER
        : brokerMs[partition] + nowMs - brokerSeenMs[partition];
  }
}
