package dev.sluice.runner.journal;

import dev.sluice.contract.Bounds;
import dev.sluice.v1.CheckpointEntry;
import dev.sluice.v1.VersionEntry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which changes of the code a run takes, and in which form: 0 is the code of before a change. */
final class Changes {
  private static final int FIRST = 1;

  private final Map<String, Integer> numbers = new HashMap<>();
  private final ReplayCursor cursor;
  private final JournalTail tail;

  Changes(ReplayCursor cursor, JournalTail tail) {
    this.cursor = cursor;
    this.tail = tail;
  }

  /** Takes over what the run had decided when it wrote a checkpoint. */
  void reached(CheckpointEntry checkpoint) {
    for (var change : checkpoint.getVersions()) {
      numbers.put(change, checkpoint.getNumbers().getOrDefault(change, FIRST));
    }
  }

  /**
   * The form of a change that the run takes.
   *
   * @param least the oldest that the code still has
   * @param most the newest, which a run takes that gets here for the first time
   * @throws dev.sluice.sdk.StepMismatchException if the run takes one that the code has not
   * @throws IllegalArgumentException if the run takes as many changes as it may
   */
  int number(String change, int least, int most) {
    var known = numbers.get(change);
    int number = known == null ? decide(change, most) : known;
    if (number < least || number > most) {
      throw cursor.unsupported(cursor.passed().position(), change, number, least, most);
    }
    return number;
  }

  private int decide(String change, int newest) {
    if (numbers.size() >= Bounds.CHANGES) {
      throw new IllegalArgumentException(
          "a run takes at most %d changes, '%s' is one more".formatted(Bounds.CHANGES, change));
    }
    int number = journaled(change, newest);
    numbers.put(change, number);
    return number;
  }

  private int journaled(String change, int newest) {
    var replayed = cursor.peek();
    if (replayed == null) {
      tail.checkRoom();
      tail.append(charged -> new VersionEntry(change, newest, charged));
      return newest;
    }
    if (replayed.entry() instanceof Position.Changed(String known, int number)
        && known.equals(change)) {
      cursor.take();
      return number;
    }
    return 0;
  }

  /** The changes that the run takes, in the order of their names. */
  List<String> taken() {
    return numbers.entrySet().stream()
        .filter(change -> change.getValue() != 0)
        .map(Map.Entry::getKey)
        .sorted()
        .toList();
  }

  /** The numbers of those that have another than the first. */
  Map<String, Integer> others() {
    var others = new HashMap<>(numbers);
    others.values().removeIf(number -> number == 0 || number == FIRST);
    return others;
  }
}
