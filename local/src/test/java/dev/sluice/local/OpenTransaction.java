package dev.sluice.local;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A producer of somebody else's that has begun a transaction and does not end it. */
final class OpenTransaction implements AutoCloseable {
  private final KafkaProducer<byte[], byte[]> producer;

  OpenTransaction(Map<String, Object> client, String transactionalId) {
    var settings = new HashMap<>(client);
    settings.put("transactional.id", transactionalId);
    settings.put("transaction.timeout.ms", 600_000);
    producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    producer.initTransactions();
    producer.beginTransaction();
  }

  /** Appends a record that nobody can read, to each of the topic's partitions. */
  OpenTransaction writeToAllOf(String topic) {
    byte[] value = "nothing".getBytes(StandardCharsets.UTF_8);
    for (var one : producer.partitionsFor(topic)) {
      producer.send(new ProducerRecord<>(topic, one.partition(), null, value));
    }
    producer.flush();
    return this;
  }

  @Override
  public void close() {
    producer.abortTransaction();
    producer.close();
  }
}
