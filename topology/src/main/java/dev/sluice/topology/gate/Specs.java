package dev.sluice.topology.gate;

import dev.sluice.admission.RetryRule;
import dev.sluice.admission.RunSpec;
import dev.sluice.admission.TenantSettings;
import dev.sluice.v1.RetryPolicy;
import dev.sluice.v1.RunSubmitted;
import dev.sluice.v1.TenantLimits;
import org.jspecify.annotations.Nullable;

/** Users' records as the core sees them. */
final class Specs {
  private Specs() {}

  static RunSpec of(RunSubmitted run) {
    return new RunSpec(
        run.getAgent(),
        run.getPool(),
        run.getPriority(),
        run.getLabels(),
        run.getBudget(),
        run.getMaxDurationMs(),
        run.getExpiresAtMs(),
        run.getStartAtMs(),
        retry(run.getRetry()),
        run.getTraceparent());
  }

  private static @Nullable RetryRule retry(@Nullable RetryPolicy retry) {
    return retry == null
        ? null
        : new RetryRule(retry.getMaxAttempts(), retry.getBackoffMs(), retry.getMaxBackoffMs());
  }

  static TenantSettings of(TenantLimits limits) {
    return new TenantSettings(
        limits.getPlan(),
        limits.getMaxInFlight(),
        limits.getWeight(),
        limits.getMaxQueued(),
        limits.getMaxChildren(),
        limits.getMaxDepth(),
        limits.getMaxDescendants(),
        limits.getMaxAttempts(),
        limits.getMaxSteps(),
        limits.getPaused());
  }
}
