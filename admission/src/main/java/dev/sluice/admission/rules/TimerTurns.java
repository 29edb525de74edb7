package dev.sluice.admission.rules;

import static dev.sluice.admission.port.GateEffect.DecisionKind;

import dev.sluice.admission.run.EndRequest;
import dev.sluice.admission.run.Failure;
import dev.sluice.admission.run.Outcome;
import dev.sluice.admission.run.Phase;
import dev.sluice.admission.run.Run;
import dev.sluice.admission.run.Wait;
import dev.sluice.admission.settings.GateSettings;
import org.jspecify.annotations.Nullable;

/** Handles the time-driven events of runs. */
final class TimerTurns {
  private TimerTurns() {}

  static void fire(Turn turn) {
    turn.state()
        .indexes()
        .timers()
        .due(turn.nowMs(), GateSettings.MAX_PER_EVENT)
        .forEach(run -> turn.then(run, TimerTurns::fire));
  }

  private static void fire(Turn turn, Run run) {
    if (!turn.state().indexes().timers().isDue(run, turn.nowMs())) {
      return; // a turn before this one has moved it on
    }
    if (run.isDead()) {
      turn.state().remove(run);
      return;
    }
    var late = run.request() == null ? late(turn, run) : null;
    if (run.canExpire() && run.isExpired(turn.nowMs())) {
      expire(turn, run);
    } else if (late != null) {
      Transitions.ask(turn, run, late);
    } else if (run.phase() instanceof Phase.Waiting waiting) {
      wake(turn, run, waiting.on());
    } else {
      throw new IllegalStateException("nothing is due for " + run);
    }
  }

  /** As what it is to end, if its time is over. */
  private static @Nullable EndRequest late(Turn turn, Run run) {
    if (run.isOver(turn.nowMs())) {
      return EndRequest.END_BY;
    }
    var deadline = turn.state().indexes().timers().deadlineMs(run);
    return deadline != null && deadline <= turn.nowMs() ? EndRequest.TIMEOUT : null;
  }

  static void expire(Turn turn, Run run) {
    var failure = Failure.of("Expired", "the run had not started by its expires_at_ms");
    Transitions.end(turn, run, Outcome.EXPIRED, failure, false);
  }

  private static void wake(Turn turn, Run run, Wait wait) {
    switch (wait) {
      case Wait.Time time ->
          Transitions.queue(turn, run, DecisionKind.QUEUE, "the time has come: " + time.reason());
      case Wait.ForSignal signal ->
          Transitions.queue(
              turn, run, DecisionKind.QUEUE, "no signal " + signal.name() + " came in time");
      case Wait.Combined combined -> CombinedWaits.timeOver(turn, run, combined);
      case Wait.Children children -> throw new IllegalStateException("no time ends " + children);
      case Wait.Pool pool -> throw new IllegalStateException("no time ends " + pool);
      case Wait.Budget budget -> throw new IllegalStateException("no time ends " + budget);
      case Wait.Retry retry ->
          Transitions.queue(turn, run, DecisionKind.QUEUE, "attempt " + run.attempt() + " is due");
      case Wait.Agent agent -> AgentWaits.giveUp(turn, run);
    }
  }
}
