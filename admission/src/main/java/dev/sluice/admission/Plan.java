package dev.sluice.admission;

import org.jspecify.annotations.Nullable;

/**
 * What tenants of a plan may do unless their own record says otherwise.
 *
 * @param maxInFlight most leases at once, from 0
 * @param weight share against other tenants, above 0
 * @param maxQueued most held and ready runs; null for no bound
 * @param maxAttempts tries of a run whose submission names none
 * @param maxSteps most steps of a run since its last checkpoint
 * @param bounds of a run's tree
 */
public record Plan(
    int maxInFlight,
    double weight,
    @Nullable Integer maxQueued,
    int maxAttempts,
    int maxSteps,
    TreeLimits.Bounds bounds) {
  /** Most attempts unless a plan, tenant or submission says otherwise. */
  public static final int DEFAULT_MAX_ATTEMPTS = 3;

  /** Most steps unless a plan or tenant says otherwise. */
  public static final int DEFAULT_MAX_STEPS = 10_000;

  /** A plan with nothing but a cap. */
  public static Plan ofCap(int maxInFlight) {
    return new Plan(
        maxInFlight, 1.0, null, DEFAULT_MAX_ATTEMPTS, DEFAULT_MAX_STEPS, TreeLimits.Bounds.DEFAULT);
  }
}
