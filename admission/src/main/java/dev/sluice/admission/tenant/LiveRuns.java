package dev.sluice.admission.tenant;

import java.util.HashMap;
import java.util.Map;

/**
 * Counts the runs kept, per tenant and in total, including dead ones. Derived only from the runs.
 */
public final class LiveRuns {
  private final Map<String, Integer> byTenant = new HashMap<>();
  private int all;

  public void add(String tenant) {
    byTenant.merge(tenant, 1, Integer::sum);
    all++;
  }

  public void remove(String tenant) {
    byTenant.computeIfPresent(tenant, (name, count) -> count == 1 ? null : count - 1);
    all--;
  }

  public int of(String tenant) {
    return byTenant.getOrDefault(tenant, 0);
  }

  public int all() {
    return all;
  }

  /** How many tenants have runs, {@code tenant} counted in. */
  public int tenantsWith(String tenant) {
    return byTenant.size() + (byTenant.containsKey(tenant) ? 0 : 1);
  }
}
