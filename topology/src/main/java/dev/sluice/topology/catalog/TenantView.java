package dev.sluice.topology.catalog;

import dev.sluice.v1.TenantLoad;

/**
 * A tenant's numbers after the last decision about it.
 *
 * @param decided offset of that decision
 */
record TenantView(
    String tenant,
    int cap,
    int inFlight,
    int queued,
    int waiting,
    boolean paused,
    double weight,
    long decided) {
  static TenantView of(String tenant, TenantLoad load, long offset) {
    return new TenantView(
        tenant,
        load.getCap(),
        load.getInFlight(),
        load.getQueued(),
        load.getWaiting(),
        load.getPaused(),
        load.getWeight(),
        offset);
  }

  int ready() {
    return paused ? 0 : Math.min(queued, Math.max(0, cap - inFlight));
  }

  int held() {
    return queued - ready();
  }

  /** Why a queued run of the tenant is not running. */
  String queuedFor() {
    if (paused) {
      return "paused";
    }
    return inFlight >= cap ? "cap" : "worker";
  }
}
