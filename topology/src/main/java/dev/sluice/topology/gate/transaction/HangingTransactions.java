package dev.sluice.topology.gate.transaction;

import dev.sluice.schemas.process.QuietLog;
import dev.sluice.topology.gate.config.GateConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Commits a transaction of ours that is still open in a changelog although its coordinator has
 * ended it. Nobody else would, and a gate that restores its state from that changelog would wait
 * forever.
 *
 * <p>Kafka leaves such behind when the only replica's broker is stopped in an orderly way: in that
 * moment the coordinator finds no leader to send a commit's marker to, takes the partition for
 * deleted and skips it ({@code TransactionMarkerChannelManager}, seen with 4.3.1). The next
 * transaction of the same producer that writes to the partition commits it, too, so that is what
 * this does, with a tombstone of a key that no store has.
 */
public final class HangingTransactions {
  public static final Duration LOOK_EVERY = Duration.ofSeconds(2);

  private static final QuietLog LOG = QuietLog.of(HangingTransactions.class);
  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(10);

  /** No transaction of a gate that its coordinator knows of is open for longer. */
  private static final Duration OPEN_AT_MOST = Duration.ofSeconds(12);

  /** As long as a key of the window store with an empty id, which lies before every window. */
  private static final byte[] NO_KEY = new byte[12];

  private final GateConfig config;
  private final BooleanSupplier running;
  private final Admin admin;
  private final Stops stops = new Stops();

  /**
   * @param running whether all state is there, so that there is nothing to look for
   */
  public HangingTransactions(GateConfig config, Admin admin, BooleanSupplier running) {
    this.config = config;
    this.admin = admin;
    this.running = running;
  }

  public void look() throws ExecutionException, InterruptedException, TimeoutException {
    if (running.getAsBoolean()) {
      stops.clear();
      return;
    }
    var hanging = new TreeMap<String, List<TopicPartition>>();
    for (var partition : stopped(changelogs(), System.nanoTime())) {
      for (var owner : owners(partition)) {
        hanging.computeIfAbsent(owner, id -> new ArrayList<>()).add(partition);
      }
    }
    hanging.forEach(this::commit);
  }

  private static <T> T get(KafkaFuture<T> future)
      throws ExecutionException, InterruptedException, TimeoutException {
    return future.get(CALL_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
  }

  private Set<TopicPartition> changelogs()
      throws ExecutionException, InterruptedException, TimeoutException {
    var ours = new HashSet<>(get(admin.listTopics().names()));
    ours.removeIf(
        name -> !name.startsWith(config.applicationId() + "-") || !name.endsWith("-changelog"));
    var partitions = new HashSet<TopicPartition>();
    for (var topic : get(admin.describeTopics(ours).allTopicNames()).values()) {
      for (var partition : topic.partitions()) {
        partitions.add(new TopicPartition(topic.name(), partition.partition()));
      }
    }
    return partitions;
  }

  /** Those where an open transaction has kept readers at one offset for too long. */
  private List<TopicPartition> stopped(Set<TopicPartition> partitions, long now)
      throws ExecutionException, InterruptedException, TimeoutException {
    var ends = ends(partitions, IsolationLevel.READ_UNCOMMITTED);
    var committed = ends(partitions, IsolationLevel.READ_COMMITTED);
    return stops.stood(committed, ends, now).entrySet().stream()
        .filter(stop -> stop.getValue().compareTo(OPEN_AT_MOST) > 0)
        .map(Map.Entry::getKey)
        .toList();
  }

  private Map<TopicPartition, Long> ends(Set<TopicPartition> partitions, IsolationLevel isolation)
      throws ExecutionException, InterruptedException, TimeoutException {
    var latest = new HashMap<TopicPartition, OffsetSpec>();
    partitions.forEach(partition -> latest.put(partition, OffsetSpec.latest()));
    var ends = new HashMap<TopicPartition, Long>();
    get(admin.listOffsets(latest, new ListOffsetsOptions(isolation)).all())
        .forEach((partition, end) -> ends.put(partition, end.offset()));
    return ends;
  }

  /**
   * The transactional ids of ours that left a transaction open here which is not theirs any more.
   */
  private Set<String> owners(TopicPartition partition)
      throws ExecutionException, InterruptedException, TimeoutException {
    var state = get(admin.describeProducers(List.of(partition)).partitionResult(partition));
    var open = new HashSet<Long>();
    for (var producer : state.activeProducers()) {
      if (producer.currentTransactionStartOffset().isPresent()) {
        open.add(producer.producerId());
      }
    }
    var owners = new HashSet<String>();
    if (open.isEmpty()) { // it has just ended; asked about no producer, Kafka would tell of all
      return owners;
    }
    var ids = new ListTransactionsOptions().filterProducerIds(open);
    for (var listing : get(admin.listTransactions(ids).all())) {
      var id = listing.transactionalId();
      if (id.startsWith(config.applicationId() + "-")) {
        var known = get(admin.describeTransactions(List.of(id)).description(id));
        if (!known.topicPartitions().contains(partition)) {
          owners.add(id);
        }
        open.remove(listing.producerId());
      }
    }
    if (!open.isEmpty()) {
      LOG.error(
          "{} has an open transaction of producer {}, which is none of this gate's; the gate waits"
              + " for its end. If it hangs, kafka-transactions.sh abort ends it",
          partition,
          open);
    }
    return owners;
  }

  private void commit(String transactionalId, List<TopicPartition> partitions) {
    var settings = new HashMap<String, Object>(config.kafka());
    settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId);
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, CALL_TIMEOUT.toMillis());
    try (var producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      producer.initTransactions();
      producer.beginTransaction();
      for (var partition : partitions) {
        producer.send(new ProducerRecord<>(partition.topic(), partition.partition(), NO_KEY, null));
      }
      producer.commitTransaction();
    }
    LOG.warn(
        "Committed the open transaction of {} in {}: Kafka had lost the markers of its commit",
        transactionalId,
        partitions);
  }
}
