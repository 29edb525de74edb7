package dev.sluice.runner.output;

import org.jspecify.annotations.Nullable;

/**
 * Where in the code something was emitted.
 *
 * @param position the same in every epoch
 * @param step whose body emitted it; null outside of steps
 */
public record EmittedAt(int position, @Nullable String step) {}
