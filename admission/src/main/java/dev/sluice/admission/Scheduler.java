package dev.sluice.admission;

import static dev.sluice.admission.GateEffect.DecisionKind;

import org.jspecify.annotations.Nullable;

/** Hands out ready runs for as long as workers have room and tenants are below their caps. */
final class Scheduler {
  private Scheduler() {}

  static void dispatch(Turn turn) {
    for (var pool : turn.settings().pools()) {
      dispatch(turn, pool);
    }
  }

  /** Ends because each turn of the loop takes a run out of the queues. */
  private static void dispatch(Turn turn, String pool) {
    var state = turn.state();
    while (state.unanswered().count(pool) < turn.settings().maxUnanswered()
        && state.queues().hasStartable(pool)) {
      var room = new Room(state, turn.settings(), pool);
      var key = state.queues().next(pool, lane -> room.partitionFor(lane, 0) != null);
      if (key == null) {
        return;
      }
      var run = turn.live(key);
      int tie = key.hashCode() + run.epoch();
      place(turn, run, room.partitionFor(run.spec().lane(), tie));
    }
  }

  private static void place(Turn turn, Run run, @Nullable Integer partition) {
    if (partition == null) {
      throw new IllegalStateException("no room for " + run.key() + " though its lane had some");
    }
    boolean inline = !run.isDispatchable();
    if (inline) {
      turn.state().withdraw(run);
    }
    if (Transitions.isExpired(run, turn.nowMs())) {
      TimerTurns.expire(turn, run);
      return;
    }
    var limits = turn.state().tenants().limits(run.key().tenant());
    var next =
        run.dispatchedTo(new Phase.Dispatched(partition, turn.state().leaseTimeMs(), turn.nowMs()));
    turn.state().put(next);
    turn.add(
        new GateEffect.Dispatch(
            next,
            partition,
            inline,
            turn.state().stepsOf(run.key()).offsets(),
            turn.state().timers().deadlineMs(next),
            JournalReads.maxAttempts(turn, next, null),
            limits.maxSteps()));
    turn.decide(DecisionKind.DISPATCH, next, next.epoch() == 1 ? "first dispatch" : "resumed");
  }
}
