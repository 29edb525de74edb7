package dev.sluice.schemas.reading;

import java.time.Duration;

/**
 * How long a poll may wait for records. The thread that polls also commits what it has processed,
 * and cannot while it waits. So polls are short until what was read last has long been committed.
 * For one thread.
 */
public final class Patience {
  /** After so many polls without a record, and so many times {@link #busy}, all is committed. */
  private static final int EMPTY_POLLS = 3;

  private static final int BUSY_TIMES = 10;

  private final Duration busy;
  private int emptyPolls;
  private long readNanos;

  /**
   * Waits for {@code busy} at most while there may be something to commit.
   *
   * @param busy the commit interval
   */
  public Patience(Duration busy) {
    this.busy = busy;
  }

  /** Waits for as long as is asked for. */
  static Patience ofAny() {
    return new Patience(Duration.ofDays(1));
  }

  /** How long a poll that may take {@code asked} waits now. */
  Duration of(Duration asked, long nowNanos) {
    boolean isIdle =
        emptyPolls >= EMPTY_POLLS && nowNanos - readNanos >= BUSY_TIMES * busy.toNanos();
    return isIdle || asked.compareTo(busy) < 0 ? asked : busy;
  }

  /** A poll is over. */
  void polled(boolean hasRecords, long nowNanos) {
    if (hasRecords) {
      emptyPolls = 0;
      readNanos = nowNanos;
    } else if (emptyPolls < EMPTY_POLLS) {
      emptyPolls++;
    }
  }
}
