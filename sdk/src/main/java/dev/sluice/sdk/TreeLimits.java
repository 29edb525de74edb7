package dev.sluice.sdk;

import org.jspecify.annotations.Nullable;

/**
 * Bounds of a run's tree; null leaves the bound that is in force.
 *
 * @param maxChildren most children of the run
 * @param maxDepth most generations below the run
 * @param maxDescendants most runs below the root
 */
public record TreeLimits(
    @Nullable Integer maxChildren, @Nullable Integer maxDepth, @Nullable Integer maxDescendants) {
  public TreeLimits {
    check("maxChildren", maxChildren);
    check("maxDepth", maxDepth);
    check("maxDescendants", maxDescendants);
  }

  private static void check(String name, @Nullable Integer value) {
    if (value != null && value < 0) {
      throw new IllegalArgumentException(name + " must be at least 0, got " + value);
    }
  }
}
