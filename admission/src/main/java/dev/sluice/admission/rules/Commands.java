package dev.sluice.admission.rules;

import static dev.sluice.admission.port.GateEffect.DecisionKind;

import dev.sluice.admission.port.GateEvent;
import dev.sluice.admission.port.RecentIds;
import dev.sluice.admission.run.EndRequest;
import dev.sluice.admission.run.RunKey;

/** Takes in commands to runs. */
public final class Commands {
  private Commands() {}

  public static void commanded(Turn turn, GateEvent.Commanded event) {
    var id = "command/" + event.run().tenant() + "/" + event.commandId();
    if (turn.recall(id).isPresent()) {
      return;
    }
    turn.remember(id, new RecentIds.Known(0, null));
    turn.answering(event.commandId());
    boolean isEarly =
        turn.state().run(event.run()) == null && event.kind() != GateEvent.CommandKind.REDRIVE;
    if (isEarly) {
      early(turn, event);
      return;
    }
    switch (event.kind()) {
      case CANCEL -> cancel(turn, event.run());
      case SIGNAL -> Signals.commanded(turn, event.run(), event.signal());
      case REDRIVE -> redrive(turn, event);
    }
  }

  private static void early(Turn turn, GateEvent.Commanded event) {
    if (event.kind() == GateEvent.CommandKind.SIGNAL) {
      EarlyCommands.signal(turn, event.run(), event.commandId(), event.signal());
    } else {
      EarlyCommands.cancel(turn, event.run(), event.commandId());
    }
  }

  /** Sends a dead run back to its queue, as if it had been asked for now. */
  private static void redrive(Turn turn, GateEvent.Commanded event) {
    var run = turn.state().run(event.run());
    if (run == null || !run.isDead()) {
      turn.decide(DecisionKind.REFUSE, event.run(), 0, "no dead run of this id to redrive");
      return;
    }
    if (PoolRules.isUnknown(turn, run.spec())) {
      var reason = "no pool " + run.spec().pool() + " to redrive it in; set the pool first";
      turn.decide(DecisionKind.REFUSE, event.run(), 0, reason);
      return;
    }
    var next = run.redriven(event.origin());
    turn.state().put(next);
    turn.decide(DecisionKind.REDRIVE, next, "redrive " + next.tries().redrive());
  }

  static void cancel(Turn turn, RunKey key) {
    var run = turn.state().run(key);
    if (run == null || run.isDead()) {
      turn.decide(DecisionKind.REFUSE, key, 0, "no live run of this id to cancel");
    } else if (run.request() == null) {
      turn.decide(DecisionKind.CANCEL, run, "cancel asked for");
      Transitions.ask(turn, run, EndRequest.CANCEL);
    } else {
      turn.decide(DecisionKind.CANCEL, run, "the run is to end already");
    }
  }
}
