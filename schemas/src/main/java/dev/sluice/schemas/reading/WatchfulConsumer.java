package dev.sluice.schemas.reading;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.NoOffsetForPartitionException;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * A consumer that never skips records silently. If its position no longer exists, it reports the
 * missing range and continues with the first remaining record.
 */
public final class WatchfulConsumer extends BoundedConsumer {
  private static final long TELL_EVERY_NANOS = Duration.ofMillis(250).toNanos();

  private final DeletedUnread deleted;
  private final GiantSteps giants;
  private final ReadingListener positions;
  private final int mostRecords;
  private final Patience patience;
  private long toldNanos = System.nanoTime();

  /**
   * What filled the last polls, one after the other; each may have more of the same at hand, enough
   * for thousands of polls.
   */
  private final Set<TopicPartition> filled = new HashSet<>();

  /** A consumer of topics in which there are no giants. */
  public WatchfulConsumer(Map<String, Object> settings, DeletedUnread deleted) {
    this(
        settings, deleted, new GiantSteps(Map.of()), (partition, position) -> {}, Patience.ofAny());
  }

  /**
   * A consumer with these settings, but that {@code auto.offset.reset} is {@code none}.
   *
   * @param deleted receives the ranges that it will not see
   * @param giants what it must step over; it reads record by record then
   * @param positions receives how far each partition has been read
   * @param patience says how long a poll may wait
   */
  public WatchfulConsumer(
      Map<String, Object> settings,
      DeletedUnread deleted,
      GiantSteps giants,
      ReadingListener positions,
      Patience patience) {
    super(giants.settings(withoutReset(settings)), deleted::tellOversized);
    this.deleted = deleted;
    this.giants = giants;
    this.positions = positions;
    this.patience = patience;
    this.mostRecords = mostRecords(giants.settings(settings));
  }

  private static int mostRecords(Map<String, Object> settings) {
    var most = settings.get(ConsumerConfig.MAX_POLL_RECORDS_CONFIG);
    return most == null
        ? ConsumerConfig.DEFAULT_MAX_POLL_RECORDS
        : Integer.parseInt(most.toString());
  }

  private static Map<String, Object> withoutReset(Map<String, Object> settings) {
    var all = new HashMap<>(settings);
    all.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    return all;
  }

  /**
   * Polls; partitions that filled the last polls let the others go first. Kafka's consumer would
   * give all that it has fetched of one partition before it comes to another, and would not look at
   * what arrives meanwhile.
   */
  @Override
  public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
    var others = pollOthers();
    var records = others.isEmpty() ? pollAny(patience.of(timeout, System.nanoTime())) : others;
    patience.polled(!records.isEmpty(), System.nanoTime());
    boolean isFilled = records.count() >= mostRecords || isFull();
    if (others.isEmpty() || !isFilled) {
      filled.clear();
    }
    if (isFilled) {
      filled.addAll(records.partitions());
    }
    for (var partition : records.partitions()) {
      positions.returned(partition, records.records(partition).getLast().offset());
    }
    tellPositions();
    return records;
  }

  @Override
  public void subscribe(Collection<String> topics, ConsumerRebalanceListener listener) {
    super.subscribe(topics, steppingOver(listener));
  }

  @Override
  public void subscribe(Pattern pattern, ConsumerRebalanceListener listener) {
    super.subscribe(pattern, steppingOver(listener));
  }

  /** A partition assigned within a poll may be read by the same poll. */
  private ConsumerRebalanceListener steppingOver(ConsumerRebalanceListener listener) {
    return new ConsumerRebalanceListener() {
      @Override
      public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        listener.onPartitionsAssigned(partitions);
        stepOver(partitions);
      }

      @Override
      public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        listener.onPartitionsRevoked(partitions);
      }

      @Override
      public void onPartitionsLost(Collection<TopicPartition> partitions) {
        listener.onPartitionsLost(partitions);
      }
    };
  }

  private void tellPositions() {
    if (System.nanoTime() - toldNanos >= TELL_EVERY_NANOS) {
      toldNanos = System.nanoTime();
      for (var partition : assignment()) {
        try {
          positions.at(partition, position(partition, Duration.ZERO));
        } catch (TimeoutException | OffsetOutOfRangeException | NoOffsetForPartitionException e) {
          return; // it has none yet; what is wrong with it is the next poll's to say
        }
      }
    }
  }

  private ConsumerRecords<byte[], byte[]> pollOthers() {
    var waiting = new HashSet<>(filled);
    waiting.retainAll(assignment());
    waiting.removeAll(paused());
    if (waiting.isEmpty()) {
      return ConsumerRecords.empty();
    }
    int generation = groupMetadata().generationId();
    pause(waiting);
    try {
      return pollAny(Duration.ZERO);
    } finally {
      // Behind a rebalance it is for the user of this consumer to say what may be read.
      if (groupMetadata().generationId() == generation) {
        resume(waiting);
      }
    }
  }

  private ConsumerRecords<byte[], byte[]> pollAny(Duration timeout) {
    try {
      stepOver(assignment());
      return super.poll(timeout);
    } catch (OffsetOutOfRangeException e) {
      skip(e.offsetOutOfRangePartitions());
    } catch (NoOffsetForPartitionException e) {
      begin(e.partitions());
    }
    return ConsumerRecords.empty();
  }

  private void stepOver(Collection<TopicPartition> partitions) {
    try {
      giants.stepOver(partitions, this, deleted);
    } catch (NoOffsetForPartitionException e) {
      begin(e.partitions());
      giants.stepOver(partitions, this, deleted);
    }
  }

  private void skip(Map<TopicPartition, Long> positions) {
    var begins = beginningOffsets(positions.keySet());
    var ends = endOffsets(positions.keySet());
    positions.forEach(
        (partition, position) -> {
          long begin = begins.getOrDefault(partition, 0L);
          if (position < begin) {
            deleted.tell(partition, position, begin);
          } else {
            deleted.tellCut(partition, position, ends.getOrDefault(partition, 0L));
          }
          seek(partition, begin);
        });
  }

  /** Nothing was ever committed: it has read nothing yet. */
  private void begin(Collection<TopicPartition> partitions) {
    beginningOffsets(partitions)
        .forEach(
            (partition, begin) -> {
              deleted.tell(partition, 0, begin);
              seek(partition, begin);
            });
  }
}
