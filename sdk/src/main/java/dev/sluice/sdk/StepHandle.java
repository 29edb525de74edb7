package dev.sluice.sdk;

import org.jspecify.annotations.Nullable;

/**
 * A step that {@link RunContext#stepAsync} has started. It is open until the agent has learned how
 * it ended, by {@link RunContext#await(StepHandle)}, {@code awaitAll} or {@code awaitAny}. Belongs
 * to the epoch that made it: it can be kept in no step's result and no checkpoint.
 *
 * @param <T> what the step's result is read as
 */
public interface StepHandle<T extends @Nullable Object> {
  /** The step's name. */
  String name();
}
