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
