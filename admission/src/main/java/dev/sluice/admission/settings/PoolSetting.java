package dev.sluice.admission.settings;

import java.util.Objects;

/**
 * The setting of a pool.
 *
 * @param closed whether it takes no new runs; those that it has go on
 * @param brake how its starts are held back
 */
public record PoolSetting(boolean closed, Brake brake) {
  public static final PoolSetting OPEN = new PoolSetting(false, Brake.NONE);
  public static final PoolSetting CLOSED = new PoolSetting(true, Brake.NONE);

  public PoolSetting {
    brake = Objects.requireNonNullElse(brake, Brake.NONE); // as stored before there were brakes
  }
}
