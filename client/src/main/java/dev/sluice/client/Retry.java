package dev.sluice.client;

import java.time.Duration;

/**
 * What happens when an attempt of a run fails.
 *
 * @param maxAttempts in all, the first included; 1 to 1,000
 * @param backoff the pause before the second attempt; it doubles with each further one
 * @param maxBackoff the longest pause
 */
public record Retry(int maxAttempts, Duration backoff, Duration maxBackoff) {
  /** So many attempts, with pauses of a second up to a minute. */
  public static Retry attempts(int maxAttempts) {
    return new Retry(maxAttempts, Duration.ofSeconds(1), Duration.ofMinutes(1));
  }
}
