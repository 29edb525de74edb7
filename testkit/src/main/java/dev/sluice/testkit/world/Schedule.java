package dev.sluice.testkit.world;

import dev.sluice.admission.run.RunKey;
import dev.sluice.v1.JournalRecord;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The order in which a worker executes what it has claimed. What is at the same time in a world has
 * no order but this one, and a run may see it: the child that ends first is the one whose turn is
 * first. So each further world executes in the order of the first, whatever was executed again.
 */
final class Schedule {
  /**
   * How far a run has come.
   *
   * @param position how many positions its journal has
   * @param epochs that ended of themselves since the last of them
   */
  private record Reached(int position, int epochs) implements Comparable<Reached> {
    private static final Reached NOTHING = new Reached(0, 0);

    @Override
    public int compareTo(Reached other) {
      int byPosition = Integer.compare(position, other.position);
      return byPosition != 0 ? byPosition : Integer.compare(epochs, other.epochs);
    }
  }

  private final Map<RunKey, NavigableMap<Reached, Integer>> turns;
  private final boolean isRepeated;
  private final Map<RunKey, Reached> reached = new HashMap<>();
  private int taken;

  private Schedule(Map<RunKey, NavigableMap<Reached, Integer>> turns, boolean isRepeated) {
    this.turns = turns;
    this.isRepeated = isRepeated;
  }

  /** The order of claims. */
  static Schedule ofClaims() {
    return new Schedule(new HashMap<>(), false);
  }

  /** The same order. */
  Schedule repeated() {
    return new Schedule(turns, true);
  }

  /** The turn of the run's next epoch: of the one that had come as far in the first world. */
  int turn(RunKey run) {
    var at = reached.getOrDefault(run, Reached.NOTHING);
    var mine = turns.getOrDefault(run, new TreeMap<>()).floorEntry(at);
    return isRepeated && mine != null ? mine.getValue() : Integer.MAX_VALUE;
  }

  /** An epoch of the run is executed. */
  void executes(RunKey run) {
    if (!isRepeated) {
      var at = reached.getOrDefault(run, Reached.NOTHING);
      turns.computeIfAbsent(run, key -> new TreeMap<>()).putIfAbsent(at, taken++);
    }
  }

  /** A worker's record stands in the journal. An epoch that was cut short comes again. */
  void journaled(JournalRecord record) {
    var run = new RunKey(record.getTenant(), record.getRunId());
    var at = reached.getOrDefault(run, Reached.NOTHING);
    if (Entries.text(record.getEntry()).isPresent()) {
      reached.put(run, new Reached(at.position() + 1, 0));
    } else if (Entries.isEnd(record.getEntry())) {
      reached.put(run, new Reached(at.position(), at.epochs() + 1));
    }
  }
}
