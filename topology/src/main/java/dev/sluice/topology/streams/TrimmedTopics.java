package dev.sluice.topology.streams;

import dev.sluice.schemas.process.Alarms;
import dev.sluice.schemas.reading.DeletedUnread;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Detects that the start of a log has passed its reader, even while the reader is stuck or down,
 * and that a compacted topic, whose start never moves, has been trimmed.
 */
public final class TrimmedTopics {
  /** How often is looked. */
  public static final Duration LOOK_EVERY = Duration.ofSeconds(2);

  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(10);
  private static final String COMPACTED = "compacted topic trimmed";

  private final Admin admin;
  private final Map<String, DeletedUnread> readers;
  private final Predicate<String> isCompacted;
  private final Alarms alarms;

  /** Where readers lay behind when they were looked at last; what is read by now is committed. */
  private Map<TopicPartition, Long> behind = Map.of();

  /**
   * Looks with {@code admin}.
   *
   * @param readers by consumer group
   * @param isCompacted of the topics that the groups read
   */
  public TrimmedTopics(
      Admin admin,
      Map<String, DeletedUnread> readers,
      Predicate<String> isCompacted,
      Alarms alarms) {
    this.admin = admin;
    this.readers = Map.copyOf(readers);
    this.isCompacted = isCompacted;
    this.alarms = alarms;
  }

  /** Looks once. */
  public void look() throws ExecutionException, InterruptedException, TimeoutException {
    var trimmed = new TreeMap<String, String>();
    var behindNow = new HashMap<TopicPartition, Long>();
    for (var reader : readers.entrySet()) {
      var committed = committed(reader.getKey());
      begins(committed.keySet())
          .forEach(
              (partition, begin) -> {
                long position = committed.getOrDefault(partition, begin);
                if (position < begin) {
                  behindNow.put(partition, position);
                  if (behind.getOrDefault(partition, -1L) == position) {
                    reader.getValue().tell(partition, position, begin);
                  }
                }
                if (begin > 0 && isCompacted.test(partition.topic())) {
                  trimmed.put(partition.toString(), text(begin));
                }
              });
    }
    behind = behindNow;
    alarms.set(COMPACTED, trimmed);
  }

  private static String text(long begin) {
    return "all records before offset %d were deleted, which none of our settings does; whatever is read back from there, such as journals, is incomplete"
        .formatted(begin);
  }

  private Map<TopicPartition, Long> committed(String group)
      throws ExecutionException, InterruptedException, TimeoutException {
    var positions = new HashMap<TopicPartition, Long>();
    try {
      get(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata())
          .forEach(
              (partition, offset) -> {
                if (offset != null) {
                  positions.put(partition, offset.offset());
                }
              });
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof AuthorizationException)) { // then the reader alone tells
        throw e;
      }
    }
    return positions;
  }

  private Map<TopicPartition, Long> begins(Collection<TopicPartition> partitions)
      throws ExecutionException, InterruptedException, TimeoutException {
    var earliest = new HashMap<TopicPartition, OffsetSpec>();
    partitions.forEach(partition -> earliest.put(partition, OffsetSpec.earliest()));
    var begins = new HashMap<TopicPartition, Long>();
    var found = admin.listOffsets(earliest);
    for (var partition : partitions) {
      try {
        begins.put(partition, get(found.partitionResult(partition)).offset());
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) { // a former topic
          throw e;
        }
      }
    }
    return begins;
  }

  private static <T> T get(KafkaFuture<T> future)
      throws ExecutionException, InterruptedException, TimeoutException {
    return future.get(CALL_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
  }
}
