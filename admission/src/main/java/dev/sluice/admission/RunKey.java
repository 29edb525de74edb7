package dev.sluice.admission;

/**
 * Names a run: ids are unique within their tenant alone.
 *
 * @param tenant whose run it is
 * @param id the run's id within the tenant
 */
public record RunKey(String tenant, String id) implements Comparable<RunKey> {
  public RunKey {
    if (tenant.isEmpty() || id.isEmpty()) {
      throw new IllegalArgumentException(
          "run key needs a tenant and an id, got '" + tenant + "' and '" + id + "'");
    }
  }

  @Override
  public int compareTo(RunKey other) {
    int byTenant = tenant.compareTo(other.tenant);
    return byTenant != 0 ? byTenant : id.compareTo(other.id);
  }
}
