package dev.sluice.sdk;

import java.time.Duration;

/**
 * How often a whole run is attempted; what a step tries is its {@link Tries}. The run holds no slot
 * between attempts, and the gate adds jitter to the pauses.
 *
 * @param maxAttempts from 1 to 1,000, the first among them
 * @param backoff pause before the second attempt; doubled before each later one
 * @param maxBackoff longest pause
 */
public record RetryPolicy(int maxAttempts, Duration backoff, Duration maxBackoff) {
  private static final int MOST_ATTEMPTS = 1_000;

  /** One attempt. */
  public static final RetryPolicy NONE = new RetryPolicy(1, Duration.ZERO, Duration.ZERO);

  public RetryPolicy {
    if (maxAttempts < 1 || maxAttempts > MOST_ATTEMPTS) {
      throw new IllegalArgumentException("maxAttempts must be 1 to 1000, got " + maxAttempts);
    }
    checkPauses(backoff, maxBackoff);
  }

  static void checkPauses(Duration backoff, Duration maxBackoff) {
    if (backoff.isNegative() || maxBackoff.compareTo(backoff) < 0) {
      throw new IllegalArgumentException(
          "backoff must be from 0 to maxBackoff, got " + backoff + " and " + maxBackoff);
    }
  }

  /** So many with pauses of one second, two, four, … up to a minute. */
  public static RetryPolicy of(int maxAttempts) {
    return new RetryPolicy(maxAttempts, Duration.ofSeconds(1), Duration.ofMinutes(1));
  }
}
