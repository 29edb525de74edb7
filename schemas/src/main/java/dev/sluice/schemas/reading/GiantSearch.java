package dev.sluice.schemas.reading;

import java.io.DataInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.LongFunction;
import org.apache.kafka.common.message.FetchResponseData.AbortedTransaction;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.record.internal.ControlRecordType;
import org.apache.kafka.common.record.internal.DefaultRecordBatch;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.utils.BufferSupplier;
import org.apache.kafka.common.utils.ByteUtils;
import org.jspecify.annotations.Nullable;

/**
 * Finds giant records in the batches of one partition by the length at the start of each record.
 * Everything in between is uncompressed and thrown away.
 */
final class GiantSearch {
  private static final long PART_OF_HEAP = 16;
  private static final long LEAST_BYTES = 8L * 1024 * 1024;

  private final long giantBytes;
  private final List<Giants.Giant> giants = new ArrayList<>();
  private long position;

  /** Behind the last record that a consumer hands out. */
  private long handedOut;

  /**
   * Nothing is read yet.
   *
   * @param giantBytes a record from this on is a giant
   */
  GiantSearch(long position, long giantBytes) {
    this.position = position;
    this.handedOut = position;
    this.giantBytes = giantBytes;
  }

  /** What a process can hold beside all else; smaller ones the consumer refuses by itself. */
  static long least(long heap) {
    return Math.max(LEAST_BYTES, heap / PART_OF_HEAP);
  }

  List<Giants.Giant> giants() {
    return List.copyOf(giants);
  }

  /**
   * Reads until nothing comes.
   *
   * @param fetch gives what is there from an offset on
   * @param mostBytes as they were sent
   */
  void readOn(LongFunction<PartitionData> fetch, long mostBytes) {
    long bytes = 0;
    long before = -1;
    while (position > before && bytes < mostBytes) {
      before = position;
      bytes += take(fetch.apply(position));
    }
  }

  private long take(PartitionData data) {
    var aborted = new Aborted(data.abortedTransactions());
    long bytes = 0;
    if (data.records() instanceof MemoryRecords records) {
      for (var batch : records.batches()) {
        if (batch.lastOffset() >= position) {
          bytes += batch.sizeInBytes();
          if (!aborted.covers(batch) && !batch.isControlBatch()) {
            look(batch);
          }
          position = batch.nextOffset();
        }
      }
    }
    return bytes;
  }

  private void look(MutableRecordBatch batch) {
    if (batch.isCompressed() && batch instanceof DefaultRecordBatch compressed) {
      lookInto(compressed);
    } else {
      batch.forEach(record -> handedOut = record.offset() + 1);
    }
  }

  private void lookInto(DefaultRecordBatch batch) {
    var count = batch.countOrNull();
    try (var in = new DataInputStream(batch.recordInputStream(BufferSupplier.NO_CACHING))) {
      for (int left = count == null ? 0 : count; left > 0; left--) {
        int bytes = ByteUtils.readVarint(in);
        in.readByte(); // attributes
        long time = ByteUtils.readVarlong(in);
        int delta = ByteUtils.readVarint(in);
        long offset = batch.baseOffset() + delta;
        if (bytes >= giantBytes) {
          giants.add(new Giants.Giant(handedOut, batch.nextOffset(), offset, bytes));
          return;
        }
        in.skipNBytes(bytes - 1 - ByteUtils.sizeOfVarlong(time) - ByteUtils.sizeOfVarint(delta));
        handedOut = offset + 1;
      }
    } catch (IOException | RuntimeException e) {
      handedOut = batch.nextOffset(); // the consumer will say what is wrong with it
    }
  }

  /** What a reader of committed records does not see. */
  private static final class Aborted {
    private final PriorityQueue<AbortedTransaction> next =
        new PriorityQueue<>((one, other) -> Long.compare(one.firstOffset(), other.firstOffset()));
    private final Set<Long> producers = new HashSet<>();

    Aborted(@Nullable List<AbortedTransaction> transactions) {
      if (transactions != null) {
        next.addAll(transactions);
      }
    }

    boolean covers(MutableRecordBatch batch) {
      if (!batch.hasProducerId()) {
        return false;
      }
      while (!next.isEmpty() && next.peek().firstOffset() <= batch.lastOffset()) {
        producers.add(next.poll().producerId());
      }
      if (isAbort(batch)) {
        producers.remove(batch.producerId());
        return false;
      }
      return batch.isTransactional() && producers.contains(batch.producerId());
    }

    private static boolean isAbort(MutableRecordBatch batch) {
      if (!batch.isControlBatch()) {
        return false;
      }
      var records = batch.iterator();
      return records.hasNext()
          && ControlRecordType.parse(records.next().key()) == ControlRecordType.ABORT;
    }
  }
}
