package dev.sluice.admission.run;

import dev.sluice.contract.Bounds;
import dev.sluice.contract.Texts;
import org.jspecify.annotations.Nullable;

/**
 * The reason why a run did not succeed.
 *
 * @param type a stable word that programs may compare
 * @param message what happened, for people
 * @param step the step in which it happened, if in one
 */
public record Failure(String type, String message, @Nullable String step) {
  /** A submission for which there is no room now, and which may come again. */
  public static final String QUEUE_FULL = "QueueFull";

  /** The gate failed on the run, and sealed it. */
  public static final String GATE = "GateFailure";

  /** Workers keep to these lengths; what is longer is cut, so that it can be kept. */
  public Failure {
    type = Texts.atMost(Bounds.ERROR_TYPE_CHARS, type);
    message = Texts.atMost(Bounds.ERROR_MESSAGE_CHARS, message);
    step = step == null ? null : Texts.atMost(Bounds.NAME_CHARS, step);
  }

  public static Failure of(String type, String message) {
    return new Failure(type, message, null);
  }
}
