package dev.sluice.topology.streams;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Tells a stream thread whether it may commit before its clock does. Kafka Streams commits by a
 * clock that goes on whether there is anything to commit or not, so a record that comes alone waits
 * for half of the interval. It need not: as long as an interval lies between two transactions,
 * there are no more of them than by the clock.
 */
public final class CommitPace {
  private final Duration interval;
  private final LongSupplier nanoTime;

  /** Of each thread, because each has a producer of its own; null before its first commit. */
  private final ThreadLocal<Long> lastCommit = new ThreadLocal<>();

  /**
   * Begins with no commit.
   *
   * @param interval the commit interval of Kafka Streams
   * @param nanoTime the clock, as {@link System#nanoTime}
   */
  public CommitPace(Duration interval, LongSupplier nanoTime) {
    this.interval = interval;
    this.nanoTime = nanoTime;
  }

  Duration interval() {
    return interval;
  }

  /** This thread has committed a transaction. */
  void committed() {
    lastCommit.set(nanoTime.getAsLong());
  }

  /** Whether this thread's last commit is at least an interval ago. */
  public boolean mayCommitNow() {
    long now = nanoTime.getAsLong();
    var last = lastCommit.get();
    return last == null || now - last >= interval.toNanos();
  }
}
