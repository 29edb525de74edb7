package dev.sluice.admission.rules;

import dev.sluice.admission.settings.GateSettings;
import dev.sluice.admission.state.GateState;
import dev.sluice.admission.tenant.LiveRuns;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether there is room for one more submitted run (decision 0028). Children, resumed and
 * redriven runs are always accepted, so that every tree can finish.
 */
final class Quotas {
  private Quotas() {}

  /** Says which bound is reached for {@code tenant}; null if none is. */
  static @Nullable String problem(GateState state, GateSettings gate, String tenant) {
    var limits = state.tenants().limits(tenant);
    int queued = state.tenants().queued(tenant);
    if (queued >= limits.maxQueued()) {
      return "the tenant's queue is full: max_queued is "
          + limits.maxQueued()
          + ", queued: "
          + queued;
    }
    int live = state.indexes().live().of(tenant);
    if (live >= limits.maxLive()) {
      return "the tenant has too many runs: max_live is " + limits.maxLive() + ", live: " + live;
    }
    return partitionProblem(state.indexes().live(), gate, tenant);
  }

  /**
   * A tenant below its share has room though others filled the partition before it came. Each of
   * many that come one after the other may fill its share, and these sum up to more than the bound
   * (the harmonic series): so there is a second one.
   */
  private static @Nullable String partitionProblem(
      LiveRuns live, GateSettings gate, String tenant) {
    int all = live.all();
    int bound = gate.maxLiveRuns();
    int share = bound / live.tenantsWith(tenant);
    boolean refused = all >= bound && live.of(tenant) >= share;
    if (!refused && all < gate.mostRuns()) {
      return null;
    }
    return "the gate partition is full: max.live.runs is "
        + bound
        + ", live: "
        + all
        + ", the tenant's "
        + live.of(tenant)
        + " of a share of "
        + share;
  }
}
