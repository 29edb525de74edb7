package dev.sluice.admission.settings;

import dev.sluice.contract.GateValue;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One of the values that decisions go by: that of a pool, that of a plan, or a number, as its key
 * says.
 */
public record Setting(
    SettingKey key, @Nullable PoolSetting pool, @Nullable Plan plan, @Nullable Long number) {
  /**
   * @throws IllegalArgumentException if it says nothing of its kind, something of another, or a
   *     value that is out of bounds
   */
  public Setting {
    var said = new ArrayList<SettingKey.Kind>();
    addIf(pool != null, SettingKey.Kind.POOL, said);
    addIf(plan != null, SettingKey.Kind.PLAN, said);
    addIf(number != null, SettingKey.Kind.VALUE, said);
    if (!said.equals(List.of(key.kind()))) {
      throw new IllegalArgumentException("a setting must say what its kind does: " + key.text());
    }
    var problem = plan == null ? null : Limits.problem(plan);
    if (number != null) {
      problem = key.value().problem(number).orElse(null);
    }
    if (problem != null) {
      throw new IllegalArgumentException(problem);
    }
  }

  private static void addIf(boolean isSaid, SettingKey.Kind kind, List<SettingKey.Kind> said) {
    if (isSaid) {
      said.add(kind);
    }
  }

  public static Setting of(String name, PoolSetting pool) {
    return new Setting(SettingKey.pool(name), pool, null, null);
  }

  public static Setting of(String name, Plan plan) {
    return new Setting(SettingKey.plan(name), null, plan, null);
  }

  public static Setting of(GateValue value, long number) {
    return new Setting(SettingKey.value(value.text()), null, null, number);
  }
}
