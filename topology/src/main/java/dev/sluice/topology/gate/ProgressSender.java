package dev.sluice.topology.gate;

import dev.sluice.schemas.SluiceSerdes;
import dev.sluice.schemas.Topics;
import dev.sluice.v1.Progress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;

/** Appends what the clock and the watches beside the gate tell it. Nothing is retried for long. */
final class ProgressSender implements AutoCloseable {
  private final String topic;
  private final Serializer<Progress> serializer;
  private final Producer<byte[], byte[]> producer;

  ProgressSender(GateConfig config, SluiceSerdes serdes) {
    topic = config.prefix() + Topics.PROGRESS;
    serializer = serdes.serializer(Progress.class);
    producer = new KafkaProducer<>(producerConfig(config));
  }

  private static Map<String, Object> producerConfig(GateConfig config) {
    var settings = new HashMap<String, Object>(config.kafka());
    settings.put(ProducerConfig.LINGER_MS_CONFIG, "0");
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, "10000");
    settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, "5000");
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, "5000");
    settings.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    settings.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    return settings;
  }

  /**
   * Appends a record to partitions.
   *
   * @throws RuntimeException if it cannot be written down, or the broker is not known
   */
  void send(Progress record, Iterable<Integer> partitions) {
    byte[] value = serializer.serialize(topic, record);
    for (int partition : partitions) {
      producer.send(new ProducerRecord<>(topic, partition, null, value));
    }
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(2));
  }
}
