package dev.sluice.gateway.letters;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** Reads committed records of topics, in no consumer group. */
final class KafkaReads implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(200);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Duration patience;

  /**
   * A reader.
   *
   * @param patience how long Kafka may give nothing before a read fails
   */
  KafkaReads(Map<String, String> kafka, Duration patience) {
    this.patience = patience;
    var settings = new HashMap<String, Object>(kafka);
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
    settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
    settings.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) patience.toMillis());
    settings.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) patience.toMillis());
    consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /**
   * Reads all that a topic holds now.
   *
   * @param deleted told of each place where records were deleted meanwhile, before they were read
   * @throws KafkaException if it cannot be read to its end
   */
  void all(
      String topic, Consumer<ConsumerRecord<byte[], byte[]>> each, Consumer<RecordPlace> deleted) {
    var partitions =
        consumer.partitionsFor(topic).stream()
            .map(info -> new TopicPartition(topic, info.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    var ends = consumer.endOffsets(partitions);
    long heard = System.nanoTime();
    while (partitions.stream()
        .anyMatch(one -> consumer.position(one) < ends.getOrDefault(one, 0L))) {
      var records = poll(deleted);
      for (var record : records) {
        if (record.offset() < ends.getOrDefault(partition(record), 0L)) {
          each.accept(record);
        }
      }
      heard = records.isEmpty() ? heard : System.nanoTime();
      if (System.nanoTime() - heard > patience.toNanos()) {
        throw new TimeoutException(
            topic + ": Kafka returned no more records for " + patience.toSeconds() + " s");
      }
    }
  }

  /** What was deleted before its turn came is told, and the rest is read. */
  private ConsumerRecords<byte[], byte[]> poll(Consumer<RecordPlace> deleted) {
    try {
      return consumer.poll(POLL);
    } catch (OffsetOutOfRangeException e) {
      e.offsetOutOfRangePartitions()
          .forEach(
              (at, offset) -> deleted.accept(new RecordPlace(at.topic(), at.partition(), offset)));
      consumer.seekToBeginning(e.partitions());
      return ConsumerRecords.empty();
    }
  }

  /** The record at a place, or null if it is not there any more. */
  @Nullable ConsumerRecord<byte[], byte[]> at(RecordPlace place) {
    var partition = place.topicPartition();
    if (consumer.partitionsFor(place.topic()).size() <= place.partition()
        || consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L) <= place.offset()) {
      return null;
    }
    consumer.assign(List.of(partition));
    consumer.seek(partition, place.offset());
    long begun = System.nanoTime();
    try {
      while (consumer.position(partition) <= place.offset()
          && System.nanoTime() - begun < patience.toNanos()) {
        for (var record : consumer.poll(POLL)) {
          return record.offset() == place.offset() ? record : null;
        }
      }
    } catch (OffsetOutOfRangeException deleted) {
      return null; // before, or in this moment
    }
    return null;
  }

  private static TopicPartition partition(ConsumerRecord<?, ?> record) {
    return new TopicPartition(record.topic(), record.partition());
  }

  @Override
  public void close() {
    consumer.close();
  }
}
