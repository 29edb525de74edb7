package dev.sluice.admission.rules;

import static dev.sluice.admission.port.GateEffect.DecisionKind;

import dev.sluice.admission.port.GateEvent;
import dev.sluice.admission.run.Phase;
import dev.sluice.admission.run.Run;
import dev.sluice.admission.run.Wait;
import dev.sluice.admission.settings.GateSettings;
import dev.sluice.admission.worker.Worker;
import org.jspecify.annotations.Nullable;

/** Processes workers' answers to dispatches (rules 3 and 9). */
public final class Answers {
  private Answers() {}

  public static void answered(Turn turn, GateEvent.Answered event) {
    var run = turn.state().run(event.run());
    if (event.answer() == GateEvent.Answer.CLAIM) {
      claimed(turn, run, event);
    } else {
      returned(turn, run, event);
    }
  }

  private static void claimed(Turn turn, @Nullable Run run, GateEvent.Answered event) {
    if (run == null || (run.isDead() && event.epoch() == run.epoch())) {
      claimOfEnded(turn, run, event);
    } else if (event.worker().equals(run.unclaimed().get(event.epoch()))) {
      turn.state().put(run.claimSeen(event.epoch()));
    } else if (run.phase() instanceof Phase.Lost) {
      LostRuns.tellToStop(turn, event.worker(), run);
    } else if (event.epoch() != run.epoch()) {
      voidClaim(turn, run, event, "its epoch has ended");
    } else {
      claimOfCurrent(turn, run, event);
    }
  }

  private static void claimOfCurrent(Turn turn, Run run, GateEvent.Answered event) {
    switch (run.phase()) {
      case Phase.Dispatched dispatched ->
          begun(turn, Transitions.start(turn, run, event.worker(), event.heartbeat()), event);
      case Phase.Running running -> claimOfRunning(turn, run, running, event);
      case Phase.Fencing fencing -> claimOfFencing(turn, run, fencing, event);
      case Phase.Lost lost -> LostRuns.tellToStop(turn, event.worker(), run);
      case Phase.Queued queued -> voidClaim(turn, run, event, "its epoch has ended");
      case Phase.Waiting waiting -> voidClaim(turn, run, event, "its epoch has ended");
      case Phase.Dead dead -> throw new IllegalStateException("the dead hold no claim: " + run);
    }
  }

  private static void claimOfRunning(
      Turn turn, Run run, Phase.Running running, GateEvent.Answered event) {
    if (!running.holder().equals(event.worker())) {
      voidClaim(turn, run, event, "another worker holds it: " + running.holder().value());
    } else if (!running.claimRead()) {
      var next = run.claimed(event.heartbeat());
      turn.state().put(next);
      begun(turn, next, event);
    }
  }

  /** A worker heard since it claimed had already left the lease's slot out of its free ones. */
  private static void begun(Turn turn, Run run, GateEvent.Answered event) {
    var worker = turn.state().workers().get(event.worker());
    if (worker == null) {
      return;
    }
    if (worker.gone()) {
      Transitions.loseWorker(turn, run, "worker gone");
    } else if (worker.number() > event.heartbeat()) {
      turn.state().put(worker.withHeldThen(worker.heldThen() + 1));
    }
  }

  private static void claimOfFencing(
      Turn turn, Run run, Phase.Fencing fencing, GateEvent.Answered event) {
    var holder = fencing.holder();
    if (holder != null && !holder.equals(event.worker())) {
      voidClaim(turn, run, event, "another worker held it: " + holder.value());
      return;
    }
    turn.state().put(run.heldUntilFence(event.worker(), true));
    if (holder == null) {
      turn.revoke(event.worker(), event.run(), event.epoch(), "the dispatch was given up");
    }
  }

  /** The claim of a run that has ended: its last holder's own, or one to be stopped. */
  private static void claimOfEnded(Turn turn, @Nullable Run run, GateEvent.Answered event) {
    boolean isAnothers;
    if (run != null && run.phase() instanceof Phase.Dead dead) {
      isAnothers = !event.worker().equals(dead.holder());
    } else {
      var known = turn.recall(Transitions.recentId(event.run()));
      isAnothers =
          known.isPresent()
              && known.get().mark() != Transitions.mark(event.worker(), event.epoch());
    }
    if (isAnothers) {
      turn.revoke(event.worker(), event.run(), event.epoch(), "the run has ended");
    }
  }

  private static void voidClaim(Turn turn, Run run, GateEvent.Answered event, String why) {
    turn.revoke(event.worker(), event.run(), event.epoch(), why);
    turn.decide(
        DecisionKind.ALARM,
        run,
        "void claim of epoch " + event.epoch() + " by " + event.worker().value() + ": " + why,
        event.worker());
  }

  private static void returned(Turn turn, @Nullable Run run, GateEvent.Answered event) {
    var worker = turn.state().workers().get(event.worker());
    if (event.answer() == GateEvent.Answer.RETURN_NO_SLOT) {
      var known =
          worker == null ? Worker.unheard(event.worker(), turn.state().leaseTimeMs()) : worker;
      turn.state().put(known.withReturnAt(event.heartbeat()));
    }
    if (run == null || run.epoch() != event.epoch() || !(run.phase() instanceof Phase.Dispatched)) {
      return;
    }
    switch (event.answer()) {
      case RETURN_NO_AGENT -> AgentWaits.returned(turn, run);
      case RETURN_SUSPECT -> {
        var reason = "its worker holds another suspect";
        long until = turn.nowMs() + GateSettings.SUSPECT_PAUSE_MS;
        Transitions.await(turn, run, new Wait.Time(until, reason), "returned: " + reason);
      }
      case CLAIM, RETURN_NO_SLOT, RETURN_STALE ->
          Transitions.queue(turn, run, DecisionKind.RETURN, event.answer().name());
    }
  }
}
