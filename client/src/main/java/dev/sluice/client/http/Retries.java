package dev.sluice.client.http;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How often a request is sent that may be sent again.
 *
 * @param most tries in all, the first included; 1 to 100
 * @param within no try begins later than this after the first has failed; how long that one took
 *     does not count
 * @param backoff the pause before the second try; it doubles with each further one
 * @param maxBackoff the longest pause, unless the gateway asks for a longer one
 */
public record Retries(int most, Duration within, Duration backoff, Duration maxBackoff) {
  private static final int MOST = 100;
  private static final int MOST_DOUBLINGS = 30;

  /** Up to 20 tries within 30 s, after pauses of 100 ms up to 2 s. */
  public static final Retries DEFAULT =
      new Retries(20, Duration.ofSeconds(30), Duration.ofMillis(100), Duration.ofSeconds(2));

  /** Each request once. */
  public static final Retries NEVER = new Retries(1, Duration.ZERO, Duration.ZERO, Duration.ZERO);

  public Retries {
    if (most < 1 || most > MOST) {
      throw new IllegalArgumentException("tries must be 1 to " + MOST + ", got " + most);
    }
    if (within.isNegative() || backoff.isNegative() || maxBackoff.isNegative()) {
      throw new IllegalArgumentException(
          "times of retries must not be negative, got %s, %s and %s"
              .formatted(within, backoff, maxBackoff));
    }
  }

  /**
   * How long to pause after a try that may be followed by another; null if it was the last.
   *
   * @param tries so far
   * @param passed since the first failed
   * @param asked by the gateway
   * @param random 0 to 1, so that callers who failed together do not come again together
   */
  @Nullable Duration pause(int tries, Duration passed, @Nullable Duration asked, double random) {
    long longest = maxBackoff.toMillis();
    int doublings = Math.min(tries - 1, MOST_DOUBLINGS);
    long first = backoff.toMillis();
    long full = first > longest >> doublings ? longest : first << doublings;
    long half = full / 2;
    long ms = half + (long) (half * random);
    if (asked != null) {
      ms = Math.max(ms, asked.toMillis());
    }
    var pause = Duration.ofMillis(ms);
    return tries >= most || passed.plus(pause).compareTo(within) > 0 ? null : pause;
  }
}
