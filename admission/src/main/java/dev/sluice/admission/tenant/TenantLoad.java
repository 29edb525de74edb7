package dev.sluice.admission.tenant;

import org.jspecify.annotations.Nullable;

/**
 * A tenant's numbers at one point of the log. Times are in milliseconds since the epoch, null for
 * none.
 *
 * @param inFlight live leases
 * @param queued accepted, not dispatched and not waiting
 * @param waiting slotless until something happens
 * @param oldestInFlightMs since when its oldest lease is there
 * @param oldestHeldMs since when its oldest held run is queued
 * @param oldestReadyMs the same of those that are ready
 */
public record TenantLoad(
    int cap,
    int inFlight,
    int queued,
    int waiting,
    boolean paused,
    double weight,
    @Nullable Long oldestInFlightMs,
    @Nullable Long oldestHeldMs,
    @Nullable Long oldestReadyMs) {
  /** Queued runs that wait only for a worker. */
  public int ready() {
    return ready(queued, cap, inFlight, paused);
  }

  static int ready(int queued, int cap, int inFlight, boolean paused) {
    return paused ? 0 : Math.min(queued, Math.max(0, cap - inFlight));
  }

  /** Queued runs that wait because the tenant is at its cap, or paused. */
  public int held() {
    return queued - ready();
  }

  /**
   * What two have together. The cap is one that lets just those start that can: what is ready and
   * held adds up.
   */
  public TenantLoad plus(TenantLoad other) {
    int inFlightOfBoth = inFlight + other.inFlight;
    return new TenantLoad(
        inFlightOfBoth + ready() + other.ready(),
        inFlightOfBoth,
        queued + other.queued,
        waiting + other.waiting,
        false,
        0,
        older(oldestInFlightMs, other.oldestInFlightMs),
        older(oldestHeldMs, other.oldestHeldMs),
        older(oldestReadyMs, other.oldestReadyMs));
  }

  private static @Nullable Long older(@Nullable Long one, @Nullable Long other) {
    if (one == null || other == null) {
      return one == null ? other : one;
    }
    return Math.min(one, other);
  }
}
