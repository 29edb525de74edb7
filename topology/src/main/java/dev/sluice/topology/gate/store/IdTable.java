package dev.sluice.topology.gate.store;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Ids by their 128-bit hashes, each with a mark, the hash of a request's body (0 for none) and the
 * minute of its last use, in a file: the heap holds eight bytes for each few hundred of them. A
 * hash table that grows and shrinks by one chain at a time (linear hashing), so no call ever takes
 * long. A chain is a list of blocks; its first has room, all others are full.
 */
final class IdTable implements AutoCloseable {
  /** The table's entry of an id. */
  record Entry(long mark, long bodyHash, int minute) {}

  private static final int NONE = -1;
  private static final int ENTRY_BYTES = 36;
  private static final int LOW_AT = 8;
  private static final int MARK_AT = 16;
  private static final int BODY_HASH_AT = 24;
  private static final int MINUTE_AT = 32;
  private static final int PER_CHAIN = 96;
  private static final int FEWEST_CHAINS = 64;

  private final BlockFile blocks;
  private final int keepMinutes;
  private int[] heads = new int[FEWEST_CHAINS];
  private int chains = FEWEST_CHAINS;
  private long size;
  private int newest = Integer.MIN_VALUE;
  private int sweptTo = Integer.MIN_VALUE;
  private int toSweep;

  /**
   * Makes an empty table.
   *
   * @param directory takes the file, which is gone when the table or the process is
   * @param keepMinutes what is older than the newest minute by more is forgotten, sooner or later
   */
  IdTable(Path directory, int keepMinutes) {
    this.blocks = new BlockFile(directory);
    this.keepMinutes = keepMinutes;
    Arrays.fill(heads, NONE);
  }

  long size() {
    return size;
  }

  long bytesOnDisk() {
    return blocks.bytes();
  }

  @Nullable Entry find(long high, long low) {
    sweepNext();
    for (int block = heads[chain(low)]; block != NONE; block = blocks.next(block)) {
      var buffer = blocks.buffer(block);
      int at = indexIn(block, high, low);
      if (at >= 0) {
        return entry(buffer, at);
      }
    }
    return null;
  }

  /** Adds an id or replaces its entry. */
  void put(long high, long low, Entry entry) {
    newest = Math.max(newest, entry.minute());
    sweepNext();
    int chain = chain(low);
    for (int block = heads[chain]; block != NONE; block = blocks.next(block)) {
      int at = indexIn(block, high, low);
      if (at >= 0) {
        set(blocks.buffer(block), at, entry);
        return;
      }
    }
    append(chain, high, low, entry);
    size++;
    if (size > (long) chains * PER_CHAIN) {
      split();
    }
  }

  void remove(long high, long low) {
    int chain = chain(low);
    for (int block = heads[chain]; block != NONE; block = blocks.next(block)) {
      int at = indexIn(block, high, low);
      if (at >= 0) {
        removeAt(chain, blocks.buffer(block), at);
        return;
      }
    }
  }

  /** Where in its block's buffer an entry begins; below zero if it is not in the block. */
  private int indexIn(int block, long high, long low) {
    var buffer = blocks.buffer(block);
    int from = blocks.offset(block);
    int end = from + blocks.used(block) * ENTRY_BYTES;
    for (int at = from; at < end; at += ENTRY_BYTES) {
      if (buffer.getLong(at) == high && buffer.getLong(at + LOW_AT) == low) {
        return at;
      }
    }
    return NONE;
  }

  private int chain(long low) {
    int all = Integer.highestOneBit(chains) << 1;
    int chain = (int) (low & (all - 1));
    return chain < chains ? chain : chain - (all >> 1);
  }

  private void append(int chain, long high, long low, Entry entry) {
    int head = heads[chain];
    if (head == NONE || blocks.used(head) == BlockFile.ROOM / ENTRY_BYTES) {
      head = blocks.take(head);
      heads[chain] = head;
    }
    var buffer = blocks.buffer(head);
    int at = blocks.offset(head) + blocks.used(head) * ENTRY_BYTES;
    buffer.putLong(at, high).putLong(at + LOW_AT, low);
    set(buffer, at, entry);
    blocks.setUsed(head, blocks.used(head) + 1);
  }

  private static void set(ByteBuffer buffer, int at, Entry entry) {
    buffer
        .putLong(at + MARK_AT, entry.mark())
        .putLong(at + BODY_HASH_AT, entry.bodyHash())
        .putInt(at + MINUTE_AT, entry.minute());
  }

  private static Entry entry(ByteBuffer buffer, int at) {
    return new Entry(
        buffer.getLong(at + MARK_AT),
        buffer.getLong(at + BODY_HASH_AT),
        buffer.getInt(at + MINUTE_AT));
  }

  /** Puts the chain's last entry in the place of one that goes. */
  private void removeAt(int chain, ByteBuffer buffer, int at) {
    int head = heads[chain];
    int left = blocks.used(head) - 1;
    var from = blocks.buffer(head);
    int last = blocks.offset(head) + left * ENTRY_BYTES;
    buffer.put(at, from, last, ENTRY_BYTES);
    blocks.setUsed(head, left);
    if (left == 0) {
      heads[chain] = blocks.next(head);
      blocks.giveBack(head);
    }
    size--;
  }

  // --- growing and shrinking by one chain

  private void split() {
    if (chains == heads.length) {
      int before = heads.length;
      heads = Arrays.copyOf(heads, before * 2);
      Arrays.fill(heads, before, heads.length, NONE);
    }
    int from = chains - Integer.highestOneBit(chains);
    chains++;
    moveAll(from);
  }

  /** Gives the last chain's entries back to the one that it was split from. */
  private void merge() {
    int last = chains - 1;
    chains = last;
    moveAll(last);
  }

  /** Puts every entry of a chain where it now belongs. */
  private void moveAll(int chain) {
    int block = heads[chain];
    heads[chain] = NONE;
    while (block != NONE) {
      var buffer = blocks.buffer(block);
      int from = blocks.offset(block);
      for (int i = 0; i < blocks.used(block); i++) {
        int at = from + i * ENTRY_BYTES;
        long low = buffer.getLong(at + LOW_AT);
        append(chain(low), buffer.getLong(at), low, entry(buffer, at));
      }
      int next = blocks.next(block);
      blocks.giveBack(block);
      block = next;
    }
  }

  // --- forgetting

  /** Each call forgets what is too old in one chain, until all have been looked at. */
  private void sweepNext() {
    int before = newest - keepMinutes;
    if (toSweep == 0 && newest != Integer.MIN_VALUE && before - sweptTo > keepMinutes / 16) {
      sweptTo = before;
      toSweep = chains;
    }
    if (toSweep > 0) {
      toSweep--;
      sweep(toSweep % chains);
      if (chains > FEWEST_CHAINS && size < (long) chains * PER_CHAIN / 4) {
        merge();
      }
    }
  }

  private void sweep(int chain) {
    for (int block = heads[chain]; block != NONE; ) {
      int next = blocks.next(block);
      var buffer = blocks.buffer(block);
      // From the last to the first: what takes an entry's place has been looked at.
      for (int i = blocks.used(block) - 1; i >= 0; i--) {
        int at = blocks.offset(block) + i * ENTRY_BYTES;
        if (buffer.getInt(at + MINUTE_AT) < sweptTo) {
          removeAt(chain, buffer, at);
        }
      }
      block = next;
    }
  }

  @Override
  public void close() {
    blocks.close();
  }
}
