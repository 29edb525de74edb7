package dev.sluice.admission.rules;

import static dev.sluice.admission.port.GateEffect.DecisionKind;

import dev.sluice.admission.port.GateEffect;
import dev.sluice.admission.port.GateEvent;

/** Takes in settings: each is in force from its place in the log on. */
public final class SettingRules {
  private SettingRules() {}

  public static void set(Turn turn, GateEvent.SettingSet event) {
    var setting = event.setting();
    var problem = setting == null ? null : turn.state().said().problem(event.key());
    if (problem != null) {
      refuse(turn, new GateEvent.SettingRefused(event.key(), problem));
      return;
    }
    if (setting == null) {
      turn.state().forget(event.key());
      turn.decide(
          DecisionKind.TENANT, event.key(), "removed: what the gate was started with is in force");
    } else {
      turn.state().put(setting);
      turn.decide(DecisionKind.TENANT, event.key(), "in force");
    }
    Brakes.follow(turn, event.key());
    PoolRules.wake(turn);
  }

  public static void refused(Turn turn, GateEvent.SettingRefused event) {
    refuse(turn, event);
  }

  private static void refuse(Turn turn, GateEvent.SettingRefused event) {
    turn.add(new GateEffect.DeadLetterRecord(event.reason(), ""));
    turn.decide(DecisionKind.REFUSE, event.key(), event.reason());
  }
}
