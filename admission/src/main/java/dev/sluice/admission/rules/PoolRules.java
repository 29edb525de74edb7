package dev.sluice.admission.rules;

import static dev.sluice.admission.port.GateEffect.DecisionKind;

import dev.sluice.admission.run.Failure;
import dev.sluice.admission.run.Outcome;
import dev.sluice.admission.run.Phase;
import dev.sluice.admission.run.Run;
import dev.sluice.admission.run.RunSpec;
import dev.sluice.admission.run.Wait;
import dev.sluice.admission.settings.GateSettings;
import dev.sluice.admission.settings.SettingKey;
import dev.sluice.admission.settings.SubmissionRules;
import org.jspecify.annotations.Nullable;

/**
 * Handles runs of unknown or closed pools. Topics have no order between them, so such a run waits
 * for its pool. It is refused once all settings written up to a minute after it have been read
 * (decision 0036).
 */
final class PoolRules {
  private PoolRules() {}

  private static boolean isOpen(Turn turn, RunSpec spec) {
    return turn.settings().pools().contains(spec.pool());
  }

  /** Whether no such pool was ever open: a closed one goes on with what it has taken. */
  static boolean isUnknown(Turn turn, RunSpec spec) {
    return !isOpen(turn, spec) && turn.state().said().entry(SettingKey.pool(spec.pool())) == null;
  }

  /** Where a run begins that somebody submits. */
  static Phase first(Turn turn, RunSpec spec) {
    if (!isOpen(turn, spec)) {
      return new Phase.Waiting(new Wait.Pool(), turn.nowMs());
    }
    var start = start(turn, spec);
    return start == null ? new Phase.Queued(turn.nowMs(), false) : start;
  }

  /** Where a child begins: a tree that runs in a pool goes on there, closed or not. */
  static Phase first(Turn turn, RunSpec child, Run parent) {
    return child.pool().equals(parent.spec().pool()) || isOpen(turn, child)
        ? new Phase.Queued(turn.nowMs(), false)
        : new Phase.Waiting(new Wait.Pool(), turn.nowMs());
  }

  private static Phase.@Nullable Waiting start(Turn turn, RunSpec spec) {
    var startAt = spec.startAtMs();
    return startAt != null && startAt > turn.nowMs()
        ? new Phase.Waiting(new Wait.Time(startAt, "start_at"), turn.nowMs())
        : null;
  }

  /** In words. */
  static String said(Phase first) {
    return switch (first) {
      case Phase.Waiting waiting when waiting.on() instanceof Wait.Pool -> "waits for its pool";
      case Phase.Waiting waiting -> "waits for start_at";
      case Phase.Queued queued -> "queued";
      case Phase.Dispatched dispatched -> "dispatched";
      case Phase.Running running -> "running";
      case Phase.Fencing fencing -> "fencing";
      case Phase.Dead dead -> "dead";
      case Phase.Lost lost -> "lost";
    };
  }

  /** Some of those whose pool is open now go on; the others do at the next tick. */
  static void wake(Turn turn) {
    for (var pool : turn.settings().pools()) {
      for (var key : turn.state().indexes().poolWaits().of(pool, GateSettings.MAX_PER_EVENT)) {
        turn.then(key, PoolRules::wake);
      }
    }
  }

  private static void wake(Turn turn, Run run) {
    if (!isWaiting(run) || !isOpen(turn, run.spec())) {
      return;
    }
    var start = start(turn, run.spec());
    if (start == null) {
      Transitions.queue(turn, run, DecisionKind.QUEUE, "its pool has come");
    } else {
      var next = run.woken(turn.nowMs());
      Transitions.await(turn, next, start.on(), "its pool has come; waits for start_at");
    }
  }

  private static boolean isWaiting(Run run) {
    return run.phase() instanceof Phase.Waiting waiting && waiting.on() instanceof Wait.Pool;
  }

  /** All settings have been read that came within the time: these pools do not come. */
  static void giveUp(Turn turn) {
    var waits = turn.state().indexes().poolWaits();
    for (var key : waits.until(turn.nowMs() - EarlyCommands.WAIT_MS, GateSettings.MAX_PER_EVENT)) {
      turn.then(key, PoolRules::refuse);
    }
  }

  private static void refuse(Turn turn, Run run) {
    if (isWaiting(run) && !isOpen(turn, run.spec())) {
      var reason = SubmissionRules.unknownPool(run.spec(), turn.settings());
      var failure = Failure.of("InvalidSubmission", reason);
      Transitions.end(turn, run, Outcome.REJECTED, failure, false);
    }
  }
}
