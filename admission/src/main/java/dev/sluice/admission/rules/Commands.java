package dev.sluice.admission.rules;

import static dev.sluice.admission.port.GateEffect.DecisionKind;

import dev.sluice.admission.port.GateEffect;
import dev.sluice.admission.port.GateEvent;
import dev.sluice.admission.port.RecentIds;
import dev.sluice.admission.run.EndRequest;
import dev.sluice.admission.run.RunKey;
import dev.sluice.admission.settings.Limits;
import dev.sluice.admission.settings.TenantSettings;
import dev.sluice.admission.tenant.Tenant;

/** Takes in commands to runs and records about tenants. */
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

  public static void tenantSet(Turn turn, GateEvent.TenantSet event) {
    if (!turn.state().tenants().isNewer(event.tenant(), event.origin(), turn.nowMs())) {
      notTaken(turn, event, "older than the limits in force");
      return;
    }
    var settings = event.settings() == null ? TenantSettings.DEFAULT : event.settings();
    var problem = Limits.problem(settings);
    if (problem != null) {
      notTaken(turn, event, problem);
      return;
    }
    boolean isChanged = !saysWhatIsInForce(turn, event);
    turn.state().put(new Tenant(event.tenant(), settings, event.origin()));
    if (isChanged) {
      turn.decide(DecisionKind.TENANT, event.tenant(), changed(turn, settings));
    }
  }

  private static String changed(Turn turn, TenantSettings settings) {
    var plan = settings.plan();
    return plan == null || turn.settings().plans().containsKey(plan)
        ? "limits changed"
        : "limits changed; as on plan free until there is a plan " + plan;
  }

  /** As does what the gate itself appended again, behind which the refusal is still to be shown. */
  private static boolean saysWhatIsInForce(Turn turn, GateEvent.TenantSet event) {
    var inForce = turn.state().tenants().inForce(event.tenant());
    return inForce == null ? event.settings() == null : inForce.settings().equals(event.settings());
  }

  public static void tenantRefused(Turn turn, GateEvent.TenantRefused event) {
    turn.add(new GateEffect.DeadLetterRecord(event.reason(), ""));
    restore(turn, event.tenant(), event.reason());
  }

  /** What says the same as what is in force can stand; so nothing is appended for ever. */
  private static void notTaken(Turn turn, GateEvent.TenantSet event, String reason) {
    if (saysWhatIsInForce(turn, event)) {
      turn.decide(DecisionKind.REFUSE, event.tenant(), reason);
    } else {
      restore(turn, event.tenant(), reason);
    }
  }

  /** Of a compacted topic the newest record stays, refused or not. */
  private static void restore(Turn turn, String tenant, String reason) {
    var inForce = turn.state().tenants().inForce(tenant);
    boolean wouldBeRefused = inForce != null && Limits.problem(inForce.settings()) != null;
    if (!wouldBeRefused) {
      turn.add(new GateEffect.RestoreTenant(tenant, inForce == null ? null : inForce.settings()));
    }
    turn.decide(DecisionKind.REFUSE, tenant, reason);
  }
}
