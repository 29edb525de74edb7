package dev.sluice.admission;

import static dev.sluice.admission.GateEffect.DecisionKind;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The moves of a run between phases that more than one kind of record can cause. */
final class Transitions {
  private Transitions() {}

  /** Tells whether the run is one that its {@code expires_at} may still end. */
  static boolean canExpire(Run run) {
    boolean idle = run.phase() instanceof Phase.Queued || run.phase() instanceof Phase.Waiting;
    return idle && !run.hasStarted();
  }

  static boolean isExpired(Run run, long nowMs) {
    var expiry = run.spec().expiresAtMs();
    return expiry != null && expiry <= nowMs && !run.hasStarted();
  }

  /** Ends the epoch and queues the run, unless it was meanwhile asked to end. */
  static void queue(Turn turn, Run run, DecisionKind kind, String reason) {
    if (!endedAsAsked(turn, run)) {
      var next = run.endEpoch(new Phase.Queued(turn.nowMs()));
      turn.state().put(next);
      turn.decide(kind, next, reason);
    }
  }

  /** Ends the epoch; the run holds no slot until {@code wait} is over (rule 8). */
  static void await(Turn turn, Run run, Wait wait, String reason) {
    if (!endedAsAsked(turn, run)) {
      var next = run.endEpoch(new Phase.Waiting(wait, turn.nowMs()));
      turn.state().put(next);
      turn.decide(DecisionKind.WAIT, next, reason);
    }
  }

  private static boolean endedAsAsked(Turn turn, Run run) {
    var request = run.request();
    if (request != null) {
      end(turn, run, request.outcome(), request.failure(), false);
      return true;
    }
    return false;
  }

  /** Names the holder of a dispatched run; from now on the run has started. */
  static Run start(Turn turn, Run run, Incarnation holder, long heartbeat) {
    var next = run.startedBy(new Phase.Running(holder, heartbeat, turn.nowMs()));
    turn.state().put(next);
    turn.decide(DecisionKind.CLAIM, next, "claimed", holder);
    var request = next.request();
    if (request != null) {
      turn.control(holder, next, request);
    }
    return next;
  }

  /**
   * Ends a lease other than by its holder's own last record: the slot is free at once, the run goes
   * on only behind the fence (rule 5).
   */
  static void loseLease(Turn turn, Run run, String reason) {
    var next = run.in(fencing(turn, run, reason));
    if (run.phase() instanceof Phase.Running) {
      next = next.withLostInRow(run.lostInRow() + 1);
    }
    turn.state().put(next);
    turn.add(new GateEffect.AppendFence(run.key(), run.epoch() + 1, reason));
    turn.decide(DecisionKind.RELEASE, next, reason);
  }

  private static Phase.Fencing fencing(Turn turn, Run run, String reason) {
    return run.phase() instanceof Phase.Running running
        ? new Phase.Fencing(running.holder(), running.claimRead(), reason, turn.nowMs())
        : new Phase.Fencing(null, false, reason, turn.nowMs());
  }

  /** Asks a run to end: what holds no lease ends at once, all else when its lease does (rule 2). */
  static void ask(Turn turn, Run run, EndRequest request) {
    switch (run.phase()) {
      case Phase.Queued queued -> end(turn, run, request.outcome(), request.failure(), false);
      case Phase.Waiting waiting -> end(turn, run, request.outcome(), request.failure(), false);
      case Phase.Dispatched dispatched -> turn.state().put(run.asked(request));
      case Phase.Fencing fencing -> turn.state().put(run.asked(request));
      case Phase.Running running -> {
        turn.state().put(run.asked(request));
        turn.control(running.holder(), run, request);
      }
    }
  }

  /** Ends a run for good: one completion, its slot free, its id taken for the duplicate window. */
  static void end(
      Turn turn, Run run, Outcome outcome, @Nullable Failure failure, boolean outputFromRecord) {
    var steps = turn.state().stepsOf(run.key());
    int count = steps.last();
    Map<String, Long> charged = steps.charged();
    turn.state().remove(run);
    turn.recent().add(recentId(run.key()), turn.nowMs(), mark(run));
    int attempts = run.epoch() == 0 ? 0 : run.attempt();
    turn.add(
        new GateEffect.Complete(
            run.key(),
            run.spec().agent(),
            run.spec().labels(),
            outcome,
            failure,
            outputFromRecord,
            run.origin().appendMs(),
            run.hasStarted() ? run.startedAtMs() : null,
            turn.nowMs(),
            run.epoch(),
            attempts,
            count,
            charged));
    if (outcome == Outcome.DEAD) {
      var why = failure == null ? Failure.of("Dead", "the run is dead") : failure;
      turn.add(new GateEffect.DeadLetterRun(run.key(), run.spec().agent(), why, attempts));
    }
    turn.decide(DecisionKind.COMPLETE, run, outcome.name());
  }

  /** The name under which an ended run is remembered. */
  static String recentId(RunKey run) {
    return "run/" + run.tenant() + "/" + run.id();
  }

  /** Remembers who wrote a run's last epoch; 0 for nobody. */
  private static long mark(Run run) {
    return switch (run.phase()) {
      case Phase.Running running -> mark(running.holder(), run.epoch());
      case Phase.Fencing fencing when fencing.holder() != null ->
          mark(fencing.holder(), run.epoch());
      default -> 0;
    };
  }

  static long mark(Incarnation writer, int epoch) {
    return ((long) writer.value().hashCode() << Integer.SIZE) | epoch;
  }
}
