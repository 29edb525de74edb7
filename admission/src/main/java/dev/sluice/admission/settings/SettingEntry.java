package dev.sluice.admission.settings;

import org.jspecify.annotations.Nullable;

/**
 * What the log says of a setting, and where: one entry of the gate's state. It has the fields of a
 * {@link Setting}, or none of them if the setting was removed.
 *
 * @param at offset of the newest record in the partition's {@code settings} that says it; null in
 *     entries of earlier gates, which did not keep it
 */
public record SettingEntry(
    SettingKey key,
    @Nullable PoolSetting pool,
    @Nullable Plan plan,
    @Nullable Brake agent,
    @Nullable Long number,
    @Nullable Long at) {
  /**
   * @throws IllegalArgumentException if it says what no setting can, or neither a setting nor where
   *     it was removed
   */
  public SettingEntry {
    if (of(key, pool, plan, agent, number) == null && at == null) {
      throw new IllegalArgumentException("an entry of a setting must say something: " + key.text());
    }
  }

  private static @Nullable Setting of(
      SettingKey key,
      @Nullable PoolSetting pool,
      @Nullable Plan plan,
      @Nullable Brake agent,
      @Nullable Long number) {
    return pool == null && plan == null && agent == null && number == null
        ? null
        : new Setting(key, pool, plan, agent, number);
  }

  /**
   * The record at this offset.
   *
   * @param setting null if it removes the setting
   */
  public static SettingEntry of(SettingKey key, @Nullable Setting setting, long at) {
    return setting == null
        ? new SettingEntry(key, null, null, null, null, at)
        : new SettingEntry(
            key, setting.pool(), setting.plan(), setting.agent(), setting.number(), at);
  }

  /** Null if it was removed. */
  public @Nullable Setting setting() {
    return of(key, pool, plan, agent, number);
  }

  boolean isRemoval() {
    return setting() == null;
  }

  /** Whether it was read behind this offset; false where nobody knows. */
  public boolean isSaidBehind(long offset) {
    return at != null && at > offset;
  }
}
