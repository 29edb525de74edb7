package dev.sluice.admission;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Dispatches that no worker has answered yet, by pool and dispatch partition. */
final class Unanswered {
  private final TreeMap<String, TreeMap<Integer, TreeMap<RunKey, Long>>> pools = new TreeMap<>();
  private final Map<String, Integer> counts = new HashMap<>();

  void add(Run run, Phase.Dispatched dispatched) {
    var pool = run.spec().pool();
    pools
        .computeIfAbsent(pool, name -> new TreeMap<>())
        .computeIfAbsent(dispatched.partition(), partition -> new TreeMap<>())
        .put(run.key(), dispatched.leaseTimeMs());
    counts.merge(pool, 1, Integer::sum);
  }

  void remove(Run run, Phase.Dispatched dispatched) {
    var pool = run.spec().pool();
    var partitions = pools.get(pool);
    var runs = partitions == null ? null : partitions.get(dispatched.partition());
    if (runs != null && runs.remove(run.key()) != null) {
      counts.merge(pool, -1, Integer::sum);
    }
  }

  int count(String pool) {
    return counts.getOrDefault(pool, 0);
  }

  int count(String pool, int partition) {
    return at(pool, partition).size();
  }

  /** Tells whether a run lies there since before {@code leaseTimeMs}. */
  boolean anyBefore(String pool, int partition, long leaseTimeMs) {
    for (long since : at(pool, partition).values()) {
      if (since < leaseTimeMs) {
        return true;
      }
    }
    return false;
  }

  List<RunKey> before(long leaseTimeMs) {
    var late = new ArrayList<RunKey>();
    for (var partitions : pools.values()) {
      for (var runs : partitions.values()) {
        runs.forEach(
            (run, since) -> {
              if (since <= leaseTimeMs) {
                late.add(run);
              }
            });
      }
    }
    return late;
  }

  private Map<RunKey, Long> at(String pool, int partition) {
    var partitions = pools.get(pool);
    var runs = partitions == null ? null : partitions.get(partition);
    return runs == null ? Map.of() : runs;
  }
}
