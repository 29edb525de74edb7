package dev.sluice.client;

import org.jspecify.annotations.Nullable;

/**
 * What a tenant may use; null is the plan's value.
 *
 * @param plan null for {@code free}
 * @param maxInFlight the cap: the most runs that hold a lease at once
 * @param weight its share of free slots, relative to other tenants'
 * @param maxQueued held and ready runs together
 * @param maxLive runs that have not ended
 * @param maxSteps since the last checkpoint of a run
 * @param paused whether none of its runs starts
 */
public record TenantLimits(
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
    @Nullable Boolean paused) {
  /** All that the plan says, and the plan {@code free}. */
  public static final TenantLimits NONE =
      new TenantLimits(null, null, null, null, null, null, null, null, null, null, null);

  /** All that a plan says. */
  public static TenantLimits ofPlan(String plan) {
    return NONE.withPlan(plan);
  }

  /** Whether they say no more than a tenant without limits of its own has. */
  public boolean saysNothing() {
    return equals(NONE) || equals(NONE.withPaused(false));
  }

  /** With this plan; null for {@code free}. */
  public TenantLimits withPlan(@Nullable String value) {
    return new TenantLimits(
        value,
        maxInFlight,
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

  /** With this cap on runs that hold a lease at once; null for the plan's. */
  public TenantLimits withMaxInFlight(@Nullable Integer value) {
    return new TenantLimits(
        plan,
        value,
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

  /** With this share of free slots, relative to other tenants'; null for the plan's. */
  public TenantLimits withWeight(@Nullable Double value) {
    return new TenantLimits(
        plan,
        maxInFlight,
        value,
        maxQueued,
        maxLive,
        maxChildren,
        maxDepth,
        maxDescendants,
        maxAttempts,
        maxSteps,
        paused);
  }

  /** With so many held and ready runs at most; null for the plan's. */
  public TenantLimits withMaxQueued(@Nullable Integer value) {
    return new TenantLimits(
        plan,
        maxInFlight,
        weight,
        value,
        maxLive,
        maxChildren,
        maxDepth,
        maxDescendants,
        maxAttempts,
        maxSteps,
        paused);
  }

  /** With so many runs at most that have not ended; null for the plan's. */
  public TenantLimits withMaxLive(@Nullable Integer value) {
    return new TenantLimits(
        plan,
        maxInFlight,
        weight,
        maxQueued,
        value,
        maxChildren,
        maxDepth,
        maxDescendants,
        maxAttempts,
        maxSteps,
        paused);
  }

  /** With so many children of a run at most; null for the plan's. */
  public TenantLimits withMaxChildren(@Nullable Integer value) {
    return new TenantLimits(
        plan,
        maxInFlight,
        weight,
        maxQueued,
        maxLive,
        value,
        maxDepth,
        maxDescendants,
        maxAttempts,
        maxSteps,
        paused);
  }

  /** With so many generations below a root at most; null for the plan's. */
  public TenantLimits withMaxDepth(@Nullable Integer value) {
    return new TenantLimits(
        plan,
        maxInFlight,
        weight,
        maxQueued,
        maxLive,
        maxChildren,
        value,
        maxDescendants,
        maxAttempts,
        maxSteps,
        paused);
  }

  /** With so many runs below a root at most; null for the plan's. */
  public TenantLimits withMaxDescendants(@Nullable Integer value) {
    return new TenantLimits(
        plan,
        maxInFlight,
        weight,
        maxQueued,
        maxLive,
        maxChildren,
        maxDepth,
        value,
        maxAttempts,
        maxSteps,
        paused);
  }

  /** With so many attempts of a run at most; null for the plan's. */
  public TenantLimits withMaxAttempts(@Nullable Integer value) {
    return new TenantLimits(
        plan,
        maxInFlight,
        weight,
        maxQueued,
        maxLive,
        maxChildren,
        maxDepth,
        maxDescendants,
        value,
        maxSteps,
        paused);
  }

  /** With so many positions at most since the last checkpoint of a run; null for the plan's. */
  public TenantLimits withMaxSteps(@Nullable Integer value) {
    return new TenantLimits(
        plan,
        maxInFlight,
        weight,
        maxQueued,
        maxLive,
        maxChildren,
        maxDepth,
        maxDescendants,
        maxAttempts,
        value,
        paused);
  }

  /** With none of its runs started if true; those that run go on. Null is false. */
  public TenantLimits withPaused(@Nullable Boolean value) {
    return new TenantLimits(
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
        value);
  }

  /**
   * Limits that Kafka has.
   *
   * @param at where they stand: what {@link SluiceClient#limitsDecision} asks for
   * @param decision what the gate decided; null if the gateway did not wait for it, or not long
   *     enough
   */
  public record Sent(String at, @Nullable Verdict decision) {}

  /**
   * What the gate decided on limits.
   *
   * @param isTaken whether they are in force; if not, those before still are
   * @param reason for people
   */
  public record Verdict(boolean isTaken, String reason) {}
}
