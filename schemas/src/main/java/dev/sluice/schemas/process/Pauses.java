package dev.sluice.schemas.process;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.apache.kafka.common.errors.DisconnectException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pauses between retries while the environment fails: short at first, then growing. A failure
 * is logged once with its stack trace, then in one line each time the number of failures has
 * doubled.
 *
 * <p>Used by one thread, except for the description of the last failure.
 */
public final class Pauses {
  private static final Logger LOG = LoggerFactory.getLogger(Pauses.class);
  private static final int MAX_CAUSES = 10;
  private static final Duration FIRST = Duration.ofMillis(250);

  private final String what;
  private final Duration longest;
  private final LongSupplier nanos;
  private Duration next = FIRST;
  private Duration last = Duration.ZERO;
  private int failures;
  private long firstNanos;
  private volatile @Nullable Throwable failure;

  /**
   * Starts without any failure.
   *
   * @param what is tried, for the log
   * @param longest pause
   */
  public Pauses(String what, Duration longest) {
    this(what, longest, System::nanoTime);
  }

  Pauses(String what, Duration longest, LongSupplier nanos) {
    this.what = what;
    this.longest = longest;
    this.nanos = nanos;
  }

  /** Records a failure and returns the pause before the next try. */
  public Duration after(Throwable failure) {
    var pause = next;
    next = next.multipliedBy(2).compareTo(longest) > 0 ? longest : next.multipliedBy(2);
    last = pause;
    failures++;
    this.failure = failure;
    if (failures == 1) {
      firstNanos = nanos.getAsLong();
      LOG.warn("{} failed; trying again at growing intervals", what, failure);
    } else if (Integer.bitCount(failures) == 1) {
      LOG.warn("{} failed {} times in {}: {}", what, failures, failing(), words(failure));
    }
    return pause;
  }

  /** What failed in the end: the causes before say where it was noticed. */
  private static String words(Throwable failure) {
    var cause = failure;
    for (int depth = 0; depth < MAX_CAUSES && cause.getCause() != null; depth++) {
      cause = cause.getCause();
    }
    return cause.toString();
  }

  private Duration failing() {
    return Duration.ofSeconds(TimeUnit.NANOSECONDS.toSeconds(nanos.getAsLong() - firstNanos));
  }

  /** Records that it works again. */
  public void over() {
    if (failures > 0) {
      LOG.info("{} works again, after {} failures in {}", what, failures, failing());
      failures = 0;
      next = FIRST;
      last = Duration.ZERO;
      failure = null;
    }
  }

  /** The pause after the last failure; zero if nothing fails. */
  public Duration last() {
    return last;
  }

  /** The current failure; null if there is none. */
  public @Nullable String whyNot() {
    var why = failure;
    return why == null ? null : what + ": " + words(why);
  }

  /** Whether it does not work because nobody answers. */
  public boolean isUnanswered() {
    var why = failure;
    for (var cause = why; cause != null; cause = cause.getCause()) {
      if (cause instanceof TimeoutException
          || cause instanceof org.apache.kafka.common.errors.TimeoutException
          || cause instanceof DisconnectException) {
        return true;
      }
    }
    return false;
  }
}
