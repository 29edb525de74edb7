package dev.sluice.admission;

import java.util.HashMap;
import java.util.Map;

/**
 * How many runs are kept, of each tenant and in all: whatever they do, dead ones among them.
 * Derived from the runs alone.
 */
final class LiveRuns {
  private final Map<String, Integer> byTenant = new HashMap<>();
  private int all;

  void add(String tenant) {
    byTenant.merge(tenant, 1, Integer::sum);
    all++;
  }

  void remove(String tenant) {
    byTenant.computeIfPresent(tenant, (name, count) -> count == 1 ? null : count - 1);
    all--;
  }

  int of(String tenant) {
    return byTenant.getOrDefault(tenant, 0);
  }

  int all() {
    return all;
  }

  /** How many tenants have runs, {@code tenant} counted in. */
  int tenantsWith(String tenant) {
    return byTenant.size() + (byTenant.containsKey(tenant) ? 0 : 1);
  }
}
