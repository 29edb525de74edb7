package dev.sluice.admission.worker;

import dev.sluice.admission.run.Phase;
import dev.sluice.admission.run.Run;
import dev.sluice.admission.run.RunKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Dispatches that no worker has answered yet, by pool and dispatch partition, oldest first. */
public final class Unanswered {
  private record Entry(long since, RunKey run, boolean suspect) implements Comparable<Entry> {
    private static final Comparator<Entry> OLDEST_FIRST =
        Comparator.comparingLong(Entry::since).thenComparing(Entry::run);

    static Entry of(Run run, Phase.Dispatched dispatched) {
      return new Entry(dispatched.leaseTimeMs(), run.key(), run.tries().isSuspect());
    }

    @Override
    public int compareTo(Entry other) {
      return OLDEST_FIRST.compare(this, other);
    }
  }

  private final TreeMap<String, TreeMap<Integer, NavigableSet<Entry>>> pools = new TreeMap<>();
  private final Map<String, Integer> counts = new HashMap<>();

  public void add(Run run, Phase.Dispatched dispatched) {
    var pool = run.spec().pool();
    pools
        .computeIfAbsent(pool, name -> new TreeMap<>())
        .computeIfAbsent(dispatched.partition(), partition -> new TreeSet<>())
        .add(Entry.of(run, dispatched));
    counts.merge(pool, 1, Integer::sum);
  }

  public void remove(Run run, Phase.Dispatched dispatched) {
    var pool = run.spec().pool();
    var entries = at(pool, dispatched.partition());
    if (entries != null && entries.remove(Entry.of(run, dispatched))) {
      counts.merge(pool, -1, Integer::sum);
    }
  }

  public int count(String pool) {
    return counts.getOrDefault(pool, 0);
  }

  int count(String pool, int partition) {
    var entries = at(pool, partition);
    return entries == null ? 0 : entries.size();
  }

  /** Returns whether a run lies there that may be what ends its worker. */
  boolean anySuspect(String pool, int partition) {
    var entries = at(pool, partition);
    return entries != null && entries.stream().anyMatch(Entry::suspect);
  }

  /** Returns whether a run lies there since before {@code leaseTimeMs}. */
  boolean anyBefore(String pool, int partition, long leaseTimeMs) {
    var entries = at(pool, partition);
    return entries != null && !entries.isEmpty() && entries.first().since() < leaseTimeMs;
  }

  /** Runs that lie there since before {@code leaseTimeMs}. */
  public List<RunKey> before(long leaseTimeMs) {
    var late = new ArrayList<RunKey>();
    for (var partitions : pools.values()) {
      for (var entries : partitions.values()) {
        for (var entry : entries) {
          if (entry.since() >= leaseTimeMs) {
            break;
          }
          late.add(entry.run());
        }
      }
    }
    return late;
  }

  private @Nullable NavigableSet<Entry> at(String pool, int partition) {
    var partitions = pools.get(pool);
    return partitions == null ? null : partitions.get(partition);
  }
}
