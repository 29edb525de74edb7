package dev.sluice.sdk;

/**
 * Leaves the agent because the epoch ends here: the run waits, or this worker must not go on with
 * it (its lease ends, it was cancelled, the worker drains). This is not a failure; let it
 * propagate. It is an {@link Error} so that {@code catch (Exception e)} lets it pass; an agent that
 * stops it all the same gains nothing, each further call of the context throws it again and the
 * epoch ends as it was decided.
 */
public final class RunStoppedError extends Error {
  private static final long serialVersionUID = 1L;

  /**
   * Thrown by the worker; agents need not.
   *
   * @param reason for people
   */
  public RunStoppedError(String reason) {
    super("the run stops here: " + reason, null, false, false);
  }
}
