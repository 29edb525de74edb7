package dev.sluice.bench.measure;

import java.util.concurrent.TimeUnit;

/** Waits for points of this machine's monotonic clock, which all its processes share. */
public final class Pace {
  private Pace() {}

  /** Returns at {@code nanos}, a time of {@link System#nanoTime}, or at once if that is over. */
  public static void until(long nanos) throws InterruptedException {
    long left = nanos - System.nanoTime();
    if (left > 0) {
      TimeUnit.NANOSECONDS.sleep(left);
    }
  }

  /** Nanoseconds from one of {@code perSecond} events to the next. */
  public static long period(int perSecond) {
    return TimeUnit.SECONDS.toNanos(1) / perSecond;
  }
}
