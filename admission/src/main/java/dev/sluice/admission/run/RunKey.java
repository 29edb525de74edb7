package dev.sluice.admission.run;

import dev.sluice.contract.Names;

/**
 * The name of a run. Ids are unique only within their tenant.
 *
 * @param tenant whose run it is
 * @param id the run's id within the tenant
 */
public record RunKey(String tenant, String id) implements Comparable<RunKey> {
  public RunKey {
    Names.tenantProblem(tenant)
        .or(() -> Names.anyRunIdProblem(id))
        .ifPresent(
            problem -> {
              throw new IllegalArgumentException(problem);
            });
  }

  /** Decides between equals: spelled out, as a record's own may differ from JDK to JDK (I9). */
  @Override
  public int hashCode() {
    return 31 * tenant.hashCode() + id.hashCode();
  }

  @Override
  public int compareTo(RunKey other) {
    int byTenant = tenant.compareTo(other.tenant);
    return byTenant != 0 ? byTenant : id.compareTo(other.id);
  }
}
