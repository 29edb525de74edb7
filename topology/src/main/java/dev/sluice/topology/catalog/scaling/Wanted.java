package dev.sluice.topology.catalog.scaling;

import dev.sluice.topology.catalog.view.TenantView;
import java.time.Duration;
import java.util.Collection;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a pool wants: a slot for each run that is in flight or waits for a worker only, and one
 * worker's more while the oldest of those that wait is late. Age only ever adds a worker; a number
 * that grew with it would run away.
 *
 * @param ready queued runs that wait for a worker only
 * @param inFlight runs that hold a slot
 * @param oldestReadyMs since when the oldest of those that are ready is queued; null if none is
 */
public record Wanted(long ready, long inFlight, @Nullable Long oldestReadyMs) {
  /**
   * Sums up.
   *
   * @param runs of the pool, by tenant
   * @param tenants what the gate said last of a tenant. A run's view may be older than that: an end
   *     stands in another topic, and may even be deleted unread. So the gate's numbers bound what
   *     the views say. Of a tenant with queued runs in several pools each pool counts what its cap
   *     lets start in all: rather one too many.
   */
  public static Wanted of(
      Collection<Demand.Runs> runs, Function<String, @Nullable TenantView> tenants) {
    long ready = 0;
    long inFlight = 0;
    Long oldest = null;
    for (var one : runs) {
      var tenant = tenants.apply(one.tenant());
      if (tenant == null) {
        inFlight += one.inFlight();
      } else {
        int startable = Math.min(one.queued(), tenant.ready());
        ready += startable;
        inFlight += Math.min(one.inFlight(), tenant.inFlight());
        var since = startable > 0 ? tenant.oldestReadyMs() : null;
        oldest = oldest == null || (since != null && since < oldest) ? since : oldest;
      }
    }
    return new Wanted(ready, inFlight, oldest);
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
