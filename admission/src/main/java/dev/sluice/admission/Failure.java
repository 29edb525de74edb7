package dev.sluice.admission;

import org.jspecify.annotations.Nullable;

/**
 * Why a run did not succeed.
 *
 * @param type a stable word that programs may compare
 * @param message what happened, for people
 * @param step the step in which it happened, if in one
 */
public record Failure(String type, String message, @Nullable String step) {
  static Failure of(String type, String message) {
    return new Failure(type, message, null);
  }
}
