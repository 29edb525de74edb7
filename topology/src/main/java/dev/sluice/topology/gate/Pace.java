package dev.sluice.topology.gate;

import java.util.concurrent.TimeUnit;

/** At most so many a second, and some more at once after a pause. */
final class Pace {
  private final double perNano;
  private final int burst;
  private double left;
  private long lastNanos;

  Pace(int perSecond, int burst, long nowNanos) {
    perNano = perSecond / (double) TimeUnit.SECONDS.toNanos(1);
    this.burst = burst;
    left = burst;
    lastNanos = nowNanos;
  }

  /** How many may be taken now. */
  int left(long nowNanos) {
    left = Math.min(burst, left + (nowNanos - lastNanos) * perNano);
    lastNanos = nowNanos;
    return (int) left;
  }

  void take(int count) {
    left -= count;
  }
}
