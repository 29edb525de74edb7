package dev.sluice.sdk;

import java.time.Duration;
import java.util.Objects;

/**
 * Thrown by step bodies that met a limit, such as a provider's 429: the body is tried again after
 * the time given, without using up a try or an attempt: after a second at least, which doubles
 * while the body meets the limit again, up to a minute. For more than 30 seconds the run gives its
 * slot away.
 */
public class RetryLaterException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final Duration after;

  /**
   * Asks to be tried again later.
   *
   * @param after counted from now; not negative. See above for how it is bounded
   * @param message for people, such as the provider's
   */
  public RetryLaterException(Duration after, String message) {
    super(message);
    this.after = Objects.requireNonNull(after, "after");
  }

  /** The time after which the body is to be tried again. */
  public Duration after() {
    return after;
  }
}
