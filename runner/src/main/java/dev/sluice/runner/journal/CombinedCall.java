package dev.sluice.runner.journal;

import dev.sluice.contract.Amounts;
import dev.sluice.v1.ChildBranch;
import dev.sluice.v1.CombinedEntry;
import dev.sluice.v1.SignalBranch;
import dev.sluice.v1.SignalPosition;
import dev.sluice.v1.TimerBranch;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A wait of the code for several things: found in the journal, taken at once if the dispatch says
 * that they have come, or else the end of the epoch. What it came to was decided once, by whoever
 * saw it first: here, or by the gate.
 */
public final class CombinedCall {
  /**
   * What a wait came to.
   *
   * @param chosen the place of the branch that came first; {@link Position#ALL} for all
   * @param signals the offsets of the signals that were taken, in the order of the branches
   * @param branches as they stand in its record, whatever the code says now
   * @param atMs when its record was appended, by the log's clock: timers count from then
   */
  public record Outcome(int chosen, List<Long> signals, List<Object> branches, long atMs) {
    /** When the timer at a place was over, by the log's clock. */
    public long overAtMs(int place) {
      return Amounts.plus(atMs, ((TimerBranch) branches.get(place)).getDelayMs());
    }
  }

  private final Calls calls;
  private final ReplayCursor cursor;
  private final JournalTail tail;
  private final ChildLedger children;
  private final SignalInbox signals;

  CombinedCall(
      Calls calls,
      ReplayCursor cursor,
      JournalTail tail,
      ChildLedger children,
      SignalInbox signals) {
    this.calls = calls;
    this.cursor = cursor;
    this.tail = tail;
    this.children = children;
    this.signals = signals;
  }

  /**
   * Returns when one of these has come, or all of them; else the epoch ends.
   *
   * @param branches as the journal has them
   */
  Outcome await(boolean all, List<Object> branches) {
    var call = JournalText.combined(all, branches);
    var replayed = calls.position(call);
    if (replayed == null) {
      return take(all, branches);
    }
    if (!(replayed.entry() instanceof Position.Combined combined)
        || !isFor(combined, all, branches)) {
      throw cursor.mismatch(call);
    }
    cursor.take();
    return new Outcome(
        chosen(replayed, combined),
        Position.Combined.signals(replayed.place()),
        combined.branches(),
        replayed.appendedMs());
  }

  /** What is replayed was checked before. */
  private static int chosen(Replayed replayed, Position.Combined combined) {
    var outcome = replayed.place().getCombined();
    if (outcome == null || !combined.fits(replayed.place())) {
      throw new IllegalStateException("not decided: " + replayed);
    }
    return outcome.getChosen();
  }

  private static boolean isFor(Position.Combined combined, boolean all, List<Object> branches) {
    if (combined.all() != all || combined.branches().size() != branches.size()) {
      return false;
    }
    for (int i = 0; i < branches.size(); i++) {
      if (!isSame(combined.branches().get(i), branches.get(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isSame(Object journaled, Object branch) {
    return branch instanceof TimerBranch
        ? journaled instanceof TimerBranch
        : journaled.equals(branch);
  }

  // --- at the end of the journal

  private Outcome take(boolean all, List<Object> branches) {
    var taken = new ArrayList<SignalPosition>();
    int chosen = all ? Position.ALL : first(branches, taken);
    boolean isOver = all ? haveAllCome(branches, taken) : chosen >= 0;
    if (!isOver) {
      throw tail.endEpoch(new Wait.Combined(all, branches));
    }
    var numbers = taken.stream().map(SignalPosition::getNumber).toList();
    long atMs =
        tail.appendAt(charged -> new CombinedEntry(all, branches, chosen, numbers, charged));
    var offsets = taken.stream().map(SignalPosition::getOffset).toList();
    return new Outcome(chosen, offsets, branches, atMs);
  }

  private int first(List<Object> branches, List<SignalPosition> taken) {
    for (int place = 0; place < branches.size(); place++) {
      if (hasCome(branches.get(place), taken)) {
        return place;
      }
    }
    return -1;
  }

  /** Signals that are taken in vain are not missed: the epoch is over. */
  private boolean haveAllCome(List<Object> branches, List<SignalPosition> taken) {
    for (var branch : branches) {
      if (!hasCome(branch, taken)) {
        return false;
      }
    }
    return true;
  }

  private boolean hasCome(Object branch, List<SignalPosition> taken) {
    return switch (branch) {
      case ChildBranch child -> children.open(List.of(child.getNumber())).isEmpty();
      case TimerBranch timer -> timer.getDelayMs() == 0;
      case SignalBranch awaited -> {
        @Nullable SignalPosition signal = signals.take(awaited.getName());
        if (signal != null) {
          taken.add(signal);
        }
        yield signal != null;
      }
      default -> throw new IllegalArgumentException("no branch of a wait: " + branch);
    };
  }
}
