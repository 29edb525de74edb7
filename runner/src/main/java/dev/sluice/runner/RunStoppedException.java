package dev.sluice.runner;

/**
 * This worker must not go on with the run: its lease ends, it was cancelled, or the worker drains.
 * Nothing more is journaled. Let it propagate.
 */
public final class RunStoppedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public RunStoppedException(String reason) {
    super("the run was stopped here: " + reason);
  }
}
