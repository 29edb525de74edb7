package dev.sluice.admission;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tells how long the oldest of a tenant's runs are in flight, held and ready. */
final class Depths {
  private Depths() {}

  static TenantDepth of(String tenant, TenantLoad load, List<Run> runs) {
    var queued = new ArrayList<QueueEntry>();
    Long inFlight = null;
    for (var run : runs) {
      if (run.holdsLease()) {
        inFlight = older(inFlight, run.phase().sinceMs());
      } else if (run.isQueued()) {
        queued.add(QueueEntry.of(run));
      }
    }
    queued.sort(null);
    int ready = Math.min(load.ready(), queued.size());
    return new TenantDepth(
        tenant,
        load,
        inFlight,
        oldest(queued.subList(ready, queued.size())),
        oldest(queued.subList(0, ready)));
  }

  private static @Nullable Long oldest(List<QueueEntry> entries) {
    Long oldest = null;
    for (var entry : entries) {
      oldest = older(oldest, entry.sinceMs());
    }
    return oldest;
  }

  private static Long older(@Nullable Long one, long other) {
    return one == null ? other : Math.min(one, other);
  }
}
