package dev.sluice.admission.settings;

import org.jspecify.annotations.Nullable;

/**
 * A tenant's own record; null takes the plan's value.
 *
 * @param plan name of the plan; null is {@code free}
 */
public record TenantSettings(
    @Nullable String plan,
    @Nullable Integer maxInFlight,
    @Nullable Double weight,
    @Nullable Integer maxQueued,
    @Nullable Integer maxLive,
    @Nullable Integer maxChildren,
    @Nullable Integer maxDepth,
    @Nullable Integer maxDescendants,
    @Nullable Integer maxAttempts,
    @Nullable Integer maxSteps,
    boolean paused) {
  /** What a tenant without a record has. */
  public static final TenantSettings DEFAULT =
      new TenantSettings(null, null, null, null, null, null, null, null, null, null, false);

  /** Returns these settings with another cap. */
  public TenantSettings withMaxInFlight(int cap) {
    return new TenantSettings(
        plan,
        cap,
        weight,
        maxQueued,
        maxLive,
        maxChildren,
        maxDepth,
        maxDescendants,
        maxAttempts,
        maxSteps,
        paused);
  }

  /** Returns these settings, paused or not. */
  public TenantSettings withPaused(boolean now) {
    return new TenantSettings(
        plan,
        maxInFlight,
        weight,
        maxQueued,
        maxLive,
        maxChildren,
        maxDepth,
        maxDescendants,
        maxAttempts,
        maxSteps,
        now);
  }
}
