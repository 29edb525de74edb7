package dev.sluice.topology.gate.inbound;

import dev.sluice.admission.run.ChildSpec;
import dev.sluice.admission.run.RetryRule;
import dev.sluice.admission.run.RunSpec;
import dev.sluice.admission.run.TreeLimits;
import dev.sluice.admission.settings.TenantSettings;
import dev.sluice.contract.BodyHashes;
import dev.sluice.contract.TraceParents;
import dev.sluice.v1.RetryPolicy;
import dev.sluice.v1.RunLimits;
import dev.sluice.v1.RunSubmitted;
import dev.sluice.v1.TenantLimits;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Converts users' records for the core. */
public final class Specs {
  private Specs() {}

  public static RunSpec of(RunSubmitted run) {
    return new RunSpec(
        run.getAgent(),
        run.getPool(),
        run.getPriority(),
        run.getLabels(),
        run.getBudget(),
        run.getBudgetReserve(),
        run.getMaxDurationMs(),
        run.getExpiresAtMs(),
        run.getEndByMs(),
        run.getStartAtMs(),
        retry(run.getRetry()),
        limits(run.getLimits()),
        run.getTraceparent(),
        bodyHash(run.getBodyHash()));
  }

  private static @Nullable Long bodyHash(@Nullable String hash) {
    return hash == null ? null : BodyHashes.firstBytes(hash);
  }

  public static ChildSpec of(dev.sluice.v1.ChildSpec child) {
    var spec =
        new RunSpec(
            child.getAgent(),
            child.getPool(),
            0,
            Map.of(),
            Map.of(),
            Map.of(),
            child.getMaxDurationMs(),
            null,
            child.getEndByMs(),
            null,
            retry(child.getRetry()),
            limits(child.getLimits()),
            TraceParents.valid(child.getTraceparent()),
            null);
    return new ChildSpec(child.getNumber(), spec, child.getDetached());
  }

  private static TreeLimits limits(@Nullable RunLimits limits) {
    return limits == null
        ? TreeLimits.NONE
        : new TreeLimits(limits.getMaxChildren(), limits.getMaxDepth(), limits.getMaxDescendants());
  }

  static @Nullable RetryRule retry(@Nullable RetryPolicy retry) {
    return retry == null
        ? null
        : new RetryRule(retry.getMaxAttempts(), retry.getBackoffMs(), retry.getMaxBackoffMs());
  }

  public static TenantSettings of(TenantLimits limits) {
    return new TenantSettings(
        limits.getPlan(),
        limits.getMaxInFlight(),
        limits.getWeight(),
        limits.getMaxQueued(),
        limits.getMaxLive(),
        limits.getMaxChildren(),
        limits.getMaxDepth(),
        limits.getMaxDescendants(),
        limits.getMaxAttempts(),
        limits.getMaxSteps(),
        limits.getPaused());
  }

  public static TenantLimits limits(String tenant, TenantSettings settings) {
    return TenantLimits.newBuilder()
        .setTenant(tenant)
        .setPlan(settings.plan())
        .setMaxInFlight(settings.maxInFlight())
        .setWeight(settings.weight())
        .setMaxQueued(settings.maxQueued())
        .setMaxLive(settings.maxLive())
        .setMaxChildren(settings.maxChildren())
        .setMaxDepth(settings.maxDepth())
        .setMaxDescendants(settings.maxDescendants())
        .setMaxAttempts(settings.maxAttempts())
        .setMaxSteps(settings.maxSteps())
        .setPaused(settings.paused())
        .build();
  }
}
