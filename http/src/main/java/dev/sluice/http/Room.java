package dev.sluice.http;

import dev.sluice.http.message.Problem;
import dev.sluice.http.wire.ByteBudget;
import java.time.Duration;

/** The bytes of requests and answers that a connection keeps in memory. */
final class Room {
  /**
   * How much is to be read before a header has told it: it counts as more than all that is told.
   */
  static final long UNKNOWN = Long.MAX_VALUE;

  private static final int TRIES = 20;
  private static final int MOST_TRIES = 200;
  private static final Duration BETWEEN_TRIES = Duration.ofMillis(10);

  /** A large one takes nothing from those that are less behind: it would drive out its like. */
  private static final long BEHIND_FOR_LARGE_NANOS = Duration.ofMillis(100).toNanos();

  /**
   * What a connection is to read.
   *
   * @param bytes announced, or the most that may come; or {@link #UNKNOWN}
   */
  record Want(long bytes, long sinceNanos) {
    /** Whether it comes after: those who want less are first, then those who have begun before. */
    boolean isAfter(Want other) {
      return bytes == other.bytes ? sinceNanos - other.sinceNanos > 0 : bytes > other.bytes;
    }
  }

  private final Service service;
  private final Connections all;
  private final Progress progress;
  private final ByteBudget.Hold hold;
  private volatile Want want = new Want(UNKNOWN, System.nanoTime());
  private volatile boolean waits;
  private int wireBytes;
  private int bodyBytes;

  /**
   * None yet.
   *
   * @param onLoss called by another's thread when another has it now
   */
  Room(Service service, Connections all, Progress progress, Runnable onLoss) {
    this.service = service;
    this.all = all;
    this.progress = progress;
    hold = service.budget().new Hold(onLoss);
  }

  ByteBudget.Hold hold() {
    return hold;
  }

  /** Whether the connection is not read from for want of it. */
  boolean waits() {
    return waits;
  }

  Want want() {
    return want;
  }

  /** So many bytes are about to be read, or fewer; or {@link #UNKNOWN}. */
  void expect(long bytes) {
    want = new Want(bytes, System.nanoTime());
  }

  void keepWire(int bytes) {
    reserve((long) bytes + bodyBytes);
    wireBytes = bytes;
  }

  void keepBody(int bytes) {
    reserve((long) wireBytes + bytes);
    bodyBytes = bytes;
  }

  /**
   * From now on nobody takes it: the request is whole.
   *
   * @throws Problem 503 if another has
   */
  void secure() {
    if (!hold.keep(true)) {
      throw gaveWay();
    }
  }

  /** The request is over: all that is kept is an answer, which others may take it from. */
  void keepAnswer(int bytes) {
    hold.atMost((long) wireBytes + bytes);
    hold.keep(false);
  }

  /** All that is kept is what has come of the next request. */
  void keepOnly(int bytes) {
    wireBytes = bytes;
    bodyBytes = 0;
    hold.atMost(bytes);
  }

  /**
   * What there is not is taken from those who are further behind, and then from those who go on but
   * want more: the small ones come through, and no two wait for each other.
   *
   * @throws Problem 503 if there is none, or another has taken it
   */
  void reserve(long bytes) {
    // That it waits for us later is no fault of its caller.
    long behindNanos =
        Math.max(
            progress.behindNanos(System.nanoTime()),
            bytes > ByteBudget.SMALL ? BEHIND_FOR_LARGE_NANOS : 0);
    try {
      for (int i = 1; !hold.atLeast(bytes, () -> all.givingWay(behindNanos, want)); i++) {
        waits = true;
        awaitRoom(i);
      }
    } finally {
      waits = false;
    }
  }

  private void awaitRoom(int tries) {
    if (hold.isLost()) {
      throw gaveWay();
    }
    // What others have lost is free as soon as their threads come to it.
    if (tries >= (service.budget().isAnyLost() ? MOST_TRIES : TRIES)) {
      throw Problem.unavailable("too many bytes are on their way; try again in a second");
    }
    try {
      Thread.sleep(BETWEEN_TRIES);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Problem.unavailable("the " + service.config().name() + " stops; ask again");
    }
  }

  static Problem gaveWay() {
    return Problem.unavailable("too many requests are on their way; this one gave way");
  }
}
