package dev.sluice.admission;

import static dev.sluice.admission.GateEffect.DecisionKind;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Takes in journal records: what counts is indexed or ends the epoch, what is void is wiped. */
final class JournalReads {
  private JournalReads() {}

  static void inputRead(Turn turn, RunKey key) {
    var run = turn.state().run(key);
    if (run != null && run.inputOffset() == Run.UNREAD) {
      turn.state().put(run.withInputAt(turn.cause().offset()));
    }
  }

  static void fenceRead(Turn turn, GateEvent.FenceRead event) {
    var run = turn.state().run(event.run());
    if (run == null
        || !(run.phase() instanceof Phase.Fencing fencing)
        || event.epoch() != run.epoch() + 1) {
      return;
    }
    turn.decide(DecisionKind.FENCE, run, fencing.reason());
    if (run.request() == null && run.lostInRow() >= GateSettings.MAX_LOST_IN_ROW) {
      die(turn, run, "LeaseLost", "leases lost in a row without a new step: " + run.lostInRow());
    } else {
      Transitions.queue(turn, run, DecisionKind.QUEUE, fencing.reason());
    }
  }

  static void journaled(Turn turn, GateEvent.Journaled event) {
    var run = turn.state().run(event.run());
    if (run == null || !counts(turn, run, event)) {
      voided(turn, run, event);
      return;
    }
    apply(turn, named(turn, run, event.worker()), event);
    loseIfGone(turn, event);
  }

  private static boolean counts(Turn turn, Run run, GateEvent.Journaled event) {
    return event.epoch() == run.epoch()
        && mayWrite(run, event.worker())
        && fits(event, turn.state().stepsOf(run.key()).last());
  }

  private static boolean mayWrite(Run run, Incarnation writer) {
    return switch (run.phase()) {
      case Phase.Dispatched dispatched -> true;
      case Phase.Running running -> running.holder().equals(writer);
      case Phase.Fencing fencing -> fencing.holder() == null || writer.equals(fencing.holder());
      case Phase.Queued queued -> false;
      case Phase.Waiting waiting -> false;
    };
  }

  /**
   * Steps and the end follow without a gap. What only ends the epoch may leave one: after an append
   * of unknown outcome the worker never uses that position again.
   */
  private static boolean fits(GateEvent.Journaled event, int last) {
    return switch (event.entry()) {
      case JournalEntry.Step step -> event.seq() == last + 1;
      case JournalEntry.End end -> event.seq() == last + 1;
      case JournalEntry.Stopped stopped -> event.seq() > last;
      case JournalEntry.RetryWanted retry -> event.seq() > last;
      case JournalEntry.Pause pause -> event.seq() > last;
    };
  }

  private static Run named(Turn turn, Run run, Incarnation writer) {
    if (run.phase() instanceof Phase.Dispatched) {
      return Transitions.start(turn, run, writer, Phase.Running.CLAIM_UNREAD);
    }
    if (run.phase() instanceof Phase.Fencing fencing && fencing.holder() == null) {
      var next = run.in(new Phase.Fencing(writer, false, fencing.reason(), fencing.sinceMs()));
      turn.state().put(next);
      return next;
    }
    return run;
  }

  private static void apply(Turn turn, Run run, GateEvent.Journaled event) {
    if (event.entry() instanceof JournalEntry.Step step) {
      indexStep(turn, run, event, step);
      return;
    }
    turn.state().charge(run.key(), event.entry().charged());
    switch (event.entry()) {
      case JournalEntry.Step step -> throw new IllegalStateException("a step ends nothing");
      case JournalEntry.End end -> Transitions.end(turn, run, end.outcome(), end.failure(), true);
      case JournalEntry.Stopped stopped -> stopped(turn, run, stopped);
      case JournalEntry.RetryWanted retry -> retry(turn, run, retry);
      case JournalEntry.Pause pause ->
          Transitions.await(
              turn,
              run,
              new Wait.Time(turn.nowMs() + Math.max(0, pause.delayMs()), pause.reason()),
              pause.reason());
    }
  }

  private static void indexStep(
      Turn turn, Run run, GateEvent.Journaled event, JournalEntry.Step step) {
    var entry =
        new StepEntry(
            turn.cause().offset(), event.size(), event.epoch(), event.worker().value().hashCode());
    turn.state().appendStep(run.key(), entry, step.charged());
    if (run.lostInRow() > 0) {
      turn.state().put(turn.live(run.key()).withLostInRow(0));
    }
  }

  private static void stopped(Turn turn, Run run, JournalEntry.Stopped stopped) {
    boolean lost =
        switch (stopped.reason()) {
          case DEADLINE, LOST_JOURNAL -> true;
          case DRAIN, CANCEL, REVOKED, TIMEOUT -> false;
        };
    var next = lost ? run.withLostInRow(run.lostInRow() + 1) : run;
    if (next.request() == null && next.lostInRow() >= GateSettings.MAX_LOST_IN_ROW) {
      die(turn, next, "LeaseLost", "leases lost in a row without a new step: " + next.lostInRow());
    } else {
      Transitions.queue(turn, next, DecisionKind.QUEUE, "stopped: " + stopped.reason());
    }
  }

  private static void retry(Turn turn, Run run, JournalEntry.RetryWanted retry) {
    int most = maxAttempts(turn, run, retry.maxAttempts());
    if (run.request() == null && run.attempt() >= most) {
      Transitions.end(turn, run, Outcome.DEAD, retry.failure(), false);
      return;
    }
    var rule =
        Objects.requireNonNullElse(
            run.spec().retry(),
            new RetryRule(most, RetryRule.DEFAULT_BACKOFF_MS, RetryRule.DEFAULT_MAX_BACKOFF_MS));
    long pause = rule.pauseAfterMs(run.attempt(), run.key().hashCode() + run.epoch());
    Transitions.await(
        turn,
        run.withAttempt(run.attempt() + 1),
        new Wait.Retry(turn.nowMs() + pause),
        "attempt " + run.attempt() + " failed: " + retry.failure().type());
  }

  /** The submission's bound, else the agent's own, else the tenant's. */
  static int maxAttempts(Turn turn, Run run, @Nullable Integer agents) {
    var asked = run.spec().retry();
    if (asked != null) {
      return asked.maxAttempts();
    }
    return agents != null
        ? agents
        : turn.state().tenants().limits(run.key().tenant()).maxAttempts();
  }

  private static void die(Turn turn, Run run, String type, String message) {
    Transitions.end(turn, run, Outcome.DEAD, Failure.of(type, message), false);
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
    if (!isIndexed(turn, run, event)) {
      turn.add(new GateEffect.Tombstone());
    }
    if (event.entry() instanceof JournalEntry.Step) {
      turn.revoke(event.worker(), event.run(), event.epoch(), "a later epoch has begun");
    }
    turn.decide(
        DecisionKind.REFUSE,
        event.run(),
        event.epoch(),
        "void journal record " + event.seq() + " by " + event.worker().value());
  }

  /** A key that holds what counts must keep it, even if a broken worker wrote it twice. */
  private static boolean isIndexed(Turn turn, @Nullable Run run, GateEvent.Journaled event) {
    if (run != null) {
      return turn.state().stepsOf(run.key()).holds(event.seq(), event.epoch(), event.worker());
    }
    var mark = turn.recent().find(Transitions.recentId(event.run()), turn.nowMs());
    return mark.isPresent() && mark.getAsLong() == Transitions.mark(event.worker(), event.epoch());
  }
}
