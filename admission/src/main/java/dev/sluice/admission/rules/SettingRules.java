package dev.sluice.admission.rules;

import static dev.sluice.admission.port.GateEffect.DecisionKind;

import dev.sluice.admission.port.GateEffect;
import dev.sluice.admission.port.GateEvent;
import dev.sluice.admission.settings.Setting;
import dev.sluice.admission.settings.SettingEntry;
import dev.sluice.admission.settings.SettingKey;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

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
    stands(turn, event.key(), setting);
    turn.decide(
        DecisionKind.TENANT,
        event.key(),
        setting == null
            ? "removed: the value that the gate was started with is in force"
            : "in force");
    Brakes.follow(turn, event.key());
    PoolRules.wake(turn);
  }

  public static void refused(Turn turn, GateEvent.SettingRefused event) {
    turn.add(new GateEffect.DeadLetterRecord(event.reason(), event.trace()));
    turn.decide(DecisionKind.REFUSE, event.key(), event.reason());
    restore(turn, event.key());
  }

  /**
   * What a gate appended again counts as of the record that was refused. A setting that was read
   * between the two is newer and is appended in its turn. If none was, the record says what is in
   * force; only a gate that has not read all that was before learns something from it, since
   * compaction may have left nothing else.
   */
  public static void restored(Turn turn, GateEvent.SettingRestored event) {
    var key = event.key();
    var inForce = turn.state().said().entry(key);
    if (inForce != null && Objects.equals(event.setting(), inForce.setting())) {
      stands(turn, key, event.setting());
      turn.decide(DecisionKind.TENANT, key, Setting.AGAIN);
    } else if (inForce != null && inForce.isSaidBehind(event.refusedAt())) {
      restore(turn, key);
    } else {
      set(turn, new GateEvent.SettingSet(key, event.setting()));
    }
  }

  /** What the gate failed on is set aside: the newest record has to say what is in force. */
  public static void setAside(Turn turn, GateEvent.SettingRestored event) {
    if (!Objects.equals(event.setting(), turn.state().said().get(event.key()))) {
      restore(turn, event.key());
    }
  }

  /** The record just read is the setting's newest, and says what is in force. */
  private static void stands(Turn turn, SettingKey key, @Nullable Setting setting) {
    var state = turn.state();
    state.put(SettingEntry.of(key, setting, turn.cause().offset()));
    state.said().forgettable().ifPresent(state::forget);
  }

  /** Of a compacted topic the newest record stays, refused or not. */
  public static void restore(Turn turn, SettingKey key) {
    turn.add(new GateEffect.RestoreSetting(key, turn.state().said().get(key)));
  }
}
