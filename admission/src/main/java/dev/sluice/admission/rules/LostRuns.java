package dev.sluice.admission.rules;

import dev.sluice.admission.port.GateEffect;
import dev.sluice.admission.run.EndRequest;
import dev.sluice.admission.run.Incarnation;
import dev.sluice.admission.run.Outcome;
import dev.sluice.admission.run.Phase;
import dev.sluice.admission.run.Run;

/** Handles runs of which only the name is known. */
public final class LostRuns {
  private LostRuns() {}

  /** Whoever holds a run of which nothing is known is to stop it, whatever its epoch. */
  public static void tellToStop(Turn turn, Incarnation worker, Run lost) {
    turn.stop(worker, lost.key(), GateEffect.Control.ANY_EPOCH, "its state is lost");
  }

  /** A lost run ends when nothing of it can count any more, and its time is over. */
  static void endIfOver(Turn turn, Run run) {
    if (run.phase() instanceof Phase.Lost lost && lost.mayEndAt(turn.state().leaseTimeMs())) {
      Transitions.end(turn, run.asked(EndRequest.BARRED), Outcome.DEAD, lost.why(), false);
    }
  }
}
