package dev.sluice.runner.worker;

/** An agent called its context with what no journal can hold: another attempt would do the same. */
final class InvalidCallException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  InvalidCallException(String message) {
    super(message);
  }
}
