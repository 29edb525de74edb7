package dev.sluice.admission.queue;

import dev.sluice.admission.run.Lane;
import dev.sluice.admission.run.Run;
import dev.sluice.admission.run.RunKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which run is next. Derived from the live runs and kept in memory, so that taking the head never
 * walks over what was taken before.
 */
public final class Queues {
  private final TreeMap<String, TreeMap<Lane, LaneQueue>> pools = new TreeMap<>();
  private final Map<String, TreeSet<Lane>> lanesOf = new HashMap<>();

  public void add(Run run, Lane lane) {
    pools
        .computeIfAbsent(lane.pool(), name -> new TreeMap<>())
        .computeIfAbsent(lane, key -> new LaneQueue())
        .add(run.key().tenant(), QueueEntry.of(run));
    lanesOf.computeIfAbsent(run.key().tenant(), name -> new TreeSet<>()).add(lane);
  }

  public void remove(Run run, Lane lane) {
    var queue = queue(lane);
    if (queue != null) {
      queue.remove(run.key().tenant(), QueueEntry.of(run));
    }
  }

  /** Tells the lanes of {@code tenant} what share it has now and whether it may start more. */
  public void rank(String tenant, double share, boolean mayStart) {
    var lanes = lanesOf.get(tenant);
    if (lanes == null) {
      return;
    }
    for (var lane : List.copyOf(lanes)) {
      rank(tenant, lane, lanes, share, mayStart);
    }
    if (lanes.isEmpty()) {
      lanesOf.remove(tenant);
    }
  }

  private void rank(String tenant, Lane lane, Set<Lane> lanes, double share, boolean mayStart) {
    var queue = queue(lane);
    if (queue == null) {
      lanes.remove(lane);
      return;
    }
    queue.rank(tenant, share, mayStart);
    if (queue.head(tenant) == null) {
      lanes.remove(lane);
    }
    if (queue.isEmpty()) {
      var ofPool = pools.get(lane.pool());
      if (ofPool != null) {
        ofPool.remove(lane);
        if (ofPool.isEmpty()) {
          pools.remove(lane.pool());
        }
      }
    }
  }

  /** The next run of {@code pool}, of the lanes that {@code hasRoom} accepts; null for none. */
  public @Nullable RunKey next(String pool, Predicate<Lane> hasRoom) {
    var lanes = startableLanes(pool);
    while (!lanes.isEmpty()) {
      var first = lanes.remove(0);
      if (hasRoom.test(first.lane())) {
        return headOf(first.rank().tenant(), pool, first.lane(), hasRoom);
      }
    }
    return null;
  }

  private record LaneRank(Lane lane, LaneQueue.Rank rank) {}

  private List<LaneRank> startableLanes(String pool) {
    var found = new ArrayList<LaneRank>();
    for (var lane : pools.getOrDefault(pool, new TreeMap<>()).entrySet()) {
      var rank = lane.getValue().first();
      if (rank != null) {
        found.add(new LaneRank(lane.getKey(), rank));
      }
    }
    found.sort(Comparator.comparing(LaneRank::rank).thenComparing(LaneRank::lane));
    return found;
  }

  private @Nullable RunKey headOf(
      String tenant, String pool, Lane chosen, Predicate<Lane> hasRoom) {
    QueueEntry best = head(chosen, tenant);
    for (var lane : lanesOf.getOrDefault(tenant, new TreeSet<>())) {
      var head = lane.pool().equals(pool) && !lane.equals(chosen) ? head(lane, tenant) : null;
      if (head != null && (best == null || head.compareTo(best) < 0) && hasRoom.test(lane)) {
        best = head;
      }
    }
    return best == null ? null : new RunKey(tenant, best.runId());
  }

  private @Nullable QueueEntry head(Lane lane, String tenant) {
    var queue = queue(lane);
    return queue == null ? null : queue.head(tenant);
  }

  /** Up to {@code limit} runs of {@code lane} that only wait for a worker. */
  public List<RunKey> startable(Lane lane, int limit) {
    var queue = queue(lane);
    return queue == null ? List.of() : queue.startable(limit);
  }

  public boolean hasStartable(String pool) {
    for (var lane : pools.getOrDefault(pool, new TreeMap<>()).values()) {
      if (lane.first() != null) {
        return true;
      }
    }
    return false;
  }

  /** Pools of which a run is queued. */
  public List<String> pools() {
    return List.copyOf(pools.keySet());
  }

  public List<Lane> lanes() {
    return pools.values().stream().flatMap(lanes -> lanes.keySet().stream()).toList();
  }

  /** How many runs of {@code lane} are queued. */
  public int size(Lane lane) {
    var queue = queue(lane);
    return queue == null ? 0 : queue.size();
  }

  private @Nullable LaneQueue queue(Lane lane) {
    var lanes = pools.get(lane.pool());
    return lanes == null ? null : lanes.get(lane);
  }
}
