package dev.sluice.admission;

/**
 * A tenant's numbers at one point of the log.
 *
 * @param inFlight live leases
 * @param queued accepted, not dispatched and not waiting
 * @param waiting slotless until something happens
 */
public record TenantLoad(
    int cap, int inFlight, int queued, int waiting, boolean paused, double weight) {
  /** Queued runs that wait only for a worker. */
  public int ready() {
    return paused ? 0 : Math.min(queued, Math.max(0, cap - inFlight));
  }

  /** Queued runs that wait because the tenant is at its cap, or paused. */
  public int held() {
    return queued - ready();
  }
}
