package dev.sluice.topology.catalog.waiting;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Tenants whose submissions the gate has just refused for want of room. A gateway sends none of
 * their submissions for a while, then one to probe. So a catalog need not know how full a partition
 * is.
 */
public final class Refusals {
  private static final long FRESH_MS = 5_000;
  private static final int MOST = 10_000;

  private final Map<String, Long> lastMs =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
          return size() > MOST;
        }
      };

  public synchronized void refused(String tenant, long atMs) {
    lastMs.remove(tenant); // the newest goes to the end
    lastMs.put(tenant, atMs);
  }

  /** Also false where the broker's clock is another than {@code nowMs}. */
  public synchronized boolean isFresh(String tenant, long nowMs) {
    var last = lastMs.get(tenant);
    return last != null && Math.abs(nowMs - last) < FRESH_MS;
  }
}
