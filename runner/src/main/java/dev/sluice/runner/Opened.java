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
   * Closes all of them in order, whatever goes wrong with one.
   *
   * @throws RuntimeException what went wrong first, the rest added to it
   */
  static void closeAll(Iterable<? extends AutoCloseable> them) {
    RuntimeException first = null;
    for (var one : them) {
      try {
        one.close();
      } catch (Exception e) {
        if (first == null) {
          first = e instanceof RuntimeException known ? known : new IllegalStateException(e);
        } else {
          first.addSuppressed(e);
        }
      }
    }
    if (first != null) {
      throw first;
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
