package dev.sluice.sdk;

import org.jspecify.annotations.Nullable;

/**
 * A child that was asked for, and that can be waited for. A step's result and the state of a
 * checkpoint may hold it: its number and id are kept, and {@code type} is the one that the code
 * which reads it declares.
 *
 * @param number from 1, in the order in which the parent's code spawned its children
 * @param runId the child's own run id
 * @param type what its output is read as
 * @param <O> that type
 */
public record Child<O extends @Nullable Object>(int number, String runId, TypeRef<O> type)
    implements Wait<ChildResult<O>> {
  public Child {
    if (number < 1) {
      throw new IllegalArgumentException("a child's number must be at least 1, got " + number);
    }
  }

  /** Whether it is the same run, whatever its output is read as. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Child<?> that && number == that.number && runId.equals(that.runId);
  }

  @Override
  public int hashCode() {
    return runId.hashCode();
  }
}
