package dev.sluice.runner.worker;

import dev.sluice.runner.StepMismatchException;
import dev.sluice.v1.StepEntry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a run stands in its journal: what is to be replayed, the next position, and what was
 * charged and not recorded yet. Knows nothing of threads or topics.
 */
final class RunJournal {
  private final int journaled;
  private final List<StepEntry> replay;
  private int replayed;
  private int written;
  private int burnt;
  private final Map<String, Long> bodyCharges = new HashMap<>();
  private final Map<String, Long> codeCharges = new HashMap<>();

  private RunJournal(int journaled, List<StepEntry> replay) {
    this.journaled = journaled;
    this.replay = List.copyOf(replay);
  }

  /** Before the steps are read: only what ends the epoch can be written yet, behind them all. */
  static RunJournal unread(int steps) {
    return new RunJournal(steps, List.of());
  }

  static RunJournal of(List<StepEntry> replay) {
    return new RunJournal(replay.size(), replay);
  }

  /** The journaled result of the step that the code is at, or null if it has not been executed. */
  @Nullable StepEntry replayNext(String name) {
    if (replayed == replay.size()) {
      return null;
    }
    var entry = replay.get(replayed);
    if (!entry.getName().equals(name)) {
      throw new StepMismatchException(
          replayed + 1, "the journaled step '" + entry.getName() + "'", "step '" + name + "'");
    }
    replayed++;
    return entry;
  }

  /** Fails if the code has ended although the journal goes on. */
  void checkEnd() {
    if (replayed < replay.size()) {
      throw new StepMismatchException(
          replayed + 1,
          "the journaled step '" + replay.get(replayed).getName() + "'",
          "the end of the agent");
    }
  }

  boolean isReplaying() {
    return replayed < replay.size();
  }

  /**
   * The position of the next record. One whose append had an unknown outcome is never used again.
   */
  int next() {
    return journaled + written + burnt + 1;
  }

  void wrote() {
    written++;
  }

  /** The append at {@link #next} may or may not have happened. */
  void lost() {
    burnt++;
  }

  /** What the code between steps charges counts once: when it runs ahead of the journal. */
  void charge(String meter, long amount, boolean inBody) {
    if (amount < 0) {
      throw new IllegalArgumentException("a charge must be at least 0, got " + amount);
    }
    if (inBody) {
      bodyCharges.merge(meter, amount, Long::sum);
    } else if (!isReplaying()) {
      codeCharges.merge(meter, amount, Long::sum);
    }
  }

  /** Takes what is to be recorded with a step or the end. */
  Map<String, Long> takeCharges() {
    var all = takeBodyCharges();
    codeCharges.forEach((meter, amount) -> all.merge(meter, amount, Long::sum));
    codeCharges.clear();
    return all;
  }

  /**
   * Takes what is to be recorded when the epoch ends: what the code charged it will charge again.
   */
  Map<String, Long> takeBodyCharges() {
    var all = new HashMap<>(bodyCharges);
    bodyCharges.clear();
    return all;
  }
}
