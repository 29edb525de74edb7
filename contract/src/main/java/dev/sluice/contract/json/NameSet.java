package dev.sluice.contract.json;

/**
 * The names in a document's objects, as 64-bit hashes. A collision is practically impossible by
 * accident; one made on purpose only gets its own record refused.
 */
final class NameSet {
  static final long START = 0xcbf29ce484222325L;
  private static final long PRIME = 0x100000001b3L;
  private static final long SPREAD = 0x9e3779b97f4a7c15L;
  private static final int FIRST_SLOTS = 64;

  private long[] slots = new long[FIRST_SLOTS];
  private int size;

  /** The hash with one more character; one beyond 16 bits counts as its two surrogates. */
  static long with(long hash, int point) {
    return Character.isBmpCodePoint(point)
        ? (hash ^ point) * PRIME
        : with(with(hash, Character.highSurrogate(point)), Character.lowSurrogate(point));
  }

  /** Whether the object of this number did not have a name of this hash. */
  boolean add(long name, int object) {
    long key = mixed(name ^ (object * SPREAD));
    if (4L * (size + 1) > 3L * slots.length) {
      grow();
    }
    int slot = find(slots, key);
    if (slots[slot] != 0) {
      return false;
    }
    slots[slot] = key;
    size++;
    return true;
  }

  private static long mixed(long value) {
    long mixed = (value ^ (value >>> 33)) * 0xff51afd7ed558ccdL;
    mixed = (mixed ^ (mixed >>> 33)) * 0xc4ceb9fe1a85ec53L;
    mixed ^= mixed >>> 33;
    return mixed == 0 ? 1 : mixed;
  }

  private static int find(long[] slots, long key) {
    int slot = (int) key & (slots.length - 1);
    while (slots[slot] != 0 && slots[slot] != key) {
      slot = (slot + 1) & (slots.length - 1);
    }
    return slot;
  }

  private void grow() {
    long[] more = new long[2 * slots.length];
    for (long key : slots) {
      if (key != 0) {
        more[find(more, key)] = key;
      }
    }
    slots = more;
  }
}
