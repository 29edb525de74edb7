package dev.sluice.topology.catalog.scaling;

import dev.sluice.topology.catalog.view.TenantView;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The slots that a pool needs: one for each run that is in flight or waits only for a worker, plus
 * those of one worker while the oldest waiting run is late. Age never adds more than one worker; a
 * number that grew with it would run away.
 *
 * @param ready queued runs that wait for a worker only, and that brakes let start within a minute
 * @param braked other queued runs that wait for no cap
 * @param inFlight runs that hold a slot
 * @param oldestReadyMs since when the oldest of those that are ready is queued; null if none is
 */
public record Wanted(long ready, long braked, long inFlight, @Nullable Long oldestReadyMs) {
  /**
   * Sums up.
   *
   * @param runs of the pool, by tenant and agent
   * @param tenants what the gate said last of a tenant. A run's view may be older than that: an end
   *     stands in another topic, and may even be deleted unread. So the gate's numbers bound what
   *     the views say. Of a tenant with queued runs in several pools each pool counts what its cap
   *     lets start in all: rather one too many.
   * @param allowed what brakes let start
   */
  static Wanted of(
      Collection<Demand.Runs> runs,
      Function<String, @Nullable TenantView> tenants,
      Allowed allowed) {
    var sum = new Wanted(0, 0, 0, null);
    var byTenant =
        runs.stream().collect(Collectors.groupingBy(Demand.Runs::tenant, Collectors.toList()));
    for (var tenant : byTenant.entrySet()) {
      sum = sum.with(tenant.getValue(), tenants.apply(tenant.getKey()), allowed);
    }
    return sum;
  }

  private Wanted with(List<Demand.Runs> runs, @Nullable TenantView tenant, Allowed allowed) {
    int flying = runs.stream().mapToInt(Demand.Runs::inFlight).sum();
    if (tenant == null) {
      return new Wanted(ready, braked, inFlight + flying, oldestReadyMs);
    }
    int queued = runs.stream().mapToInt(Demand.Runs::queued).sum();
    int most = Math.min(queued, tenant.ready());
    int startable = startable(runs, most, allowed);
    // How long runs have waited behind a brake says nothing of workers.
    boolean tells =
        startable > 0
            && runs.stream().allMatch(one -> one.queued() == 0 || !allowed.isBraked(one.agent()));
    return new Wanted(
        ready + startable,
        braked + most - startable,
        inFlight + Math.min(flying, tenant.inFlight()),
        older(oldestReadyMs, tells ? tenant.oldestReadyMs() : null));
  }

  /** Runs of agents without a brake first: each of the tenant's may take the place in its cap. */
  private static int startable(List<Demand.Runs> runs, int most, Allowed allowed) {
    var order =
        runs.stream()
            .sorted(Comparator.comparing((Demand.Runs one) -> allowed.isBraked(one.agent())))
            .toList();
    int startable = 0;
    for (var one : order) {
      startable += allowed.take(one.agent(), Math.min(one.queued(), most - startable));
    }
    return startable;
  }

  private static @Nullable Long older(@Nullable Long one, @Nullable Long other) {
    if (one == null || other == null) {
      return one == null ? other : one;
    }
    return Math.min(one, other);
  }

  /** How long the oldest ready run has waited. */
  public long waitedMs(long nowMs) {
    return oldestReadyMs == null ? 0 : Math.max(0, nowMs - oldestReadyMs);
  }

  /** Whether that is longer than it should be. */
  public boolean isLate(Duration target, long nowMs) {
    return waitedMs(nowMs) > target.toMillis();
  }

  /** How many slots the pool should have. */
  public long slots(int slotsPerWorker, Duration target, long nowMs) {
    return ready + inFlight + (isLate(target, nowMs) ? slotsPerWorker : 0);
  }
}
