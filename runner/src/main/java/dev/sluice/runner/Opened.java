package dev.sluice.runner;

import java.util.ArrayDeque;
import java.util.Deque;

/** What a worker has opened so far: closed in reverse order if the rest cannot be opened. */
final class Opened {
  private final Deque<AutoCloseable> all = new ArrayDeque<>();

  <T extends AutoCloseable> T add(T one) {
    all.push(one);
    return one;
  }

  /**
   * Closes all of them in order, whatever goes wrong with one. An interrupt of the caller would cut
   * each of them short: its flag is taken, and set again at the end.
   *
   * @throws RuntimeException what went wrong first, the rest added to it; or an {@link Error}
   */
  static void closeAll(Iterable<? extends AutoCloseable> them) {
    Throwable first = null;
    boolean interrupted = false;
    for (var one : them) {
      interrupted |= Thread.interrupted();
      try {
        one.close();
      } catch (Exception | Error e) {
        if (first == null) {
          first = e;
        } else if (!first.equals(
            e)) { // the same may be thrown again: there is one for want of memory
          first.addSuppressed(e);
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    switch (first) {
      case null -> {}
      case RuntimeException known -> throw known;
      case Error error -> throw error;
      default -> throw new IllegalStateException(first);
    }
  }

  /** Closes everything; what goes wrong with that is added to {@code failure}. */
  void closeAfter(Throwable failure) {
    while (!all.isEmpty()) {
      try {
        all.pop().close();
      } catch (Exception | Error e) {
        failure.addSuppressed(e);
      }
    }
  }
}
