package dev.sluice.sdk;

/** The agent's code does not fit the run's journal. Let it propagate: the run ends as DEAD. */
public final class StepMismatchException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param expected what the journal holds at the position, and the version that wrote it
   * @param found what the code does there, and its version
   * @param advice what to do about it
   */
  public StepMismatchException(int position, String expected, String found, String advice) {
    super(
        "the code does not fit the journal at position "
            + position
            + ": expected "
            + expected
            + ", found "
            + found
            + ". "
            + advice);
  }
}
