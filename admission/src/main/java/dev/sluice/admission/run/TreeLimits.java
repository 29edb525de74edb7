package dev.sluice.admission.run;

import org.jspecify.annotations.Nullable;

/**
 * Bounds on a run's tree that a submission or a spawn requests. They can only lower the bounds in
 * force. Null requests nothing.
 */
public record TreeLimits(
    @Nullable Integer maxChildren, @Nullable Integer maxDepth, @Nullable Integer maxDescendants) {
  /** Asks for nothing. */
  public static final TreeLimits NONE = new TreeLimits(null, null, null);

  /** The lower of both in each. */
  public TreeLimits and(TreeLimits other) {
    return new TreeLimits(
        lower(maxChildren, other.maxChildren),
        lower(maxDepth, other.maxDepth),
        lower(maxDescendants, other.maxDescendants));
  }

  private static @Nullable Integer lower(@Nullable Integer one, @Nullable Integer other) {
    if (one == null || other == null) {
      return one == null ? other : one;
    }
    return Math.min(one, other);
  }

  /** The bounds in force under those of the tenant. */
  public Bounds under(Bounds tenant) {
    return new Bounds(
        maxChildren == null ? tenant.children() : Math.min(maxChildren, tenant.children()),
        maxDepth == null ? tenant.depth() : Math.min(maxDepth, tenant.depth()),
        maxDescendants == null
            ? tenant.descendants()
            : Math.min(maxDescendants, tenant.descendants()));
  }

  /**
   * Bounds in force.
   *
   * @param children most of one run, in all
   * @param depth most generations below the root
   * @param descendants most runs below the root, in all
   */
  public record Bounds(int children, int depth, int descendants) {
    /** Unless a plan or tenant says otherwise. */
    public static final Bounds DEFAULT = new Bounds(256, 8, 10_000);
  }
}
