package dev.sluice.runner.identity;

import dev.sluice.schemas.serde.SluiceSerdes;
import dev.sluice.schemas.topic.Topics;
import dev.sluice.v1.Gone;
import dev.sluice.v1.Progress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Reports the certain death of workers, which ends their leases at once (rule 10). Only who saw the
 * process exit, or holds its lock, may report: a report about a worker that lives lets its runs be
 * executed twice.
 */
public final class GoneReporter implements AutoCloseable {
  private final String topic;
  private final String reporter;
  private final Serializer<Progress> serializer;
  private final KafkaProducer<byte[], byte[]> producer;

  /**
   * @param reporter who reports, for people
   */
  public GoneReporter(String bootstrapServers, String registryUrl, String prefix, String reporter) {
    this(
        Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers),
        Map.of("schema.registry.url", registryUrl),
        prefix,
        reporter);
  }

  /**
   * @param kafka what a Kafka client is made with
   * @param serdeSettings what serdes are made with
   * @param reporter who reports, for people
   * @throws KafkaException if Kafka or the registry cannot be reached
   */
  public GoneReporter(
      Map<String, String> kafka,
      Map<String, String> serdeSettings,
      String prefix,
      String reporter) {
    this.topic = prefix + Topics.PROGRESS;
    this.reporter = reporter;
    this.serializer = SluiceSerdes.create(serdeSettings).serializer(Progress.class);
    var config = new HashMap<String, Object>(kafka);
    config.put(ProducerConfig.LINGER_MS_CONFIG, "0");
    config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, "10000");
    this.producer =
        new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    prepare();
  }

  /** A kill should not wait for the connection and the schema: both are there before the report. */
  private void prepare() {
    try {
      producer.partitionsFor(topic);
      value("", "");
    } catch (KafkaException e) {
      close();
      throw e;
    }
  }

  private byte[] value(String worker, String incarnation) {
    return serializer.serialize(topic, new Progress(new Gone(worker, incarnation, reporter)));
  }

  /**
   * Appends the report to every progress partition and returns when all are acknowledged.
   *
   * @throws KafkaException if one was not; report again
   */
  public void report(String worker, String incarnation) {
    byte[] value = value(worker, incarnation);
    byte[] key = incarnation.getBytes(StandardCharsets.UTF_8);
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    for (var partition : producer.partitionsFor(topic)) {
      sent.add(producer.send(new ProducerRecord<>(topic, partition.partition(), key, value)));
    }
    try {
      for (var one : sent) {
        one.get();
      }
    } catch (ExecutionException e) {
      throw new KafkaException("the report on " + incarnation + " was not acknowledged", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted while reporting " + incarnation, e);
    }
  }

  @Override
  public void close() {
    producer.close(java.time.Duration.ofSeconds(5));
  }
}
