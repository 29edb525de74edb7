package dev.sluice.schemas.reading;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.FetchResponseData.AbortedTransaction;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.record.internal.ControlRecordType;
import org.apache.kafka.common.record.internal.EndTransactionMarker;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Partitions of any batches, read as Kafka's consumer reads them record by record. */
final class GiantSearchTest {
  private static final int GIANT = 5_000;
  private static final int BATCHES = 40;
  private static final int BATCHES_OF_A_FETCH = 3;
  private static final List<String> CODECS = List.of("none", "gzip", "snappy", "lz4", "zstd");

  /** A batch as it lies there, and what a reader of committed records may see of it. */
  private record Lying(MemoryRecords records, long base, long next, boolean isSeen) {}

  private final List<Lying> log = new ArrayList<>();
  private final List<AbortedTransaction> aborted = new ArrayList<>();

  /** Sizes of the records that may be seen, by offset, and where each one's batch ends. */
  private final TreeMap<Long, Integer> seen = new TreeMap<>();

  private final Map<Long, Long> ends = new HashMap<>();
  private long end;

  private void append(SplittableRandom random, long producer, boolean isAborted) {
    var records = new SimpleRecord[random.nextInt(1, 5)];
    boolean isCompressed = random.nextInt(4) > 0;
    var codec = isCompressed ? CODECS.get(random.nextInt(1, CODECS.size())) : "none";
    long base = end;
    for (int i = 0; i < records.length; i++) {
      // Brokers let no uncompressed record be so large.
      boolean isGiant = isCompressed && random.nextInt(6) == 0;
      int bytes = isGiant ? GIANT + random.nextInt(1_000) : random.nextInt(GIANT / 2);
      records[i] = new SimpleRecord(random.nextLong(2_000_000), null, new byte[bytes]);
      if (!isAborted) {
        seen.put(base + i, bytes);
        ends.put(base + i, base + records.length);
      }
    }
    var how = Compression.of(codec).build();
    var batch =
        producer < 0
            ? MemoryRecords.withRecords(base, how, records)
            : MemoryRecords.withTransactionalRecords(
                base, how, producer, (short) 0, (int) base, 0, records);
    end += records.length;
    log.add(new Lying(batch, base, end, !isAborted));
  }

  private void transaction(SplittableRandom random, long producer) {
    boolean isAborted = random.nextBoolean();
    long first = end;
    for (int i = random.nextInt(1, 4); i > 0; i--) {
      append(random, producer, isAborted);
      if (random.nextInt(3) == 0) {
        append(random, -1, false);
      }
    }
    if (isAborted) {
      aborted.add(new AbortedTransaction().setProducerId(producer).setFirstOffset(first));
    }
    var kind = isAborted ? ControlRecordType.ABORT : ControlRecordType.COMMIT;
    var marker = new EndTransactionMarker(kind, 0);
    log.add(
        new Lying(
            MemoryRecords.withEndTransactionMarker(end, 0, 0, producer, (short) 0, marker),
            end,
            end + 1,
            false));
    end++;
  }

  private PartitionData fetch(long offset) {
    var batches =
        log.stream().filter(one -> one.next() > offset).limit(BATCHES_OF_A_FETCH).toList();
    var bytes =
        ByteBuffer.allocate(batches.stream().mapToInt(one -> one.records().sizeInBytes()).sum());
    batches.forEach(one -> bytes.put(one.records().buffer()));
    bytes.flip();
    long last = batches.isEmpty() ? offset : batches.getLast().next();
    var concerned = aborted.stream().filter(one -> one.firstOffset() < last && isOpen(one, offset));
    return new PartitionData()
        .setRecords(MemoryRecords.readableRecords(bytes))
        .setAbortedTransactions(concerned.toList());
  }

  /** Whether its marker lies at {@code offset} or behind it. */
  private boolean isOpen(AbortedTransaction one, long offset) {
    return log.stream()
        .filter(batch -> batch.base() >= one.firstOffset())
        .filter(batch -> batch.records().batches().iterator().next().isControlBatch())
        .filter(
            batch -> batch.records().batches().iterator().next().producerId() == one.producerId())
        .findFirst()
        .map(batch -> batch.base() >= offset)
        .orElse(false);
  }

  static LongStream seeds() {
    return LongStream.range(0, 200);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void aReaderThatJumpsWhereItSaysNeverComesToAGiant(long seed) {
    var random = new SplittableRandom(seed);
    for (int i = 0; i < BATCHES; i++) {
      if (random.nextInt(3) == 0) {
        transaction(random, random.nextInt(3));
      } else {
        append(random, -1, false);
      }
    }
    long start = random.nextLong(end);
    var search = new GiantSearch(start, GIANT);
    search.readOn(this::fetch, Long.MAX_VALUE);

    var read = new ArrayList<Long>();
    var expected = new ArrayList<>(seen.tailMap(start).keySet());
    long position = start;
    for (var next = seen.ceilingKey(position); next != null; next = seen.ceilingKey(position)) {
      long at = position;
      var jump = search.giants().stream().filter(one -> one.isAt(at)).findFirst();
      if (jump.isPresent()) {
        long giant = jump.get().offset();
        expected.removeIf(offset -> offset >= giant && offset < jump.get().next());
        position = jump.get().next();
      } else {
        assertThat(seen.get(next)).as("the record at " + next).isLessThan(GIANT);
        read.add(next);
        position = next + 1;
      }
    }

    assertThat(read).isEqualTo(expected);
    assertThat(search.giants())
        .allSatisfy(
            giant -> {
              assertThat(seen.get(giant.offset())).isGreaterThanOrEqualTo(GIANT);
              assertThat(giant.next()).isEqualTo(ends.get(giant.offset()));
            });
  }
}
