package dev.sluice.runner;

import org.jspecify.annotations.Nullable;

/**
 * What a runner is like now.
 *
 * @param problem why it takes no runs or may have to stop them, for people; null if it is ready
 * @param slots runs that it executes at once, at most
 * @param active runs executed now
 * @param stuck of these, runs that were told to stop more than ten seconds ago and go on
 */
public record RunnerHealth(
    State state, @Nullable String problem, int slots, int active, int stuck) {
  /** Whether it takes runs. */
  public enum State {
    /** It takes runs. */
    READY,
    /** Kafka does not answer, or one of its threads stands still; it may become ready again. */
    NOT_READY,
    /** It drains or has closed, as it was told to. */
    CLOSED,
    /** It has closed itself, or is about to: see {@link FatalReason}. */
    FAILED
  }

  /** Whether it takes runs. */
  public boolean isReady() {
    return state == State.READY;
  }
}
