package dev.sluice.admission.rules;

import static dev.sluice.admission.port.GateEffect.DecisionKind;

import dev.sluice.admission.run.Failure;
import dev.sluice.admission.run.Incarnation;
import dev.sluice.admission.run.Lane;
import dev.sluice.admission.run.Outcome;
import dev.sluice.admission.run.Phase;
import dev.sluice.admission.run.Run;
import dev.sluice.admission.run.Wait;
import dev.sluice.admission.settings.GateSettings;
import dev.sluice.admission.worker.Lack;

/**
 * Lets runs wait for a worker that has their agent and can replay their journals, and gives them up
 * when none comes (rule 9).
 */
final class AgentWaits {
  private AgentWaits() {}

  /** Those that only wait for a worker, and that none of the pool can take, wait for the agent. */
  static void begin(Turn turn) {
    for (var lane : turn.state().queues().lanes()) {
      turn.then(then -> begin(then, lane));
    }
  }

  private static void begin(Turn turn, Lane lane) {
    var lack = turn.lack(lane);
    if (lack == null) {
      return;
    }
    var reason = text(lack, lane);
    for (var key : turn.state().queues().startable(lane, GateSettings.MAX_PER_EVENT)) {
      turn.then(
          key,
          (then, run) -> {
            if (run.isDispatchable()) {
              await(then, run, reason);
            }
          });
    }
  }

  /** A worker gave it back that lacks something. */
  static void returned(Turn turn, Run run) {
    await(turn, run, "returned: no such agent, or none that can replay the journal");
  }

  private static void await(Turn turn, Run run, String reason) {
    long until = turn.nowMs() + turn.settings().agentWaitMs();
    Transitions.await(turn, run, new Wait.Agent(until), reason);
  }

  /** A worker was heard: it may be one that runs wait for. */
  static void wake(Turn turn, Incarnation incarnation) {
    var worker = turn.state().workers().get(incarnation);
    if (worker != null) {
      for (var key : turn.state().indexes().waitingForAgentsOf(worker)) {
        turn.then(
            key,
            (then, run) -> {
              if (run.phase() instanceof Phase.Waiting waiting
                  && waiting.on() instanceof Wait.Agent) {
                Transitions.queue(then, run, DecisionKind.QUEUE, "a worker has the agent");
              }
            });
      }
    }
  }

  /**
   * The time for it is over. Where no worker takes runs of the pool this one is ready again, so
   * that somebody starts one.
   */
  static void giveUp(Turn turn, Run run) {
    var lane = turn.state().indexes().lane(run);
    var lack = turn.lack(lane);
    if (lack == null) {
      Transitions.queue(turn, run, DecisionKind.QUEUE, "no worker takes runs of its pool");
    } else {
      Transitions.end(turn, run, Outcome.DEAD, Failure.of(type(lack), text(lack, lane)), false);
    }
  }

  private static String type(Lack lack) {
    return switch (lack) {
      case AGENT -> "UnknownAgent";
      case FORMAT -> "UnknownFormat";
      case VERSION -> "UnknownVersion";
    };
  }

  private static String text(Lack lack, Lane lane) {
    var versions = String.join(", ", lane.needs().versions());
    return switch (lack) {
      case AGENT -> "no worker of pool %s has the agent %s".formatted(lane.pool(), lane.agent());
      case FORMAT ->
          "no worker of pool %s that has the agent %s reads journals of format %d"
              .formatted(lane.pool(), lane.agent(), lane.needs().format());
      case VERSION ->
          "no worker of pool %s can replay a run of the agent %s that version %s has written"
              .formatted(lane.pool(), lane.agent(), versions);
    };
  }
}
