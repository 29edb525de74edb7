package dev.sluice.sdk;

import org.jspecify.annotations.Nullable;

/** Thrown by agents and step bodies when another try cannot help: the run ends as FAILED. */
public class NonRetryableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public NonRetryableException(String message) {
    super(message);
  }

  public NonRetryableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
