package dev.sluice.admission.rules;

import static dev.sluice.admission.port.GateEffect.DecisionKind;

import dev.sluice.admission.journal.JournalEntry;
import dev.sluice.admission.journal.Position;
import dev.sluice.admission.port.GateEffect;
import dev.sluice.admission.port.GateEvent;
import dev.sluice.admission.run.EndRequest;
import dev.sluice.admission.run.Failure;
import dev.sluice.admission.run.Incarnation;
import dev.sluice.admission.run.Outcome;
import dev.sluice.admission.run.Phase;
import dev.sluice.admission.run.RetryRule;
import dev.sluice.admission.run.Run;
import dev.sluice.admission.run.RunKey;
import dev.sluice.admission.run.Wait;
import dev.sluice.admission.settings.GateSettings;
import dev.sluice.admission.settings.SubmissionRules;
import dev.sluice.contract.Bounds;
import org.jspecify.annotations.Nullable;

/**
 * Processes journal records: those that count are indexed or end the epoch; void ones are wiped.
 */
public final class JournalReads {
  private JournalReads() {}

  public static void inputRead(Turn turn, RunKey key) {
    var run = turn.state().run(key);
    if (run != null && run.input().offset() == Run.UNREAD) {
      turn.state().put(run.withInput(new Run.InputAt(turn.cause().offset(), -1)));
    }
  }

  public static void fenceRead(Turn turn, GateEvent.FenceRead event) {
    var run = turn.state().run(event.run());
    if (run == null || event.epoch() != run.epoch() + 1) {
      return;
    }
    if (run.phase() instanceof Phase.Fencing fencing) {
      turn.decide(DecisionKind.FENCE, run, fencing.reason());
      goOn(turn, run, fencing.reason());
    } else if (run.phase() instanceof Phase.Lost lost) {
      turn.decide(DecisionKind.FENCE, run, lost.why().message());
      var next = run.behindFence();
      turn.state().put(next);
      LostRuns.endIfOver(turn, next);
    }
  }

  public static void journaled(Turn turn, GateEvent.Journaled event) {
    var run = turn.state().run(event.run());
    if (run != null && endsBarred(run, event)) {
      endBarred(turn, named(turn, run, event.worker()), event);
      return;
    }
    if (run != null && leavesGap(turn, run, event)) {
      giveUp(turn, run, event);
      return;
    }
    if (run == null || !counts(turn, run, event)) {
      voided(turn, run, event);
      return;
    }
    apply(turn, named(turn, run, event.worker()), event);
    loseIfGone(turn, event);
  }

  /**
   * Of a run that is never sent back the index may be lost: the last record of its holder ends it,
   * whatever its number.
   */
  private static boolean endsBarred(Run run, GateEvent.Journaled event) {
    return run.request() == EndRequest.BARRED
        && event.entry().endsEpoch()
        && event.epoch() == run.epoch()
        && mayWrite(run, event.worker());
  }

  private static void endBarred(Turn turn, Run run, GateEvent.Journaled event) {
    if (event.entry() instanceof JournalEntry.End end) {
      Transitions.end(turn, run, end.outcome(), end.failure(), true);
    } else {
      Transitions.queue(turn, run, DecisionKind.QUEUE, "its holder has stopped");
    }
  }

  /** Whether the record is the holder's, of the epoch that runs, and follows the one before. */
  public static boolean counts(Turn turn, Run run, GateEvent.Journaled event) {
    return event.epoch() == run.epoch()
        && mayWrite(run, event.worker())
        && fits(event, turn.state().journalOf(run.key()).last());
  }

  /** Whether the holder has left out a position, so that nothing it writes can follow any more. */
  private static boolean leavesGap(Turn turn, Run run, GateEvent.Journaled event) {
    int last = turn.state().journalOf(run.key()).last();
    return run.phase() instanceof Phase.Running running
        && running.holder().equals(event.worker())
        && event.epoch() == run.epoch()
        && event.seq() > last
        && !fits(event, last);
  }

  /**
   * Ends the epoch where the holder takes it for over: it would never write its last record. Else
   * it is told to stop as for a cancel, as somebody else may have written the record.
   */
  private static void giveUp(Turn turn, Run run, GateEvent.Journaled event) {
    var reason =
        "journal record %d does not follow %d"
            .formatted(event.seq(), turn.state().journalOf(run.key()).last());
    turn.add(new GateEffect.Tombstone());
    turn.decide(DecisionKind.REFUSE, event.run(), event.epoch(), voidText(event));
    if (event.entry().endsEpoch()) {
      Transitions.loseLease(turn, run, reason);
    }
    turn.stop(event.worker(), run.key(), run.epoch(), reason);
  }

  private static boolean mayWrite(Run run, Incarnation writer) {
    return switch (run.phase()) {
      case Phase.Dispatched dispatched -> true;
      case Phase.Running running -> running.holder().equals(writer);
      case Phase.Fencing fencing -> fencing.holder() == null || writer.equals(fencing.holder());
      case Phase.Lost lost -> false;
      case Phase.Queued queued -> false;
      case Phase.Waiting waiting -> false;
      case Phase.Dead dead -> false;
    };
  }

  /**
   * Positions and the end follow without a gap. What only ends the epoch may leave one: after an
   * append of unknown outcome the worker never uses that position again.
   */
  private static boolean fits(GateEvent.Journaled event, int last) {
    var entry = event.entry();
    boolean gapless = entry.isPosition() || entry instanceof JournalEntry.End;
    return gapless ? event.seq() == last + 1 : event.seq() > last;
  }

  private static Run named(Turn turn, Run run, Incarnation writer) {
    if (run.phase() instanceof Phase.Dispatched) {
      return Transitions.start(turn, run, writer, Phase.Running.CLAIM_UNREAD);
    }
    if (run.phase() instanceof Phase.Fencing fencing && fencing.holder() == null) {
      var next = run.heldUntilFence(writer, false);
      turn.state().put(next);
      return next;
    }
    return run;
  }

  private static void apply(Turn turn, Run run, GateEvent.Journaled event) {
    if (!event.entry().isPosition()) {
      turn.state().charge(run.key(), Budgets.counted(turn, run, event.entry().charged()));
    }
    switch (event.entry()) {
      case JournalEntry.Step step -> append(turn, run, event, 0, null);
      case JournalEntry.Version version -> append(turn, run, event, 0, null);
      case JournalEntry.Spawn spawn -> Spawns.spawned(turn, run, event, spawn);
      case JournalEntry.Cancel cancel -> Spawns.cancelled(turn, run, event, cancel);
      case JournalEntry.Send send -> Signals.sent(turn, run, event, send);
      case JournalEntry.SentWait wait ->
          Transitions.queue(turn, run, DecisionKind.QUEUE, "it is known what its signals came to");
      case JournalEntry.SignalTaken taken -> Signals.taken(turn, run, event, taken.number());
      case JournalEntry.Checkpoint checkpoint -> Checkpoints.taken(turn, run, event);
      case JournalEntry.Sleep sleep -> {
        append(turn, run, event, 0, null);
        pause(turn, turn.live(run.key()), sleep.delayMs(), "sleeps");
      }
      case JournalEntry.SignalWait wait -> Signals.await(turn, run, event, wait);
      case JournalEntry.CombinedWait wait -> CombinedWaits.await(turn, run, event, wait);
      case JournalEntry.CombinedTaken taken -> CombinedWaits.taken(turn, run, event, taken);
      case JournalEntry.ChildrenWait wait -> Spawns.await(turn, run, wait);
      case JournalEntry.BudgetWait wait -> Budgets.await(turn, run, wait);
      case JournalEntry.End end -> Transitions.end(turn, run, end.outcome(), end.failure(), true);
      case JournalEntry.Stopped stopped -> stopped(turn, run, stopped);
      case JournalEntry.RetryWanted retry -> retry(turn, run, retry);
      case JournalEntry.Pause pause -> pause(turn, run, pause.delayMs(), pause.reason());
    }
  }

  private static void pause(Turn turn, Run run, long delayMs, String reason) {
    long until = turn.nowMs() + Math.clamp(delayMs, 0, Bounds.DURATION_MS);
    Transitions.await(turn, run, new Wait.Time(until, reason), reason);
  }

  /**
   * Appends a position of the run's journal: the run has moved on.
   *
   * @param spawned children that it asks for
   * @param refused why these, or the signal that it sends, are refused; null if they are not
   */
  static void append(
      Turn turn, Run run, GateEvent.Journaled event, int spawned, @Nullable String refused) {
    var charged = Budgets.counted(turn, run, event.entry().charged());
    int steps = event.entry() instanceof JournalEntry.Step ? 1 : 0;
    var totals =
        turn.state()
            .journalOf(run.key())
            .totals()
            .plus(steps, spawned, charged)
            .plus(event.needs());
    var position = Position.of(turn.cause().offset(), event.size(), event.epoch(), 0);
    turn.state()
        .append(
            run.key(),
            refused == null ? position : position.refusedFor(refused),
            event.worker(),
            totals);
    if (run.tries().hasLost()) {
      var live = turn.live(run.key());
      turn.state().put(live.with(live.tries().advanced()));
    }
  }

  private static void stopped(Turn turn, Run run, JournalEntry.Stopped stopped) {
    boolean lost =
        switch (stopped.reason()) {
          case DEADLINE, LOST_JOURNAL -> true;
          case DRAIN, CANCEL, REVOKED, TIMEOUT -> false;
        };
    var tries = lost ? run.tries().lost() : run.tries();
    goOn(turn, run.with(tries), "stopped: " + stopped.reason());
  }

  /** Queues a run whose lease was lost, unless that happens to it again and again. */
  private static void goOn(Turn turn, Run run, String reason) {
    int lost = run.tries().lostInRow();
    if (run.request() == null && lost >= GateSettings.MAX_LOST_IN_ROW) {
      var failure =
          Failure.of("LeaseLost", "leases lost in a row without a new journal record: " + lost);
      Transitions.end(turn, run, Outcome.DEAD, failure, false);
    } else {
      Transitions.queue(turn, run, DecisionKind.QUEUE, reason);
    }
  }

  private static void retry(Turn turn, Run run, JournalEntry.RetryWanted retry) {
    var rule = retryRule(turn, run, retry.policy());
    if (run.request() == null && run.attempt() >= rule.maxAttempts()) {
      Transitions.end(turn, run, Outcome.DEAD, retry.failure(), false);
      return;
    }
    long pause = rule.pauseAfterMs(run.attempt(), run.key().hashCode() + run.epoch());
    Transitions.await(
        turn,
        run.with(run.tries().nextAttempt()),
        new Wait.Retry(turn.nowMs() + pause),
        "attempt " + run.attempt() + " failed: " + retry.failure().type());
  }

  /**
   * The submission's rule, else the agent's own, else the tenant's bound and the default pauses.
   */
  private static RetryRule retryRule(Turn turn, Run run, @Nullable RetryRule agents) {
    if (run.spec().retry() != null) {
      return run.spec().retry();
    }
    if (agents != null && SubmissionRules.retryProblem(agents) == null) {
      return agents;
    }
    return RetryRule.of(turn.state().tenants().limits(run.key().tenant()).maxAttempts());
  }

  /** The most attempts as far as is known before the agent says what it wants. */
  static int maxAttempts(Turn turn, Run run) {
    return retryRule(turn, run, null).maxAttempts();
  }

  private static void loseIfGone(Turn turn, GateEvent.Journaled event) {
    var run = turn.state().run(event.run());
    if (run != null
        && run.phase() instanceof Phase.Running running
        && turn.state().workers().isGone(running.holder())) {
      Transitions.loseLease(turn, run, "worker gone");
    }
  }

  private static void voided(Turn turn, @Nullable Run run, GateEvent.Journaled event) {
    if (run != null && (run.phase() instanceof Phase.Lost || run.request() == EndRequest.BARRED)) {
      // What would count is not known, so nobody's record is wiped.
      LostRuns.tellToStop(turn, event.worker(), run);
    } else {
      wipe(turn, run, event);
    }
    turn.decide(DecisionKind.REFUSE, event.run(), event.epoch(), voidText(event));
  }

  private static void wipe(Turn turn, @Nullable Run run, GateEvent.Journaled event) {
    if (!isIndexed(turn, run, event)) {
      turn.add(new GateEffect.Tombstone());
    }
    if (event.entry().isPosition()) {
      turn.revoke(event.worker(), event.run(), event.epoch(), "a later epoch has begun");
    }
  }

  public static String voidText(GateEvent.Journaled event) {
    return "void journal record " + event.seq() + " by " + event.worker().value();
  }

  /** A key that holds what counts must keep it, even if a broken worker wrote it twice. */
  private static boolean isIndexed(Turn turn, @Nullable Run run, GateEvent.Journaled event) {
    if (run != null) {
      return turn.state().journalOf(run.key()).holds(event.seq(), event.epoch(), event.worker());
    }
    var known = turn.recall(Transitions.recentId(event.run()));
    return known.isPresent()
        && known.get().mark() == Transitions.mark(event.worker(), event.epoch());
  }
}
