package dev.sluice.topology.streams;

import dev.sluice.schemas.serde.SluiceSerdes;
import dev.sluice.schemas.topic.Topics;
import dev.sluice.v1.Progress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Appends records to {@code progress} for the gate's other threads. Nothing is retried for long.
 */
public final class ProgressSender implements AutoCloseable {
  /** Nobody reads it; a topic that somebody has set to be compacted takes no record without one. */
  private static final byte[] KEY = "gate".getBytes(StandardCharsets.UTF_8);

  private static final Duration BLOCK = Duration.ofSeconds(5);
  private static final Duration DELIVERY = Duration.ofSeconds(10);

  /** A record that is not appended within this time after {@link #send} never is. */
  public static final Duration LONGEST = BLOCK.plus(DELIVERY);

  private final String topic;
  private final Serializer<Progress> serializer;
  private final Producer<byte[], byte[]> producer;

  /**
   * Connects when it first sends.
   *
   * @param kafka what a Kafka client is made with
   */
  public ProgressSender(Map<String, String> kafka, String prefix, SluiceSerdes serdes) {
    topic = prefix + Topics.PROGRESS;
    serializer = serdes.serializer(Progress.class);
    producer = new KafkaProducer<>(producerConfig(kafka));
  }

  private static Map<String, Object> producerConfig(Map<String, String> kafka) {
    var settings = new HashMap<String, Object>(kafka);
    // The records of one moment go in one request, so that the gate reads them in one transaction.
    settings.put(ProducerConfig.LINGER_MS_CONFIG, "5");
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int) DELIVERY.toMillis());
    settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, "5000");
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, BLOCK.toMillis());
    settings.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    settings.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    return settings;
  }

  /**
   * Appends a record to partitions.
   *
   * @throws RuntimeException if it cannot be written down, or the broker is not known
   */
  public void send(Progress record, Iterable<Integer> partitions) {
    byte[] value = serializer.serialize(topic, record);
    for (int partition : partitions) {
      producer.send(new ProducerRecord<>(topic, partition, KEY, value));
    }
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(2));
  }
}
