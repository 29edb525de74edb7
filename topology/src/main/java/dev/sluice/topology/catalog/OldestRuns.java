package dev.sluice.topology.catalog;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** How long the oldest of a tenant's runs is in flight, and the oldest queued one waits. */
final class OldestRuns {
  private static final int MAX_RUNS_LOOKED_AT = 500;

  private OldestRuns() {}

  static Map<String, String> of(CatalogQueries queries, String tenant, long nowMs) {
    Map<String, Long> oldest = new HashMap<>();
    var load = queries.tenantView(tenant);
    var queued = load != null && load.held() > 0 ? "oldest_held" : "oldest_ready";
    for (var run : queries.live(tenant, MAX_RUNS_LOOKED_AT)) {
      switch (run.phase()) {
        case "DISPATCHED", "RUNNING" ->
            oldest.merge(
                "oldest_in_flight",
                run.startedAtMs() == null ? run.submittedAtMs() : run.startedAtMs(),
                Math::min);
        case "QUEUED" -> oldest.merge(queued, run.submittedAtMs(), Math::min);
        default -> {}
      }
    }
    Map<String, String> ages = new HashMap<>();
    oldest.forEach(
        (what, since) -> ages.put(what, Duration.ofMillis(Math.max(0, nowMs - since)).toString()));
    return ages;
  }
}
