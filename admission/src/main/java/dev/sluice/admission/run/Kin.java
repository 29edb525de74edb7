package dev.sluice.admission.run;

import dev.sluice.contract.Names;
import org.jspecify.annotations.Nullable;

/**
 * A run's place in its tree. All runs of a tree are of one tenant.
 *
 * @param parent id of the run that spawned it; null for a root
 * @param root id of the tree's root; its own for a root
 * @param number among its parent's children, from 1; 0 for a root
 * @param depth generations above it; 0 for a root
 * @param detached whether it goes on when its parent ends
 * @param rootOrigin age of the root: older trees go first
 */
public record Kin(
    @Nullable String parent,
    String root,
    int number,
    int depth,
    boolean detached,
    Origin rootOrigin) {
  public static Kin root(String id, Origin origin) {
    return new Kin(null, id, 0, 0, false, origin);
  }

  /** What an id alone tells: a child's is its parent's with its number. */
  static Kin named(String id, Origin origin) {
    int last = id.lastIndexOf(Names.CHILD_SEPARATOR);
    if (last < 0) {
      return root(id, origin);
    }
    int depth = (int) id.chars().filter(one -> one == Names.CHILD_SEPARATOR).count();
    int number = number(id.substring(last + 1));
    var root = id.substring(0, id.indexOf(Names.CHILD_SEPARATOR));
    return new Kin(id.substring(0, last), root, number, depth, false, origin);
  }

  private static int number(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      return 0; // nobody's child: there is no parent to tell
    }
  }

  public Kin child(String parentId, ChildSpec child) {
    return new Kin(parentId, root, child.number(), depth + 1, child.detached(), rootOrigin);
  }

  /** The same place in a tree that takes its turn as if it had begun at {@code origin}. */
  Kin asOldAs(Origin origin) {
    return new Kin(parent, root, number, depth, detached, origin);
  }

  /** Whether nobody spawned it. */
  public boolean isRoot() {
    return parent == null;
  }
}
