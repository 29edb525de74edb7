package dev.sluice.admission.settings;

/**
 * A pool.
 *
 * @param closed whether it takes no new runs; those that it has go on
 */
public record PoolSetting(boolean closed) {
  public static final PoolSetting OPEN = new PoolSetting(false);
}
