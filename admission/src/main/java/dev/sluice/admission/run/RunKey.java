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

  /** Its child of this number. */
  public RunKey child(int number) {
    return new RunKey(tenant, id + Names.CHILD_SEPARATOR + number);
  }

  /** Whether it is a descendant of a run of this id. */
  public boolean isBelow(String other) {
    return id.length() > other.length()
        && id.charAt(other.length()) == Names.CHILD_SEPARATOR
        && id.startsWith(other);
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
