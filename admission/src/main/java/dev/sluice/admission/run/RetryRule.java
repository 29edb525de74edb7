package dev.sluice.admission.run;

/**
 * The number of attempts and the pauses between them.
 *
 * @param maxAttempts tries in all, from 1
 * @param backoffMs pause before the second attempt, in milliseconds; doubled for each later one
 * @param maxBackoffMs longest pause, in milliseconds
 */
public record RetryRule(int maxAttempts, long backoffMs, long maxBackoffMs) {
  static final long DEFAULT_BACKOFF_MS = 1_000;
  static final long DEFAULT_MAX_BACKOFF_MS = 60_000;
  private static final int MAX_DOUBLINGS = 40;

  /** {@code maxAttempts} with the default pauses. */
  public static RetryRule of(int maxAttempts) {
    return new RetryRule(maxAttempts, DEFAULT_BACKOFF_MS, DEFAULT_MAX_BACKOFF_MS);
  }

  /**
   * The pause after {@code attempt} failed: exponential, of which the upper half is spread by
   * {@code spread} so that runs that failed together do not come back together.
   */
  public long pauseAfterMs(int attempt, int spread) {
    long doubled = backoffMs << Math.min(attempt - 1, MAX_DOUBLINGS);
    long full = doubled < backoffMs ? maxBackoffMs : Math.min(doubled, maxBackoffMs);
    long half = full / 2;
    return half + Math.floorMod(spread, Math.max(1, full - half + 1));
  }
}
