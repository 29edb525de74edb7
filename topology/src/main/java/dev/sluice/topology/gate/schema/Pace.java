package dev.sluice.topology.gate.schema;

import java.util.concurrent.TimeUnit;

/** At most so many a second, and some more at once after a pause. */
public final class Pace {
  private final double perNano;
  private final int burst;
  private double left;
  private long lastNanos;

  public Pace(int perSecond, int burst, long nowNanos) {
    perNano = perSecond / (double) TimeUnit.SECONDS.toNanos(1);
    this.burst = burst;
    left = burst;
    lastNanos = nowNanos;
  }

  /** How many may be taken now. */
  public int left(long nowNanos) {
    left = Math.min(burst, left + (nowNanos - lastNanos) * perNano);
    lastNanos = nowNanos;
    return (int) left;
  }

  public void take(int count) {
    left -= count;
  }
}
