package dev.sluice.local.agents;

import dev.sluice.sdk.NonRetryableException;
import org.jspecify.annotations.Nullable;

/** Handles runs submitted without an input or with {@code null}. */
final class Inputs {
  private Inputs() {}

  /**
   * The input itself.
   *
   * @param example what it may look like
   * @throws NonRetryableException if there is none
   */
  static <T> T required(@Nullable T input, String example) {
    if (input == null) {
      throw new NonRetryableException("input: required, for example " + example);
    }
    return input;
  }
}
