package dev.sluice.sdk;

import org.jspecify.annotations.Nullable;

/** A step's body failed in its last try. May be caught: then the failure is the step's result. */
public class StepFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final String step;
  private final String type;

  /**
   * Thrown by the worker.
   *
   * @param step the step's name
   * @param type as {@link #type()}
   * @param message the body's
   * @param cause what the body threw; null when the failure is read from the journal
   */
  public StepFailedException(String step, String type, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.step = step;
    this.type = type;
  }

  /** The name of the step. */
  public String step() {
    return step;
  }

  /** The simple name of the class that the body threw, as it stands in the journal. */
  public String type() {
    return type;
  }
}
