package dev.sluice.verification;

import java.util.List;
import java.util.Map;

/**
 * The result of checking a history.
 *
 * @param accepted runs that the gate accepted
 * @param completed by status
 * @param lost completions that are missing: of accepted runs, of redrives, of submissions that
 *     nobody decided on
 * @param completedTwice runs with more completions than one and one for each redrive
 * @param capExceeded dispatches over the cap in force
 * @param stepsCountedTwice steps of which two records count
 * @param voidRecords journal records without effect
 * @param leasesLost leases that ended other than by their holder's last record
 * @param startLatency from a submission's append to its claim's append, first epochs alone
 * @param startLatencyWithinCap the same, of the runs that their tenant's cap had room for when they
 *     were accepted
 * @param violations everything that must not be
 */
public record Report(
    int accepted,
    Map<String, Integer> completed,
    int lost,
    int completedTwice,
    int capExceeded,
    int stepsCountedTwice,
    int voidRecords,
    int leasesLost,
    Latency startLatency,
    Latency startLatencyWithinCap,
    Map<String, Latency> startLatencyByTenant,
    List<Violation> violations) {
  public boolean isClean() {
    return violations.isEmpty();
  }

  /** How many runs have completed, with whatever status. */
  public int completions() {
    return completed.values().stream().mapToInt(Integer::intValue).sum();
  }
}
