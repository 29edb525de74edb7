package dev.sluice.topology.gate.parking;

import dev.sluice.contract.Bounds;
import dev.sluice.schemas.serde.SluiceSerdes;
import dev.sluice.schemas.topic.Topics;
import dev.sluice.topology.gate.config.GateConfig;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads {@code lookups}, some of it twice, because waiting records stay there and not in memory.
 */
final class ParkedRecords implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(50);
  private static final Duration READ_WITHIN = Duration.ofSeconds(5);

  /** The most pairs of sender and schema that are known to wait, some hundred bytes each. */
  private static final int MOST_WAITING = 100_000;

  private final GateConfig config;
  private final Set<Integer> owned;
  private final int gatePartitions;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Map<TopicPartition, ParkedPartition> partitions = new HashMap<>();

  /** Gets a schema that somebody waits for. */
  interface Wanted {
    void by(int schemaId, int sender, String topic);
  }

  /**
   * Reads nothing yet.
   *
   * @param owned the partitions whose tasks run in this process
   * @param gatePartitions of the gate's inputs (G)
   */
  ParkedRecords(GateConfig config, Set<Integer> owned, int gatePartitions) {
    this.config = config;
    this.owned = owned;
    this.gatePartitions = gatePartitions;
    consumer = new KafkaConsumer<>(settings(config));
  }

  private static Map<String, Object> settings(GateConfig config) {
    var settings = new HashMap<String, Object>(config.kafka());
    settings.put(ConsumerConfig.GROUP_ID_CONFIG, config.applicationId() + "-lookups");
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    // A fetch that waits at the broker holds up the one for another offset.
    settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 200);
    settings.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, Bounds.INTERNAL_RECORD_BYTES);
    settings.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, 4 * Bounds.INTERNAL_RECORD_BYTES);
    settings.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    settings.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    return settings;
  }

  /** The partitions whose tasks run in this process, as it is this process that has to know. */
  Map<TopicPartition, ParkedPartition> partitions() {
    return partitions;
  }

  private ParkedPartition partition(TopicPartition at) {
    return Objects.requireNonNull(partitions.get(at), at::toString);
  }

  boolean waitFor(int schemaId) {
    return partitions.values().stream().anyMatch(partition -> partition.waitsFor(schemaId));
  }

  /** Keeps to the partitions of here; what was not committed is another's to send back. */
  void follow() {
    var wanted = new HashSet<TopicPartition>();
    for (int partition : owned) {
      if (partition < gatePartitions) {
        wanted.add(new TopicPartition(config.prefix() + Topics.LOOKUPS, partition));
      }
    }
    if (wanted.equals(partitions.keySet())) {
      return;
    }
    consumer.assign(wanted);
    partitions.keySet().retainAll(wanted);
    for (var partition : wanted) {
      var known = partitions.get(partition);
      if (known == null) {
        partitions.put(
            partition, new ParkedPartition(consumer.position(partition), System.nanoTime()));
      } else {
        consumer.seek(partition, known.next());
      }
    }
  }

  /** Reads what has come. */
  void read(Wanted wanted) {
    var polled = consumer.poll(POLL);
    for (var at : polled.partitions()) {
      var partition = partitions.get(at);
      if (partition != null) {
        polled.records(at).forEach(record -> add(partition, record, wanted));
      }
    }
    polled
        .nextOffsets()
        .forEach(
            (at, offset) -> {
              var partition = partitions.get(at);
              if (partition != null) {
                partition.readUpTo(offset.offset());
              }
            });
  }

  private void add(
      ParkedPartition partition, ConsumerRecord<byte[], byte[]> record, Wanted wanted) {
    var topic = Parking.topic(record.headers());
    if (record.value() == null || topic.isEmpty()) {
      return; // nobody parks such a record
    }
    int id = SluiceSerdes.schemaId(record.value());
    int sender = sender(record);
    boolean wasWaiting = partition.waitsFor(id, sender);
    if (partition.add(record.offset(), sender, id, isFull()) && !wasWaiting) {
      wanted.by(id, sender + record.partition() * ParkedPartition.SENDERS, topic.get());
    }
  }

  private boolean isFull() {
    int size = 0;
    for (var partition : partitions.values()) {
      size += partition.size();
    }
    return size >= MOST_WAITING;
  }

  /** A record does not tell its client; its key is the tenant's, as a rule. */
  private static int sender(ConsumerRecord<byte[], byte[]> record) {
    return Math.floorMod(Arrays.hashCode(record.key()), ParkedPartition.SENDERS);
  }

  /** Reads on in the rests of senders of whose schemas most are settled. */
  void readRests(Wanted wanted) {
    boolean isFull = isFull();
    partitions.forEach(
        (at, partition) -> {
          var rests = partition.rests(isFull);
          if (!rests.isEmpty()) {
            readRests(at, partition, rests, wanted);
          }
        });
  }

  private void readRests(
      TopicPartition at, ParkedPartition partition, Map<Integer, Long> rests, Wanted wanted) {
    long from = rests.values().stream().mapToLong(Long::longValue).min().orElseThrow();
    long upTo = partition.next();
    rests.keySet().forEach(sender -> partition.restBegins(sender, null));
    long reached = from;
    try {
      reached =
          again(
              at,
              from,
              upTo,
              record -> {
                int sender = sender(record);
                var begins = rests.get(sender);
                if (begins != null && record.offset() >= begins) {
                  add(partition, record, wanted);
                }
                return !rests.keySet().stream().allMatch(partition::hasRest);
              });
    } finally {
      for (var rest : rests.entrySet()) {
        if (reached < upTo && !partition.hasRest(rest.getKey())) {
          partition.restBegins(rest.getKey(), Math.max(reached, rest.getValue()));
        }
      }
    }
  }

  /**
   * Reads a part of a partition again.
   *
   * @param each gets every record; false if none is needed any more
   * @return the offset behind the last record that it got, or {@code upTo}
   */
  private long again(
      TopicPartition at, long from, long upTo, Predicate<ConsumerRecord<byte[], byte[]>> each) {
    Set<TopicPartition> others = new HashSet<>(partitions.keySet());
    others.remove(at);
    consumer.pause(others);
    try {
      consumer.seek(at, from);
      long deadline = System.nanoTime() + READ_WITHIN.toNanos();
      long reached = from;
      while (consumer.position(at) < upTo) {
        for (var record : consumer.poll(POLL).records(at)) {
          if (record.offset() >= upTo) {
            return upTo;
          }
          reached = record.offset() + 1;
          if (!each.test(record)) {
            return reached;
          }
        }
        if (System.nanoTime() > deadline) {
          if (reached == from) {
            throw new KafkaException("parked records of " + at + " cannot be read now");
          }
          return reached;
        }
      }
      return upTo;
    } finally {
      consumer.resume(others);
      consumer.seek(at, partition(at).next());
    }
  }

  /**
   * Reads those that can be sent back.
   *
   * @param ready the offset up to which records of a schema are ready
   * @param most records
   * @return the offset behind the last one
   */
  long ready(
      TopicPartition at,
      Map<Integer, Long> ready,
      int most,
      Consumer<ConsumerRecord<byte[], byte[]>> each) {
    var partition = partition(at);
    long from = Long.MAX_VALUE;
    long upTo = 0;
    for (var one : ready.entrySet()) {
      long[] span = partition.span(one.getKey());
      if (span != null) {
        from = Math.min(from, span[0]);
        upTo = Math.max(upTo, Math.min(span[1] + 1, one.getValue()));
      }
    }
    int[] left = {most};
    return from >= upTo
        ? upTo
        : again(
            at,
            from,
            upTo,
            record -> {
              if (isReady(partition, record, ready)) {
                each.accept(record);
                left[0]--;
              }
              return left[0] > 0;
            });
  }

  private static boolean isReady(
      ParkedPartition partition, ConsumerRecord<byte[], byte[]> record, Map<Integer, Long> ready) {
    if (record.value() == null || Parking.topic(record.headers()).isEmpty()) {
      return false;
    }
    int id = SluiceSerdes.schemaId(record.value());
    var upTo = ready.get(id);
    return upTo != null
        && record.offset() < upTo
        && partition.holds(record.offset(), sender(record), id);
  }

  /** Commits the offsets of settled records, so that no other process repeats the work. */
  void commit() {
    var settled = new HashMap<TopicPartition, OffsetAndMetadata>();
    long now = System.nanoTime();
    partitions.forEach(
        (at, partition) -> {
          long offset = partition.committable();
          if (partition.isToBeCommitted(offset, now)) {
            settled.put(at, new OffsetAndMetadata(offset));
          }
        });
    if (!settled.isEmpty()) {
      consumer.commitSync(settled);
      settled.forEach((at, offset) -> partition(at).committed(offset.offset(), now));
    }
  }

  @Override
  public void close() {
    consumer.close(CloseOptions.timeout(Duration.ofSeconds(2)));
  }
}
