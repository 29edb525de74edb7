package dev.sluice.topology.gate.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.streams.errors.ProcessorStateException;

/**
 * Blocks of one kilobyte in a mapped file that is private to this process and disappears with it.
 * Each block names its successor and its number of entries. The data is in the system's page cache,
 * which writes it out and evicts it as needed, and not in the heap.
 */
final class BlockFile implements AutoCloseable {
  private static final int BLOCK_BITS = 10;
  private static final int HEADER = 16;
  private static final int USED_AT = 4;
  private static final int SLAB_BLOCK_BITS = 12;
  private static final int SLAB_BYTES = 1 << (BLOCK_BITS + SLAB_BLOCK_BITS);
  private static final int NONE = -1;

  /** What a block holds, in bytes. */
  static final int ROOM = (1 << BLOCK_BITS) - HEADER;

  private final FileChannel file;
  private final List<ByteBuffer> slabs = new ArrayList<>();
  private int made;
  private int free = NONE;

  BlockFile(Path directory) {
    try {
      Files.createDirectories(directory);
      file =
          FileChannel.open(
              directory.resolve("ids-" + UUID.randomUUID()),
              StandardOpenOption.CREATE_NEW,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE,
              StandardOpenOption.DELETE_ON_CLOSE);
    } catch (IOException e) {
      throw new ProcessorStateException("cannot keep ids in " + directory, e);
    }
  }

  /** The buffer that holds a block, at {@link #offset}. */
  ByteBuffer buffer(int block) {
    return slabs.get(block >>> SLAB_BLOCK_BITS);
  }

  /** Where in its buffer the block's room begins. */
  int offset(int block) {
    return header(block) + HEADER;
  }

  private static int header(int block) {
    return (block & ((1 << SLAB_BLOCK_BITS) - 1)) << BLOCK_BITS;
  }

  int next(int block) {
    return buffer(block).getInt(header(block));
  }

  int used(int block) {
    return buffer(block).getInt(header(block) + USED_AT);
  }

  void setUsed(int block, int used) {
    buffer(block).putInt(header(block) + USED_AT, used);
  }

  /** An empty block that {@code next} follows. */
  int take(int next) {
    int block = free;
    if (block == NONE) {
      if (made == slabs.size() << SLAB_BLOCK_BITS) {
        slabs.add(slab());
      }
      block = made++;
    } else {
      free = next(block);
    }
    buffer(block).putInt(header(block), next);
    setUsed(block, 0);
    return block;
  }

  void giveBack(int block) {
    buffer(block).putInt(header(block), free);
    setUsed(block, 0);
    free = block;
  }

  /** Written before it is mapped: a full disk is an exception now, and no broken memory later. */
  private ByteBuffer slab() {
    long from = bytes();
    try {
      var zeros = ByteBuffer.allocate(1 << 16);
      for (long at = from; at < from + SLAB_BYTES; at += zeros.capacity()) {
        zeros.clear();
        while (zeros.hasRemaining()) {
          file.write(zeros, at + zeros.position());
        }
      }
      return file.map(FileChannel.MapMode.READ_WRITE, from, SLAB_BYTES);
    } catch (IOException e) {
      throw new ProcessorStateException("no room on disk for ids", e);
    }
  }

  long bytes() {
    return (long) slabs.size() * SLAB_BYTES;
  }

  @Override
  public void close() {
    slabs.clear();
    try {
      file.close();
    } catch (IOException e) {
      throw new ProcessorStateException("cannot close the file of ids", e);
    }
  }
}
