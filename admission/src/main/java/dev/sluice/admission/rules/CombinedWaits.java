package dev.sluice.admission.rules;

import static dev.sluice.admission.port.GateEffect.DecisionKind;

import dev.sluice.admission.journal.JournalEntry;
import dev.sluice.admission.journal.Settled;
import dev.sluice.admission.port.GateEvent;
import dev.sluice.admission.run.Branch;
import dev.sluice.admission.run.Inbox;
import dev.sluice.admission.run.Phase;
import dev.sluice.admission.run.Run;
import dev.sluice.admission.run.Signal;
import dev.sluice.admission.run.Wait;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Waits for the first of several children, timers and signals, or for all of them. What is there
 * when the wait begins is taken in the order of its branches; from then on what is read first comes
 * first. What a wait came to is decided once and kept with its position in the journal.
 */
final class CombinedWaits {
  private CombinedWaits() {}

  /** A run waits, unless what it waits for is there. */
  static void await(Turn turn, Run run, GateEvent.Journaled event, JournalEntry.CombinedWait wait) {
    JournalReads.append(turn, run, event, 0, null);
    var live = turn.live(run.key());
    var begun = Wait.Combined.of(wait.all(), wait.branches(), event.seq(), turn.nowMs());
    var outcome = wait.all() ? all(turn, live, begun) : firstInOrder(turn, live, begun);
    if (outcome == null) {
      var what = "waits for %s of %d".formatted(begun.word(), begun.branches().size());
      Transitions.await(turn, live, begun, what);
    } else {
      settle(turn, live, begun, outcome, "what it waits for had come");
    }
  }

  /** A run found by itself that what it would wait for was there. */
  static void taken(
      Turn turn, Run run, GateEvent.Journaled event, JournalEntry.CombinedTaken taken) {
    JournalReads.append(turn, run, event, 0, null);
    var signals = new ArrayList<Signal>();
    for (int number : taken.signals()) {
      var signal = run.inbox().numbered(number);
      if (signal != null && !signals.contains(signal)) {
        signals.add(signal);
      }
    }
    if (signals.size() < taken.signals().size()) {
      turn.decide(
          DecisionKind.ALARM,
          run,
          "took signals " + taken.signals() + ", which do not all lie there",
          event.worker());
      return;
    }
    turn.state()
        .resolve(
            run.key(),
            event.seq(),
            position -> position.with(new Settled(taken.chosen(), signals)));
    turn.state().put(turn.live(run.key()).with(without(run.inbox(), signals)));
  }

  // --- what comes while a run waits

  /** Returns whether the run's combined wait took note of the signal. */
  static boolean signalCame(Turn turn, Run run, Signal signal) {
    var wait = waitOf(run);
    int place = wait == null ? -1 : placeOf(wait, new Branch.ForSignal(signal.name()));
    if (wait == null || place < 0) {
      return false;
    }
    var next = run.with(run.inbox().add(signal));
    turn.state().put(next);
    cameTo(turn, next, wait, new Settled(place, List.of(signal)), "signal " + signal.name());
    return true;
  }

  static void childEnded(Turn turn, Run parent, int number) {
    var wait = waitOf(parent);
    int place = wait == null ? -1 : placeOf(wait, new Branch.Child(number));
    if (wait != null && place >= 0) {
      var reason = "child " + number + " has ended";
      cameTo(turn, parent, wait, new Settled(place, List.of()), reason);
    }
  }

  /** Of timers that are over the earliest came first. */
  static void timeOver(Turn turn, Run run, Wait.Combined wait) {
    var earliest = earliest(wait.branches());
    cameTo(turn, run, wait, new Settled(earliest, List.of()), "the time has come");
  }

  private static int earliest(List<Branch> branches) {
    ToLongFunction<Branch> delay =
        branch -> branch instanceof Branch.Timer timer ? timer.delayMs() : Long.MAX_VALUE;
    int earliest = 0;
    for (int place = 1; place < branches.size(); place++) {
      if (delay.applyAsLong(branches.get(place)) < delay.applyAsLong(branches.get(earliest))) {
        earliest = place;
      }
    }
    return earliest;
  }

  /**
   * Something came that the run waits for.
   *
   * @param first what the wait comes to if that is enough
   */
  private static void cameTo(Turn turn, Run run, Wait.Combined wait, Settled first, String reason) {
    var outcome = wait.all() ? all(turn, run, wait) : first;
    if (outcome != null) {
      settle(turn, run, wait, outcome, reason);
    } else if (wait.untilMs() <= turn.nowMs()) {
      var next = run.waitingOn(wait.timersOver());
      turn.state().put(next);
      turn.decide(DecisionKind.WAIT, next, reason + "; it waits for others");
    }
  }

  private static Wait.@Nullable Combined waitOf(Run run) {
    return run.phase() instanceof Phase.Waiting waiting
            && waiting.on() instanceof Wait.Combined combined
        ? combined
        : null;
  }

  private static int placeOf(Wait.Combined wait, Branch branch) {
    return wait.branches().indexOf(branch);
  }

  // --- what is there

  private static @Nullable Settled firstInOrder(Turn turn, Run run, Wait.Combined wait) {
    int place = 0;
    for (var branch : wait.branches()) {
      var signals = new ArrayList<Signal>();
      if (isThere(turn, run, wait, branch, signals)) {
        return new Settled(place, signals);
      }
      place++;
    }
    return null;
  }

  private static @Nullable Settled all(Turn turn, Run run, Wait.Combined wait) {
    var signals = new ArrayList<Signal>();
    for (var branch : wait.branches()) {
      if (!isThere(turn, run, wait, branch, signals)) {
        return null;
      }
    }
    return new Settled(Settled.ALL, signals);
  }

  /**
   * Whether what a branch waits for is there. A timer that was over stays so: the next record may
   * be of another topic, and was appended earlier.
   *
   * @param taken signals that branches before it take; a signal that is there is added
   */
  private static boolean isThere(
      Turn turn, Run run, Wait.Combined wait, Branch branch, List<Signal> taken) {
    return switch (branch) {
      case Branch.Child child -> !turn.state().families().isLive(run.key(), child.number());
      case Branch.Timer timer ->
          wait.areTimersOver() || wait.sinceMs() + timer.delayMs() <= turn.nowMs();
      case Branch.ForSignal awaited -> {
        var signal =
            run.inbox().untaken().stream()
                .filter(one -> one.name().equals(awaited.name()) && !taken.contains(one))
                .findFirst();
        signal.ifPresent(taken::add);
        yield signal.isPresent();
      }
    };
  }

  private static void settle(
      Turn turn, Run run, Wait.Combined wait, Settled outcome, String reason) {
    turn.state().resolve(run.key(), wait.seq(), position -> position.with(outcome));
    var next = run.with(without(run.inbox(), outcome.signals()));
    Transitions.queue(turn, next, DecisionKind.QUEUE, reason);
  }

  private static Inbox without(Inbox inbox, List<Signal> taken) {
    var left = inbox;
    for (var signal : taken) {
      left = left.take(signal);
    }
    return left;
  }
}
