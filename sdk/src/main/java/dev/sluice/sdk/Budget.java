package dev.sluice.sdk;

import java.util.Map;
import java.util.Optional;

/**
 * What is left of the budget of a run's tree.
 *
 * @param meters by name; a meter that is not there is unlimited
 */
public record Budget(Map<String, Meter> meters) {
  /** A meter is low with a fifth of its ceiling left, or less. */
  private static final int LOW_PART = 5;

  public Budget {
    meters = Map.copyOf(meters);
  }

  /**
   * One meter.
   *
   * @param ceiling most that the whole tree may charge
   * @param left what the tree had not charged when this epoch began, less what this run charged
   *     since; others of the tree may have charged meanwhile
   * @param slice what this epoch may still charge; a step that declares more comes back with a
   *     larger one, as long as there is one
   */
  public record Meter(long ceiling, long left, long slice) {
    /** At most 20 % of the ceiling is left. */
    public boolean isLow() {
      return left <= ceiling / LOW_PART;
    }
  }

  /** One meter; empty if it is unlimited. */
  public Optional<Meter> meter(String name) {
    return Optional.ofNullable(meters.get(name));
  }

  /** One of the meters is low. */
  public boolean isLow() {
    return meters.values().stream().anyMatch(Meter::isLow);
  }
}
