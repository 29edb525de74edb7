package dev.sluice.gateway.flow;

/**
 * Permits that come at a constant rate, and are kept for a second. Not safe for several threads.
 */
final class Bucket {
  private static final long SECOND = 1_000_000_000L;

  private final long perSecond;

  /** In billionths of a permit, so that no rounding loses one. */
  private long level;

  private long atNanos;

  /** Full at {@code nowNanos}. */
  Bucket(int perSecond, long nowNanos) {
    this.perSecond = perSecond;
    level = perSecond * SECOND;
    atNanos = nowNanos;
  }

  /**
   * Takes a permit if there is one.
   *
   * @param nowNanos of a clock that never goes back
   * @return 0 if it was taken; otherwise for how many nanoseconds there will be none
   */
  long take(long nowNanos) {
    long passed = Math.min(SECOND, Math.max(0, nowNanos - atNanos));
    level = Math.min(perSecond * SECOND, level + passed * perSecond);
    atNanos = nowNanos;
    if (level >= SECOND) {
      level -= SECOND;
      return 0;
    }
    return (SECOND - level + perSecond - 1) / perSecond;
  }

  /** Whether nobody has taken from it for a second: a fresh one would be the same. */
  boolean isFull(long nowNanos) {
    return nowNanos - atNanos >= SECOND;
  }
}
