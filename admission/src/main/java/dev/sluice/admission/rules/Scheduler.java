package dev.sluice.admission.rules;

import static dev.sluice.admission.port.GateEffect.DecisionKind;

import dev.sluice.admission.journal.JournalIndex;
import dev.sluice.admission.port.GateEffect;
import dev.sluice.admission.run.EndRequest;
import dev.sluice.admission.run.Phase;
import dev.sluice.admission.run.Run;
import dev.sluice.admission.run.Wait;
import dev.sluice.admission.worker.Room;
import org.jspecify.annotations.Nullable;

/** Hands out ready runs for as long as workers have room and tenants are below their caps. */
public final class Scheduler {
  private Scheduler() {}

  public static void dispatch(Turn turn) {
    if (turn.mayDispatch()) {
      turn.state().queues().pools().forEach(pool -> turn.then(then -> dispatch(then, pool)));
    }
  }

  /**
   * Chooses a run, places it in a turn of its own, and chooses again. Ends because each placement
   * takes a run out of the queues, and one that can neither be placed nor sealed ends it.
   */
  private static void dispatch(Turn turn, String pool) {
    var state = turn.state();
    if (state.unanswered().count(pool) >= turn.settings().maxUnanswered()
        || !state.queues().hasStartable(pool)
        || !Brakes.mayStart(turn, pool)) {
      return;
    }
    var room = room(turn, pool);
    var key =
        state
            .queues()
            .next(pool, lane -> Brakes.mayStart(turn, lane) && room.partitionFor(lane, 0) != null);
    if (key != null && !turn.isUnsealable(key)) {
      turn.then(key, Scheduler::place);
      turn.then(then -> dispatch(then, pool));
    }
  }

  private static void place(Turn turn, Run run) {
    int tie = run.key().hashCode() + run.epoch();
    place(
        turn,
        run,
        room(turn, run.spec().pool()).partitionFor(turn.state().indexes().lane(run), tie));
  }

  private static Room room(Turn turn, String pool) {
    var state = turn.state();
    return new Room(
        state.workers(),
        state::heldBy,
        state.unanswered(),
        turn.settings(),
        state.leaseTimeMs(),
        pool);
  }

  private static GateEffect.Replay replay(JournalIndex index) {
    var totals = index.totals();
    return new GateEffect.Replay(index.first(), index.replay(), totals.spawned(), totals.needs());
  }

  private static void place(Turn turn, Run run, @Nullable Integer partition) {
    if (partition == null) {
      throw new IllegalStateException("no room for " + run.key() + " though its lane had some");
    }
    boolean inline = !run.isDispatchable();
    if (inline) {
      turn.state().indexes().withdraw(run);
    }
    if (run.isExpired(turn.nowMs())) {
      TimerTurns.expire(turn, run);
      return;
    }
    if (run.isOver(turn.nowMs())) {
      Transitions.ask(turn, run, EndRequest.END_BY);
      return;
    }
    switch (Budgets.grant(turn.state(), run)) {
      case Budgets.Grant.Wait wait ->
          Transitions.await(
              turn,
              run,
              new Wait.Budget(run.allowance().needs()),
              "the budget that it needs is reserved by other runs");
      case Budgets.Grant.Slice slice -> dispatch(turn, run, partition, inline, slice);
    }
  }

  private static void dispatch(
      Turn turn, Run run, int partition, boolean inline, Budgets.Grant.Slice slice) {
    var state = turn.state();
    long ttlMs = turn.settings().leaseTtlMs();
    var dispatched = new Phase.Dispatched(partition, state.leaseTimeMs(), turn.nowMs(), ttlMs);
    var next = run.dispatchedTo(dispatched, slice.allowance());
    state.put(next);
    if (ttlMs > state.clock().longestTtlMs()) {
      state.put(state.clock().withTtl(ttlMs));
    }
    Brakes.started(turn, next);
    turn.add(
        new GateEffect.Dispatch(
            next,
            partition,
            inline,
            replay(state.journalOf(run.key())),
            state.indexes().timers().leftMs(next),
            JournalReads.maxAttempts(turn, next),
            state.tenants().limits(run.key().tenant()).maxSteps(),
            Spawns.bounds(turn, next),
            state.families().of(run.key()),
            slice.meters()));
    turn.decide(DecisionKind.DISPATCH, next, next.epoch() == 1 ? "first dispatch" : "resumed");
  }
}
