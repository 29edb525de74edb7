package dev.sluice.runner.worker;

/** Leaves the agent so that the run gives its slot away for a while. */
final class PauseException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final long delayMs;

  PauseException(long delayMs, String reason) {
    super(reason);
    this.delayMs = delayMs;
  }

  long delayMs() {
    return delayMs;
  }
}
