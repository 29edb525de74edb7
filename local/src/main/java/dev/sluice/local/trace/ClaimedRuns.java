package dev.sluice.local.trace;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs that are claimed and have not completed. Claims and completions come from two topics, so a
 * run's claim may be read behind its completion. One thread writes, any may read.
 */
final class ClaimedRuns {
  private final Map<String, String> holders = new ConcurrentHashMap<>();
  private final Map<String, Integer> ended = new HashMap<>();
  private final AtomicInteger carriedOn = new AtomicInteger();

  void claim(String run, int epoch, String incarnation) {
    if (ended.getOrDefault(run, 0) >= epoch) {
      return;
    }
    var before = holders.put(run, incarnation);
    if (before != null && !before.equals(incarnation)) {
      carriedOn.incrementAndGet();
    }
  }

  /**
   * The end of a run.
   *
   * @param epochs that it had; a claim of a later one belongs to a redrive
   */
  void complete(String run, int epochs) {
    ended.merge(run, epochs, Math::max);
    holders.remove(run);
  }

  int size() {
    return holders.size();
  }

  int heldBy(String incarnation) {
    return (int) holders.values().stream().filter(incarnation::equals).count();
  }

  /** How often a run was claimed by another incarnation than before. */
  int carriedOn() {
    return carriedOn.get();
  }
}
