package dev.sluice.admission.rules;

import static dev.sluice.admission.port.GateEffect.DecisionKind;

import dev.sluice.admission.port.GateEffect;
import dev.sluice.admission.port.GateEvent;
import dev.sluice.admission.settings.Setting;
import dev.sluice.admission.settings.SettingKey;
import java.util.Objects;

/** Processes settings; each is in force from its position in the log on. */
public final class SettingRules {
  private SettingRules() {}

  public static void set(Turn turn, GateEvent.SettingSet event) {
    var setting = event.setting();
    var problem = setting == null ? null : turn.state().said().problem(event.key());
    if (problem != null) {
      refused(turn, new GateEvent.SettingRefused(event.key(), problem));
      return;
    }
    if (setting == null) {
      turn.state().forget(event.key());
      turn.decide(
          DecisionKind.TENANT,
          event.key(),
          "removed: the value that the gate was started with is in force");
    } else {
      turn.state().put(setting);
      turn.decide(DecisionKind.TENANT, event.key(), "in force");
    }
    Brakes.follow(turn, event.key());
    PoolRules.wake(turn);
  }

  public static void refused(Turn turn, GateEvent.SettingRefused event) {
    turn.add(new GateEffect.DeadLetterRecord(event.reason(), ""));
    turn.decide(DecisionKind.REFUSE, event.key(), event.reason());
    if (!event.isRestored()) { // else the gate cannot read what it writes: once is enough
      restore(turn, event.key());
    }
  }

  /**
   * What this gate appended again changes nothing: what is in force may have been set behind the
   * record that was refused, and is newer then. To one that has not read that record it is a
   * setting like any other, since compaction may have left nothing else.
   */
  public static void restored(Turn turn, GateEvent.SettingRestored event) {
    if (event.refusedAt() >= turn.state().clock().restoredTo()) {
      set(turn, new GateEvent.SettingSet(event.key(), event.setting()));
    } else if (Objects.equals(event.setting(), turn.state().said().get(event.key()))) {
      turn.decide(DecisionKind.TENANT, event.key(), Setting.AGAIN);
    } else {
      restore(turn, event.key());
    }
  }

  /** Of a compacted topic the newest record stays, refused or not. */
  private static void restore(Turn turn, SettingKey key) {
    turn.add(new GateEffect.RestoreSetting(key, turn.state().said().get(key)));
    turn.state().put(turn.state().clock().restoredAt(turn.cause().offset()));
  }
}
