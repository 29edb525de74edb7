package dev.sluice.sdk;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How a child differs from its parent.
 *
 * @param pool the workers that may take it; null for its parent's
 * @param detached true: it goes on when its parent ends; else it is cancelled then
 * @param limits bounds of its own tree, which may only lower its parent's; null for none
 * @param retry attempts of the run as a whole; null for its agent's or the tenant's
 * @param maxDuration that workers may hold it, waits not counted; null for the gate's default, 24
 *     hours unless configured
 * @param endBy when it ends TIMED_OUT, whatever it does, by the log's time, in whole milliseconds;
 *     its parent's counts where that is earlier, also of a detached child, and where this is null
 */
public record SpawnOptions(
    @Nullable String pool,
    boolean detached,
    @Nullable TreeLimits limits,
    @Nullable RetryPolicy retry,
    @Nullable Duration maxDuration,
    @Nullable Instant endBy) {
  public static final SpawnOptions DEFAULT = new SpawnOptions(null, false, null, null, null, null);

  private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999Z");

  public SpawnOptions {
    if (maxDuration != null && maxDuration.toMillis() < 1) {
      throw new IllegalArgumentException("maxDuration must be at least 1 ms, got " + maxDuration);
    }
    if (endBy != null && (endBy.isBefore(Instant.EPOCH) || endBy.isAfter(LATEST))) {
      throw new IllegalArgumentException(
          "endBy must be %s to %s, got %s".formatted(Instant.EPOCH, LATEST, endBy));
    }
  }

  /**
   * The same in another pool.
   *
   * @param name 1 to 64 of {@code [a-z0-9-]}; an unknown pool ends the child as REJECTED
   */
  public SpawnOptions inPool(String name) {
    return new SpawnOptions(name, detached, limits, retry, maxDuration, endBy);
  }

  /** The same for a child that goes on when its parent ends. */
  public SpawnOptions andDetached() {
    return new SpawnOptions(pool, true, limits, retry, maxDuration, endBy);
  }

  /** The same with bounds of the child's own tree. */
  public SpawnOptions within(TreeLimits bounds) {
    return new SpawnOptions(pool, detached, bounds, retry, maxDuration, endBy);
  }

  /** The same with another policy for attempts of the child as a whole. */
  public SpawnOptions retrying(RetryPolicy policy) {
    return new SpawnOptions(pool, detached, limits, policy, maxDuration, endBy);
  }

  /**
   * The same for a child that workers may hold so long.
   *
   * @param atMost at least 1 ms; waits do not count
   * @throws IllegalArgumentException if it is shorter
   */
  public SpawnOptions lasting(Duration atMost) {
    return new SpawnOptions(pool, detached, limits, retry, atMost, endBy);
  }

  /**
   * The same for a child that ends TIMED_OUT at {@code time}, whatever it does then.
   *
   * @param time from 1970 to 9999, in whole milliseconds
   * @throws IllegalArgumentException if it lies outside
   */
  public SpawnOptions endingBy(Instant time) {
    return new SpawnOptions(pool, detached, limits, retry, maxDuration, time);
  }
}
