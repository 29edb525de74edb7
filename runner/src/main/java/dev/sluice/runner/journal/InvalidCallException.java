package dev.sluice.runner.journal;

/** An agent called its context with what no journal can hold: another attempt would do the same. */
public final class InvalidCallException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  public InvalidCallException(String message) {
    super(message);
  }
}
