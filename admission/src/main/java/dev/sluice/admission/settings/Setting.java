package dev.sluice.admission.settings;

import org.jspecify.annotations.Nullable;

/** One of the values that decisions go by: that of a pool or that of a plan, as its key says. */
public record Setting(SettingKey key, @Nullable PoolSetting pool, @Nullable Plan plan) {
  /**
   * @throws IllegalArgumentException if it says nothing of its kind, something of another, or a
   *     value that is out of bounds
   */
  public Setting {
    boolean isPool = key.kind() == SettingKey.Kind.POOL;
    if ((pool != null) != isPool || (plan != null) == isPool) {
      throw new IllegalArgumentException("a setting must say what its kind does: " + key.text());
    }
    var problem = plan == null ? null : Limits.problem(plan);
    if (problem != null) {
      throw new IllegalArgumentException(problem);
    }
  }

  public static Setting of(String name, PoolSetting pool) {
    return new Setting(SettingKey.pool(name), pool, null);
  }

  public static Setting of(String name, Plan plan) {
    return new Setting(SettingKey.plan(name), null, plan);
  }
}
