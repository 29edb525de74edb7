package dev.sluice.schemas.process;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How long something waits before it is tried again after its environment failed: at first for a
 * moment, then ever longer. The failure is told once with its stack trace and then in a line each
 * time that the failures have doubled.
 *
 * <p>Used by one thread, but for {@link #whyNot}.
 */
public final class Pauses {
  private static final Logger LOG = LoggerFactory.getLogger(Pauses.class);
  private static final Duration FIRST = Duration.ofMillis(250);

  private final String what;
  private final Duration longest;
  private final LongSupplier nanos;
  private Duration next = FIRST;
  private Duration last = Duration.ZERO;
  private int failures;
  private long firstNanos;
  private volatile @Nullable String whyNot;

  /**
   * Nothing has failed yet.
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

  /** Takes a failure and gives the pause before the next try. */
  public Duration after(Throwable failure) {
    var pause = next;
    next = next.multipliedBy(2).compareTo(longest) > 0 ? longest : next.multipliedBy(2);
    last = pause;
    failures++;
    whyNot = what + ": " + innermost(failure);
    if (failures == 1) {
      firstNanos = nanos.getAsLong();
      LOG.warn("{} failed; trying again at growing intervals", what, failure);
    } else if (Integer.bitCount(failures) == 1) {
      LOG.warn("{} failed {} times in {}: {}", what, failures, failing(), innermost(failure));
    }
    return pause;
  }

  /** What failed in the end: the causes before say where it was noticed. */
  private static Throwable innermost(Throwable failure) {
    var cause = failure;
    for (int depth = 0; depth < 10 && cause.getCause() != null; depth++) {
      cause = cause.getCause();
    }
    return cause;
  }

  private Duration failing() {
    return Duration.ofSeconds(TimeUnit.NANOSECONDS.toSeconds(nanos.getAsLong() - firstNanos));
  }

  /** Says that it works again. */
  public void over() {
    if (failures > 0) {
      LOG.info("{} works again, after {} failures in {}", what, failures, failing());
      failures = 0;
      next = FIRST;
      last = Duration.ZERO;
      whyNot = null;
    }
  }

  /** The pause after the last failure; zero if nothing fails. */
  public Duration last() {
    return last;
  }

  /** Why it does not work now; null if it does. */
  public @Nullable String whyNot() {
    return whyNot;
  }
}
