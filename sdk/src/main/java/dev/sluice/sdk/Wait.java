package dev.sluice.sdk;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Something that a run can wait for without a slot: the end of a {@link Child}, a {@link #timer} or
 * a {@link #signal}. Making one does nothing; {@link RunContext#awaitAny(List)} and {@link
 * RunContext#awaitAll(List)} wait for it. A step in progress is none: it needs the slot.
 *
 * @param <T> what it gives when it has come
 */
public sealed interface Wait<T> permits Child, Wait.Timer, Wait.Signal {
  /**
   * A time; it gives the log's time when it was over. It counts from when the run begins to wait
   * for it. For a point in time, subtract {@link RunContext#now}: a time that has passed is over at
   * once.
   *
   * @param duration at most 366 days; parts of a millisecond count as a whole one, and less than
   *     nothing counts as nothing
   * @throws IllegalArgumentException if it is longer
   */
  static Wait<Instant> timer(Duration duration) {
    return new Timer(duration);
  }

  /**
   * A signal; it gives the payload. The oldest of the name that the run has not taken is taken if
   * the wait comes to it, and stays if not.
   *
   * @param name 1 to 128 characters of {@code [A-Za-z0-9._-]}
   * @param type what the payload is read as; no payload is read as an empty object
   */
  static <T> Wait<T> signal(String name, Class<T> type) {
    return new Signal<>(name, type);
  }

  /** A time to wait for. Equal to nothing but itself. */
  final class Timer implements Wait<Instant> {
    private final Duration duration;

    private Timer(Duration duration) {
      if (duration.compareTo(RunContext.LONGEST_WAIT) > 0) {
        throw new IllegalArgumentException("a timer must be at most 366 days, got " + duration);
      }
      this.duration = duration.isNegative() ? Duration.ZERO : duration;
    }

    /** 0 to 366 days. */
    public Duration duration() {
      return duration;
    }

    @Override
    public String toString() {
      return "timer of " + duration;
    }
  }

  /** A signal to wait for. Equal to nothing but itself. */
  final class Signal<T> implements Wait<T> {
    private final String name;
    private final Class<T> type;

    private Signal(String name, Class<T> type) {
      this.name = name;
      this.type = type;
    }

    public String name() {
      return name;
    }

    public Class<T> type() {
      return type;
    }

    @Override
    public String toString() {
      return "signal '" + name + "'";
    }
  }

  /**
   * What came first, the same whenever the run resumes.
   *
   * @param which the wait that it is, one of those that were asked for
   * @param value what that gives
   * @param <T> what all of them give
   */
  record First<T>(Wait<? extends T> which, T value) {
    /**
     * Whether it is this one. So it is not if {@code wait} was not asked for: pass the object that
     * was, as a timer or a signal equals nothing but itself.
     */
    public boolean is(Wait<?> wait) {
      return which.equals(wait);
    }

    /**
     * What {@code wait} gives if it came first; empty if another did, also for one that was not
     * asked for, as {@link #is} says.
     */
    @SuppressWarnings("unchecked") // the value is of the type of its wait
    public <V> Optional<V> ifIs(Wait<V> wait) {
      return is(wait) ? Optional.of((V) value) : Optional.empty();
    }
  }

  /**
   * What several waits gave.
   *
   * @param waits those that were asked for
   * @param values what they gave, in their order
   */
  record All(List<Wait<?>> waits, List<?> values) {
    public All {
      waits = List.copyOf(waits);
      values = List.copyOf(values);
      if (waits.size() != values.size()) {
        throw new IllegalArgumentException(waits.size() + " waits gave " + values.size());
      }
    }

    /**
     * What one of them gave.
     *
     * @throws IllegalArgumentException if it was not asked for
     */
    @SuppressWarnings("unchecked") // each value is of the type of its wait
    public <V> V of(Wait<V> wait) {
      int place = waits.indexOf(wait);
      if (place < 0) {
        throw new IllegalArgumentException(wait + " is none of those that were awaited");
      }
      return (V) values.get(place);
    }
  }
}
