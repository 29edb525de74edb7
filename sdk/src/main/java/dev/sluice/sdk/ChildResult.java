package dev.sluice.sdk;

import org.jspecify.annotations.Nullable;

/**
 * How a child ended.
 *
 * @param <O> the type of its output
 */
public sealed interface ChildResult<O extends @Nullable Object> {
  /** The status that a child ended with. */
  enum Status {
    SUCCEEDED,
    FAILED,
    CANCELLED,
    TIMED_OUT,
    EXPIRED,
    REJECTED,
    BUDGET_EXHAUSTED,
    DEAD
  }

  /** The child whose result it is. */
  Child<? extends O> child();

  /**
   * The child's output.
   *
   * @throws ChildFailedException if it ended otherwise than SUCCEEDED
   * @throws SpawnRefusedException if its batch was refused
   */
  O get();

  /** It SUCCEEDED. */
  record Succeeded<O extends @Nullable Object>(Child<? extends O> child, O output)
      implements ChildResult<O> {
    @Override
    public O get() {
      return output;
    }
  }

  /**
   * It ended otherwise.
   *
   * @param type the type of its error, as it stands in its completion
   * @param partial what it had when its budget ended; null for nothing
   */
  record Failed<O extends @Nullable Object>(
      Child<? extends O> child, Status status, String type, String message, @Nullable O partial)
      implements ChildResult<O> {
    @Override
    public O get() {
      throw new ChildFailedException(child.runId(), status, type, message, partial);
    }
  }

  /**
   * Its batch was refused as a whole; it never was a run.
   *
   * @param reason the bound, its value and what was asked for
   */
  record Refused<O extends @Nullable Object>(Child<? extends O> child, String reason)
      implements ChildResult<O> {
    @Override
    public O get() {
      throw new SpawnRefusedException(reason);
    }
  }
}
