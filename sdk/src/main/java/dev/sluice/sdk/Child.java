package dev.sluice.sdk;

import org.jspecify.annotations.Nullable;

/**
 * A child that was asked for. Jackson writes and reads it, so the state of a checkpoint may hold
 * it.
 *
 * @param number from 1, in the order in which the parent's code spawned its children
 * @param runId the child's own run id
 * @param resultClass the name of the class that its output is read as
 * @param <O> that class
 */
@SuppressWarnings("UnusedTypeParameter") // it is what await returns
public record Child<O extends @Nullable Object>(int number, String runId, String resultClass) {
  public Child {
    if (number < 1) {
      throw new IllegalArgumentException("a child's number must be at least 1, got " + number);
    }
  }
}
