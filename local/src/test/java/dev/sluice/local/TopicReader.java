package dev.sluice.local;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.awaitility.Awaitility;

/** Reads all that was committed to a topic, from its beginning. */
final class TopicReader<T extends SpecificRecord> implements AutoCloseable {
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Deserializer<T> deserializer;
  private final List<T> read = new ArrayList<>();

  TopicReader(TestCluster cluster, String topic, Class<T> type) {
    deserializer = cluster.serdes.deserializer(type);
    Map<String, Object> settings = cluster.client();
    settings.put("isolation.level", "read_committed");
    consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    var name = cluster.topics.name(topic);
    var partitions = new ArrayList<TopicPartition>();
    for (int partition = 0; partition < cluster.topics.spec(topic).partitions(); partition++) {
      partitions.add(new TopicPartition(name, partition));
    }
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  /** Waits until {@code enough} of what was read so far, and gives it. */
  List<T> await(Predicate<List<T>> enough) {
    Awaitility.await()
        .atMost(TestCluster.BOUND)
        .pollInterval(Duration.ofMillis(1))
        .until(
            () -> {
              poll();
              return enough.test(read);
            });
    return List.copyOf(read);
  }

  List<T> await(int count) {
    return await(all -> all.size() >= count);
  }

  private void poll() {
    for (var record : consumer.poll(Duration.ofMillis(100))) {
      if (record.value() != null) {
        read.add(deserializer.deserialize(record.topic(), record.value()));
      }
    }
  }

  @Override
  public void close() {
    consumer.close();
  }
}
