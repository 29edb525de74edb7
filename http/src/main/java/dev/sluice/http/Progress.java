package dev.sluice.http;

import java.time.Duration;

/**
 * The current activity of a connection and its progress. Written by the connection's own thread,
 * read by others.
 */
final class Progress {
  enum Phase {
    IDLE,
    HEAD,
    BODY,
    WORKING,
    WRITING,
    CLOSING
  }

  private record State(Phase phase, long sinceNanos, long untilNanos) {}

  /** Who sends or reads so many bytes a second has come as far as anybody can. */
  private static final long BYTES_PER_SECOND = 64 * 1024;

  private static final long NANOS_PER_SECOND = Duration.ofSeconds(1).toNanos();

  /** What a caller takes as it comes is written sooner. */
  private static final long UNREAD_NANOS = Duration.ofMillis(100).toNanos();

  private volatile State state;
  private volatile long moved;
  private volatile long movedAtNanos;
  private volatile boolean waits;

  Progress(Phase phase, Duration within) {
    long now = System.nanoTime();
    movedAtNanos = now;
    state = new State(phase, now, now + within.toNanos());
  }

  /** Begins something that may take so long. */
  void enter(Phase phase, Duration within) {
    long now = System.nanoTime();
    moved = 0;
    movedAtNanos = now;
    state = new State(phase, now, now + within.toNanos());
  }

  Phase phase() {
    return state.phase();
  }

  /** It can go on only when its caller does. */
  void waits() {
    waits = true;
  }

  /** Whether its caller has the next move. What our own threads take is not the caller's fault. */
  boolean isWaiting(long nowNanos) {
    return switch (phase()) {
      case IDLE, HEAD, BODY -> waits;
      case WRITING -> waits && nowNanos - movedAtNanos > UNREAD_NANOS;
      case WORKING -> false;
      case CLOSING -> true;
    };
  }

  /** Bytes were read or written, or its input has ended. */
  void moves(int bytes) {
    waits = false;
    if (bytes > 0) {
      long all = moved + bytes;
      moved = all;
      movedAtNanos = System.nanoTime();
    }
  }

  boolean isLate(long nowNanos) {
    return nowNanos - state.untilNanos() > 0;
  }

  /**
   * How far behind it is: since when no byte moved, or since when none would have to move any more
   * if they had come one after the other at a slow link's pace. So neither a byte now and then nor
   * many at once and then none count for much. What is executed is behind by no fault of its
   * caller.
   */
  long behindNanos(long nowNanos) {
    var now = state;
    if (now.phase() == Phase.WORKING) {
      return 0;
    }
    long paid = now.sinceNanos() + moved * NANOS_PER_SECOND / BYTES_PER_SECOND;
    return Math.max(nowNanos - paid, nowNanos - movedAtNanos);
  }
}
