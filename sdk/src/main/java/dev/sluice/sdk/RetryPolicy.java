package dev.sluice.sdk;

import java.time.Duration;

/**
 * How often a step's body is tried within one attempt of its run. The worker keeps its slot between
 * tries.
 *
 * @param maxTries from 1 to 1,000
 * @param backoff pause before the second try; doubled before each later one
 * @param maxBackoff longest pause
 */
public record RetryPolicy(int maxTries, Duration backoff, Duration maxBackoff) {
  private static final int MOST_TRIES = 1_000;
  private static final int MOST_DOUBLINGS = 30;

  /** One try. */
  public static final RetryPolicy NONE = new RetryPolicy(1, Duration.ZERO, Duration.ZERO);

  public RetryPolicy {
    if (maxTries < 1 || maxTries > MOST_TRIES) {
      throw new IllegalArgumentException("maxTries must be 1 to 1000, got " + maxTries);
    }
    if (backoff.isNegative() || maxBackoff.compareTo(backoff) < 0) {
      throw new IllegalArgumentException(
          "backoff must be from 0 to maxBackoff, got " + backoff + " and " + maxBackoff);
    }
  }

  /** {@code tries} with pauses of one second, two, four, … up to a minute. */
  public static RetryPolicy of(int tries) {
    return new RetryPolicy(tries, Duration.ofSeconds(1), Duration.ofMinutes(1));
  }

  /** The pause after {@code failedTry}, the first being 1. */
  public Duration pauseAfter(int failedTry) {
    long factor = 1L << Math.min(failedTry - 1, MOST_DOUBLINGS);
    var pause = backoff.multipliedBy(factor);
    return pause.compareTo(maxBackoff) > 0 ? maxBackoff : pause;
  }
}
