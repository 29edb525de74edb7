package dev.sluice.sdk;

import org.jspecify.annotations.Nullable;

/** Thrown by agents and step bodies when another try cannot help: the run ends as FAILED. */
public class NonRetryableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * An exception without a cause.
   *
   * @param message for people; journals keep at most 8,192 characters of it
   */
  public NonRetryableException(String message) {
    super(message);
  }

  /**
   * An exception with a cause, whose stack trace is kept with it.
   *
   * @param message for people
   */
  public NonRetryableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
