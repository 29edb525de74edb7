package dev.sluice.admission.state;

import dev.sluice.admission.run.Phase;
import dev.sluice.admission.run.Run;
import dev.sluice.admission.run.RunKey;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Runs of unknown pools, by pool and by age. */
public final class PoolWaits {
  private record Entry(long sinceMs, RunKey run) implements Comparable<Entry> {
    private static final Comparator<Entry> OLDEST_FIRST =
        Comparator.comparingLong(Entry::sinceMs).thenComparing(Entry::run);

    @Override
    public int compareTo(Entry other) {
      return OLDEST_FIRST.compare(this, other);
    }
  }

  private final TreeMap<String, TreeSet<Entry>> byPool = new TreeMap<>();
  private final TreeSet<Entry> byAge = new TreeSet<>();

  void add(Run run, Phase.Waiting waiting) {
    var entry = new Entry(waiting.sinceMs(), run.key());
    byPool.computeIfAbsent(run.spec().pool(), pool -> new TreeSet<>()).add(entry);
    byAge.add(entry);
  }

  void remove(Run run, Phase.Waiting waiting) {
    var entry = new Entry(waiting.sinceMs(), run.key());
    byAge.remove(entry);
    var ofPool = byPool.get(run.spec().pool());
    if (ofPool != null && ofPool.remove(entry) && ofPool.isEmpty()) {
      byPool.remove(run.spec().pool());
    }
  }

  /** Up to {@code most} runs of {@code pool}, those first that have waited longest. */
  public List<RunKey> of(String pool, int most) {
    return first(byPool.getOrDefault(pool, new TreeSet<>()), Long.MAX_VALUE, most);
  }

  /** Up to {@code most} runs that have waited since {@code untilMs} or before. */
  public List<RunKey> until(long untilMs, int most) {
    return first(byAge, untilMs, most);
  }

  private static List<RunKey> first(Set<Entry> entries, long untilMs, int most) {
    return entries.stream()
        .takeWhile(entry -> entry.sinceMs() <= untilMs)
        .limit(most)
        .map(Entry::run)
        .toList();
  }
}
