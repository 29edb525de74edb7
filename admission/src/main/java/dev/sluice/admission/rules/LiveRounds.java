package dev.sluice.admission.rules;

import dev.sluice.admission.port.GateEffect.DecisionKind;
import dev.sluice.admission.run.Phase;
import dev.sluice.admission.run.Run;
import dev.sluice.admission.settings.GateSettings;

/**
 * Repeats every live run on {@code decisions} in each round of lease time, so that {@code
 * decisions} always contain all live runs, however old.
 */
final class LiveRounds {
  private LiveRounds() {}

  static void tell(Turn turn) {
    var state = turn.state();
    var next =
        state
            .indexes()
            .rounds()
            .next(state.clock().toldOrNow(), state.leaseTimeMs(), GateSettings.MAX_TOLD_PER_TICK);
    state.put(state.clock().with(next.told()));
    next.runs().forEach(run -> turn.then(run, LiveRounds::tell));
    if (next.isOver()) {
      turn.then(then -> then.decide(DecisionKind.LIVE, "", "every live run was repeated"));
    }
  }

  /** Of a lost run nothing is known that could be told. */
  private static void tell(Turn turn, Run run) {
    if (!(run.phase() instanceof Phase.Lost)) {
      turn.decide(DecisionKind.LIVE, run, "repeated");
    }
  }
}
