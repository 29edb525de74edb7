package dev.sluice.admission.worker;

import dev.sluice.admission.run.RunKey;
import org.jspecify.annotations.Nullable;

/**
 * How far the gate is in telling of its runs: of every run whose turn came at or before {@code
 * untilMs}.
 *
 * @param untilMs lease time
 * @param last of those whose turn comes at {@code untilMs} itself, the last one told; null if all
 *     are
 */
public record Told(long untilMs, @Nullable RunKey last) {}
