package dev.sluice.http.wire;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How many bytes of requests and answers may be in memory. A third is for the first bytes of each,
 * so that large ones never take the place of small ones.
 */
public final class ByteBudget {
  /** How many bytes of each request are small. */
  static final int SMALL = 64 * 1024;

  private final AtomicLong smallLeft;
  private final AtomicLong largeLeft;

  public ByteBudget(long bytes) {
    smallLeft = new AtomicLong(bytes / 3);
    largeLeft = new AtomicLong(bytes - bytes / 3);
  }

  /** What one request holds. */
  public final class Hold {
    private volatile long held;

    public long bytes() {
      return held;
    }

    /** Holds so many bytes in all; false if there is no room, and nothing has changed. */
    public synchronized boolean atLeast(long bytes) {
      if (bytes <= held) {
        return true;
      }
      long small = small(bytes) - small(held);
      long large = large(bytes) - large(held);
      if (!take(smallLeft, small)) {
        return false;
      }
      if (!take(largeLeft, large)) {
        smallLeft.addAndGet(small);
        return false;
      }
      held = bytes;
      return true;
    }

    /** Gives back what is held beyond so many bytes. */
    public synchronized void atMost(long bytes) {
      if (bytes < held) {
        smallLeft.addAndGet(small(held) - small(bytes));
        largeLeft.addAndGet(large(held) - large(bytes));
        held = bytes;
      }
    }
  }

  private static long small(long bytes) {
    return Math.min(bytes, SMALL);
  }

  private static long large(long bytes) {
    return Math.max(0, bytes - SMALL);
  }

  private static boolean take(AtomicLong left, long bytes) {
    long before =
        left.getAndAccumulate(bytes, (have, wanted) -> have >= wanted ? have - wanted : have);
    return before >= bytes;
  }
}
