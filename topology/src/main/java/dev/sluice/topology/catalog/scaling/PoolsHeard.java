package dev.sluice.topology.catalog.scaling;

import dev.sluice.contract.Bounds;
import dev.sluice.contract.Names;
import dev.sluice.v1.Heartbeat;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The existing pools: those with a topic, and those with workers heard recently, with the slots of
 * the largest of these.
 */
public final class PoolsHeard {
  /** For how long at least a worker is remembered that has fallen silent. */
  static final Duration REMEMBERED = Duration.ofMinutes(2);

  private static final int MOST_POOLS = 10_000;

  /** The most slots heard since {@code sinceNanos}, and in the time as long before. */
  private record Largest(int now, int before, long sinceNanos) {
    Largest at(long nanos) {
      long spans = (nanos - sinceNanos) / REMEMBERED.toNanos();
      if (spans <= 0) {
        return this;
      }
      return new Largest(0, spans == 1 ? now : 0, sinceNanos + spans * REMEMBERED.toNanos());
    }

    Largest heard(int slots) {
      return new Largest(Math.max(now, slots), before, sinceNanos);
    }

    int slots() {
      return Math.max(now, before);
    }
  }

  private final Map<String, Largest> largest = new ConcurrentHashMap<>();
  private volatile Set<String> withTopics = Set.of();

  /** Takes in a heartbeat; what no worker of ours would say is left out. */
  void heard(Heartbeat heartbeat, long nanos) {
    int slots = Math.min(heartbeat.getSlots(), Bounds.SLOTS);
    for (var share : heartbeat.getPools()) {
      var pool = share.getPool();
      boolean isKnown = largest.containsKey(pool) || largest.size() < MOST_POOLS;
      if (slots > 0 && isKnown && Names.poolProblem(pool).isEmpty()) {
        largest.compute(
            pool,
            (key, was) -> (was == null ? new Largest(0, 0, nanos) : was.at(nanos)).heard(slots));
      }
    }
  }

  /** Forgets workers that have been silent for long. */
  void forgetUntil(long nanos) {
    for (var pool : largest.keySet()) {
      largest.computeIfPresent(
          pool,
          (key, was) -> {
            var now = was.at(nanos);
            return now.slots() == 0 ? null : now;
          });
    }
  }

  /** Says which pools have topics. */
  public void haveTopics(Set<String> pools) {
    withTopics = Set.copyOf(pools);
  }

  /** Those that have a topic or a worker. */
  public Set<String> names() {
    var names = new HashSet<>(withTopics);
    names.addAll(largest.keySet());
    return names;
  }

  /** Whether there is a topic or a worker of the pool. */
  public boolean knows(String pool) {
    return withTopics.contains(pool) || largest.containsKey(pool);
  }

  /** Slots of its largest worker; 0 if none was heard of lately. */
  public int largestWorker(String pool) {
    var known = largest.get(pool);
    return known == null ? 0 : known.slots();
  }
}
