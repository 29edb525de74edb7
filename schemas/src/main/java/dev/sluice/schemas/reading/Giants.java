package dev.sluice.schemas.reading;

import dev.sluice.schemas.process.QuietLog;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;

/**
 * Records that no heap could hold. Kafka's consumer sets aside as many bytes as a record says that
 * it has once uncompressed, before anybody can refuse it; the process is out of memory, ends, is
 * started again and reads on where it was. So whoever starts looks first whether there is such a
 * record within what was not committed.
 */
public final class Giants {
  private static final QuietLog LOG = QuietLog.of(Giants.class);
  private static final int TIMEOUT_S = 20;

  private Giants() {}

  /**
   * Where a reader has to jump.
   *
   * @param from nothing is handed out between this offset and {@code next}
   * @param next behind the batch with the record
   * @param offset the record's
   * @param bytes that it has once uncompressed
   */
  public record Giant(long from, long next, long offset, long bytes) {
    boolean isAt(long position) {
      return position >= from && position < next;
    }
  }

  /**
   * Looks from what a group has committed as far as a process with this heap can have read.
   *
   * @param kafka what a Kafka client is made with
   * @param topics that the group reads
   * @return those that there are, in their order, by partition
   * @throws KafkaException if Kafka does not tell
   */
  public static Map<TopicPartition, List<Giant>> find(
      Admin admin, Map<String, String> kafka, String group, List<String> topics) {
    var leaders = leaders(admin, topics);
    var positions = positions(admin, group, leaders);
    var found = new HashMap<TopicPartition, List<Giant>>();
    try (var fetches = new RawFetches(kafka)) {
      positions.forEach(
          (partition, position) -> {
            var leader = leaders.get(partition);
            var giants =
                leader == null ? List.<Giant>of() : search(fetches, leader, partition, position);
            if (!giants.isEmpty()) {
              found.put(partition, giants);
            }
          });
    }
    return found;
  }

  /** A search that fails must not keep the reader from starting: it may find nothing, too. */
  private static List<Giant> search(
      RawFetches fetches, Node leader, TopicPartition partition, long position) {
    long heap = Runtime.getRuntime().maxMemory();
    var search = new GiantSearch(position, GiantSearch.least(heap));
    try {
      search.readOn(offset -> fetches.fetch(leader, partition, offset), heap);
    } catch (KafkaException e) {
      LOG.warn("Partition {} is not searched for records that are too large", partition, e);
    }
    return search.giants();
  }

  private static Map<TopicPartition, Node> leaders(Admin admin, List<String> topics) {
    var leaders = new HashMap<TopicPartition, Node>();
    get(admin.describeTopics(topics).allTopicNames())
        .forEach(
            (topic, description) ->
                description
                    .partitions()
                    .forEach(
                        one ->
                            leaders.put(new TopicPartition(topic, one.partition()), one.leader())));
    return leaders;
  }

  private static Map<TopicPartition, Long> positions(
      Admin admin, String group, Map<TopicPartition, Node> leaders) {
    var committed = get(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
    var earliest = new HashMap<TopicPartition, OffsetSpec>();
    leaders.keySet().forEach(partition -> earliest.put(partition, OffsetSpec.earliest()));
    var positions = new HashMap<TopicPartition, Long>();
    get(admin.listOffsets(earliest).all())
        .forEach(
            (partition, begin) -> {
              var offset = committed.get(partition);
              long position = offset == null ? 0 : offset.offset();
              positions.put(partition, Math.max(begin.offset(), position));
            });
    return positions;
  }

  private static <T> T get(KafkaFuture<T> future) {
    try {
      return future.get(TIMEOUT_S, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof KafkaException kafka ? kafka : new KafkaException(e.getCause());
    } catch (TimeoutException e) {
      throw new org.apache.kafka.common.errors.TimeoutException("Kafka does not answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted while waiting for the broker", e);
    }
  }
}
