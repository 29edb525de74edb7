package dev.sluice.admission.queue;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A tenant's queued runs in order. It can tell how long the oldest of the first N has waited. It is
 * a weight-balanced tree, so each operation takes logarithmic time for any entries.
 */
public final class AgedQueue {
  /** How much heavier one side may be, and when a single rotation does (Hirai, Yamamoto 2011). */
  private static final int DELTA = 3;

  private static final int GAMMA = 2;

  private record Node(
      QueueEntry entry, @Nullable Node left, @Nullable Node right, int size, long oldestMs) {
    static Node of(QueueEntry entry, @Nullable Node left, @Nullable Node right) {
      long oldest = Math.min(entry.sinceMs(), Math.min(oldestIn(left), oldestIn(right)));
      return new Node(entry, left, right, 1 + sizeOf(left) + sizeOf(right), oldest);
    }
  }

  private @Nullable Node root;

  public int size() {
    return sizeOf(root);
  }

  public void add(QueueEntry entry) {
    root = add(root, entry);
  }

  public void remove(QueueEntry entry) {
    root = remove(root, entry);
  }

  /** Since when the oldest of the first {@code count} waits; null if there is none. */
  public @Nullable Long oldestOfFirst(int count) {
    return known(oldestOfFirst(root, count));
  }

  /** The same of all others. */
  public @Nullable Long oldestBehind(int count) {
    return known(oldestBehind(root, count));
  }

  private static @Nullable Long known(long ms) {
    return ms == Long.MAX_VALUE ? null : ms;
  }

  private static int sizeOf(@Nullable Node node) {
    return node == null ? 0 : node.size;
  }

  private static long oldestIn(@Nullable Node node) {
    return node == null ? Long.MAX_VALUE : node.oldestMs;
  }

  private static long oldestOfFirst(@Nullable Node node, int count) {
    if (node == null || count <= 0) {
      return Long.MAX_VALUE;
    }
    if (count >= node.size) {
      return node.oldestMs;
    }
    int before = sizeOf(node.left);
    return count <= before
        ? oldestOfFirst(node.left, count)
        : Math.min(
            Math.min(oldestIn(node.left), node.entry.sinceMs()),
            oldestOfFirst(node.right, count - before - 1));
  }

  private static long oldestBehind(@Nullable Node node, int count) {
    if (node == null || count >= node.size) {
      return Long.MAX_VALUE;
    }
    if (count <= 0) {
      return node.oldestMs;
    }
    int before = sizeOf(node.left);
    return count > before
        ? oldestBehind(node.right, count - before - 1)
        : Math.min(
            Math.min(oldestIn(node.right), node.entry.sinceMs()), oldestBehind(node.left, count));
  }

  // --- changing

  private static Node add(@Nullable Node node, QueueEntry entry) {
    if (node == null) {
      return Node.of(entry, null, null);
    }
    int order = entry.compareTo(node.entry);
    if (order == 0) {
      return Node.of(entry, node.left, node.right);
    }
    return order < 0
        ? balanced(node.entry, add(node.left, entry), node.right)
        : balanced(node.entry, node.left, add(node.right, entry));
  }

  private static @Nullable Node remove(@Nullable Node node, QueueEntry entry) {
    if (node == null) {
      return null;
    }
    int order = entry.compareTo(node.entry);
    if (order < 0) {
      return balanced(node.entry, remove(node.left, entry), node.right);
    }
    if (order > 0) {
      return balanced(node.entry, node.left, remove(node.right, entry));
    }
    if (node.left == null || node.right == null) {
      return node.left == null ? node.right : node.left;
    }
    var next = first(node.right);
    return balanced(next, node.left, remove(node.right, next));
  }

  private static QueueEntry first(Node node) {
    var at = node;
    while (at.left != null) {
      at = at.left;
    }
    return at.entry;
  }

  private static Node balanced(QueueEntry entry, @Nullable Node left, @Nullable Node right) {
    if (right != null && isHeavier(right, left)) {
      return isHeavyInside(right.left, right.right)
          ? doubleLeft(entry, left, right)
          : Node.of(right.entry, Node.of(entry, left, right.left), right.right);
    }
    if (left != null && isHeavier(left, right)) {
      return isHeavyInside(left.right, left.left)
          ? doubleRight(entry, left, right)
          : Node.of(left.entry, left.left, Node.of(entry, left.right, right));
    }
    return Node.of(entry, left, right);
  }

  private static boolean isHeavier(Node one, @Nullable Node other) {
    return one.size + 1 > DELTA * (sizeOf(other) + 1);
  }

  private static boolean isHeavyInside(@Nullable Node inner, @Nullable Node outer) {
    return inner != null && inner.size + 1 >= GAMMA * (sizeOf(outer) + 1);
  }

  private static Node doubleLeft(QueueEntry entry, @Nullable Node left, Node right) {
    var inner = Objects.requireNonNull(right.left);
    return Node.of(
        inner.entry,
        Node.of(entry, left, inner.left),
        Node.of(right.entry, inner.right, right.right));
  }

  private static Node doubleRight(QueueEntry entry, Node left, @Nullable Node right) {
    var inner = Objects.requireNonNull(left.right);
    return Node.of(
        inner.entry,
        Node.of(left.entry, left.left, inner.left),
        Node.of(entry, inner.right, right));
  }
}
