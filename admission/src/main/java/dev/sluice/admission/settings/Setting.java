package dev.sluice.admission.settings;

import dev.sluice.contract.GateValue;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A setting that affects decisions: of a pool, a plan or an agent, or a number; its key says which.
 *
 * @param agent how the starts of an agent are held back
 * @param number that of a {@link GateValue}
 */
public record Setting(
    SettingKey key,
    @Nullable PoolSetting pool,
    @Nullable Plan plan,
    @Nullable Brake agent,
    @Nullable Long number) {
  /** Of a decision on what the gate itself appended again: what was refused is still to be told. */
  public static final String AGAIN = "in force again";

  /**
   * @throws IllegalArgumentException if it says nothing of its kind, something of another, or a
   *     value that is out of bounds
   */
  public Setting {
    var own =
        switch (key.kind()) {
          case POOL -> pool;
          case PLAN -> plan;
          case AGENT -> agent;
          case VALUE -> number;
        };
    if (own == null || Stream.of(pool, plan, agent, number).filter(Objects::nonNull).count() != 1) {
      throw new IllegalArgumentException(
          "a setting must have the fields of its kind: " + key.text());
    }
    var problem = plan == null ? null : Limits.problem(plan);
    if (number != null) {
      problem = key.value().problem(number).orElse(null);
    }
    if (problem != null) {
      throw new IllegalArgumentException(problem);
    }
  }

  public static Setting of(String name, PoolSetting pool) {
    return new Setting(SettingKey.pool(name), pool, null, null, null);
  }

  public static Setting of(String name, Plan plan) {
    return new Setting(SettingKey.plan(name), null, plan, null, null);
  }

  public static Setting of(String name, Brake agent) {
    return new Setting(SettingKey.agent(name), null, null, agent, null);
  }

  public static Setting of(GateValue value, long number) {
    return new Setting(SettingKey.value(value.text()), null, null, null, number);
  }

  /** How it holds back starts. */
  public Brake brake() {
    if (pool != null) {
      return pool.brake();
    }
    return agent == null ? Brake.NONE : agent;
  }
}
