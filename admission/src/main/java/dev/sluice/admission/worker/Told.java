package dev.sluice.admission.worker;

import dev.sluice.admission.run.RunKey;
import org.jspecify.annotations.Nullable;

/**
 * The gate's progress in a round: every run whose turn was at or before {@code untilMs} has been
 * repeated.
 *
 * @param untilMs lease time
 * @param last of those whose turn comes at {@code untilMs} itself, the last one told; null if all
 *     are
 */
public record Told(long untilMs, @Nullable RunKey last) {}
