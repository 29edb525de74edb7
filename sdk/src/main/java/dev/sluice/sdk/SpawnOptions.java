package dev.sluice.sdk;

import java.time.Duration;
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
 */
public record SpawnOptions(
    @Nullable String pool,
    boolean detached,
    @Nullable TreeLimits limits,
    @Nullable RetryPolicy retry,
    @Nullable Duration maxDuration) {
  public static final SpawnOptions DEFAULT = new SpawnOptions(null, false, null, null, null);

  public SpawnOptions {
    if (maxDuration != null && maxDuration.toMillis() < 1) {
      throw new IllegalArgumentException("maxDuration must be at least 1 ms, got " + maxDuration);
    }
  }

  public SpawnOptions inPool(String name) {
    return new SpawnOptions(name, detached, limits, retry, maxDuration);
  }

  public SpawnOptions andDetached() {
    return new SpawnOptions(pool, true, limits, retry, maxDuration);
  }

  public SpawnOptions within(TreeLimits bounds) {
    return new SpawnOptions(pool, detached, bounds, retry, maxDuration);
  }

  public SpawnOptions retrying(RetryPolicy policy) {
    return new SpawnOptions(pool, detached, limits, policy, maxDuration);
  }

  public SpawnOptions lasting(Duration atMost) {
    return new SpawnOptions(pool, detached, limits, retry, atMost);
  }
}
