package dev.sluice.local.isolation;

import dev.sluice.schemas.serde.SluiceSerdes;
import dev.sluice.schemas.topic.Topics;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Somebody who may write to every topic and reach every port, and means no good. */
final class Attacker implements AutoCloseable {
  private static final int MEBIBYTE = 1024 * 1024;

  final SplittableRandom random = new SplittableRandom(1);
  private final Target target;
  private final SluiceSerdes serdes;
  private final KafkaProducer<byte[], byte[]> producer;
  private int numbers;
  private volatile double slowness = 1;

  /** Where it finds what it attacks. */
  record Target(String bootstrap, String registry, String gateway) {}

  Attacker(Target target) {
    this.target = target;
    serdes = SluiceSerdes.create(Map.of("schema.registry.url", target.registry()));
    producer = new KafkaProducer<>(client(), new ByteArraySerializer(), new ByteArraySerializer());
  }

  Map<String, Object> client() {
    var settings = new HashMap<String, Object>();
    settings.put("bootstrap.servers", target.bootstrap());
    settings.put("max.request.size", 128 * MEBIBYTE);
    settings.put("buffer.memory", 256L * MEBIBYTE);
    settings.put("compression.type", "gzip");
    return settings;
  }

  /** Appends a record wherever its key belongs. */
  void append(String topic, @Nullable String key, byte[] value) {
    byte[] bytes = key == null ? null : key.getBytes(StandardCharsets.UTF_8);
    producer.send(new ProducerRecord<>(topic, bytes, value));
  }

  void append(String topic, @Nullable String key, String value) {
    append(topic, key, value.getBytes(StandardCharsets.UTF_8));
  }

  /** Appends a record to each partition of the topic. */
  void appendToAll(String topic, byte @Nullable [] key, byte[] value) {
    for (var one : producer.partitionsFor(topic)) {
      producer.send(new ProducerRecord<>(topic, one.partition(), key, value));
    }
  }

  void append(ProducerRecord<byte[], byte[]> record) {
    producer.send(record);
  }

  /** Waits until the broker has all, so that one thread's pace is the broker's. */
  void flush() {
    producer.flush();
  }

  /** By how much the machine is slower than the usual one, from 1: pauses are longer by that. */
  void slowTo(double times) {
    slowness = times;
  }

  /**
   * Lets time pass, as one who does this seldom does.
   *
   * @param millis on the usual machine
   */
  void pause(long millis) {
    LockSupport.parkNanos(Math.round(millis * 1_000_000 * slowness));
  }

  /** The bytes of a record as one of ours would write it. */
  <T extends SpecificRecord> byte[] bytes(String topic, Class<T> type, T record) {
    return serdes.serializer(type).serialize(topic, record);
  }

  byte[] noise(int length) {
    byte[] noise = new byte[length];
    random.nextBytes(noise);
    return noise;
  }

  int nextNumber() {
    return numbers++;
  }

  /** A submission in JSON with more fields. */
  static String submission(String tenant, String run, String more) {
    return "{\"run_id\":\"%s\",\"tenant\":\"%s\",\"agent\":\"echo\"%s}"
        .formatted(run, tenant, more);
  }

  void submit(String tenant, String run, String more) {
    append(Topics.RUNS, tenant, submission(tenant, run, more));
  }

  List<TopicPartition> partitions(String topic) {
    return producer.partitionsFor(topic).stream()
        .map(one -> new TopicPartition(one.topic(), one.partition()))
        .toList();
  }

  /** A connection to the gateway. */
  Socket connect() throws IOException {
    return connect(target.gateway());
  }

  Socket connectToRegistry() throws IOException {
    return connect(target.registry());
  }

  private static Socket connect(String url) throws IOException {
    var server = URI.create(url);
    return new Socket(server.getHost(), server.getPort());
  }

  @Override
  public void close() {
    producer.close();
  }
}
