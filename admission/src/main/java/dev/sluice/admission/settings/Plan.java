package dev.sluice.admission.settings;

import dev.sluice.admission.run.TreeLimits;

/**
 * The limits of a plan's tenants, unless a tenant's own record sets others.
 *
 * @param maxInFlight most leases at once, from 0
 * @param weight share against other tenants, above 0
 * @param maxQueued most held and ready runs with which another is taken
 * @param maxLive the same of all runs that are kept: also those that wait, are executed or are dead
 * @param maxAttempts tries of a run whose submission names none
 * @param maxSteps most steps of a run since its last checkpoint
 * @param bounds of a run's tree
 */
public record Plan(
    int maxInFlight,
    double weight,
    int maxQueued,
    int maxLive,
    int maxAttempts,
    int maxSteps,
    TreeLimits.Bounds bounds) {
  /** Most queued runs unless a plan or tenant says otherwise. */
  public static final int DEFAULT_MAX_QUEUED = 100_000;

  /** Most runs unless a plan or tenant says otherwise. */
  public static final int DEFAULT_MAX_LIVE = 200_000;

  /** Most attempts unless a plan, tenant or submission says otherwise. */
  public static final int DEFAULT_MAX_ATTEMPTS = 3;

  /** Most steps unless a plan or tenant says otherwise. */
  public static final int DEFAULT_MAX_STEPS = 10_000;

  /** A plan with nothing but a cap. */
  public static Plan ofCap(int maxInFlight) {
    return new Plan(
        maxInFlight,
        1.0,
        DEFAULT_MAX_QUEUED,
        DEFAULT_MAX_LIVE,
        DEFAULT_MAX_ATTEMPTS,
        DEFAULT_MAX_STEPS,
        TreeLimits.Bounds.DEFAULT);
  }
}
