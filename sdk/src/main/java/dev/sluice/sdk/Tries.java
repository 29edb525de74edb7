package dev.sluice.sdk;

import java.time.Duration;

/**
 * How often a step's body is tried within one attempt of its run. The worker keeps its slot between
 * tries.
 *
 * @param most from 1 to 1,000
 * @param backoff pause before the second try; doubled before each later one
 * @param maxBackoff longest pause
 */
public record Tries(int most, Duration backoff, Duration maxBackoff) {
  private static final int MOST = 1_000;
  private static final int MOST_DOUBLINGS = 30;

  /** One try. */
  public static final Tries ONE = new Tries(1, Duration.ZERO, Duration.ZERO);

  public Tries {
    if (most < 1 || most > MOST) {
      throw new IllegalArgumentException("tries must be 1 to 1000, got " + most);
    }
    RetryPolicy.checkPauses(backoff, maxBackoff);
  }

  /** So many with pauses of one second, two, four, … up to a minute. */
  public static Tries of(int most) {
    return new Tries(most, Duration.ofSeconds(1), Duration.ofMinutes(1));
  }

  /** The pause after {@code failedTry}, the first being 1. */
  public Duration pauseAfter(int failedTry) {
    long factor = 1L << Math.min(failedTry - 1, MOST_DOUBLINGS);
    var pause = backoff.multipliedBy(factor);
    return pause.compareTo(maxBackoff) > 0 ? maxBackoff : pause;
  }
}
