package dev.sluice.runner.trace;

import io.opentelemetry.context.Context;

/** What holds for the calling thread until it closes this. */
public interface Entered extends AutoCloseable {
  /** Nothing. */
  Entered NOTHING = () -> {};

  /** A context, and the fields of log lines that hold with it. */
  @SuppressWarnings("MustBeClosedChecker") // whoever closes this closes the scope
  static Entered both(Context context, Entered fields) {
    var scope = context.makeCurrent();
    return () -> {
      scope.close();
      fields.close();
    };
  }

  @Override
  void close();
}
