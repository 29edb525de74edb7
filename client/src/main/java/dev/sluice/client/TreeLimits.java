package dev.sluice.client;

import org.jspecify.annotations.Nullable;

/**
 * Bounds on a run's children; never above the tenant's, which stands for null.
 *
 * @param maxChildren of each run
 * @param maxDepth generations below the root
 * @param maxDescendants of the root
 */
public record TreeLimits(
    @Nullable Integer maxChildren, @Nullable Integer maxDepth, @Nullable Integer maxDescendants) {}
