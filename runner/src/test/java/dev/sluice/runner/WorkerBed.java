package dev.sluice.runner;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.embedded.TestBroker;
import dev.sluice.schemas.serde.SluiceSerdes;
import dev.sluice.schemas.topic.CatalogueConfig;
import dev.sluice.schemas.topic.TenantPartitions;
import dev.sluice.schemas.topic.TopicAdmin;
import dev.sluice.schemas.topic.TopicCatalogue;
import dev.sluice.schemas.topic.Topics;
import dev.sluice.v1.Dispatch;
import dev.sluice.v1.JournalRecord;
import dev.sluice.v1.RunSubmitted;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;

/** A worker's topics on the real broker, and no gate: a test writes what one would. */
final class WorkerBed implements AutoCloseable {
  static final Duration BOUND = Duration.ofSeconds(60);
  static final int PARTITIONS = CatalogueConfig.local().gatePartitions();

  private final TestBroker broker = TestBroker.shared();
  final String prefix = broker.uniquePrefix();
  final Path dir;
  private final TopicCatalogue topics =
      new TopicCatalogue(CatalogueConfig.local().withPrefix(prefix));
  private final SluiceSerdes serdes = SluiceSerdes.create(registry());
  private final KafkaProducer<byte[], byte[]> producer;
  private final KafkaConsumer<byte[], byte[]> journal;
  private final List<JournalRecord> journaled = new ArrayList<>();

  WorkerBed() {
    try {
      dir = Files.createTempDirectory("sluice-worker");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    try (var admin = Admin.create(client())) {
      TopicAdmin.create(admin, topics);
    }
    var bytes = new ByteArraySerializer();
    producer = new KafkaProducer<>(client(), bytes, bytes);
    var settings = client();
    settings.put("isolation.level", "read_committed");
    settings.put("auto.offset.reset", "earliest");
    journal =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    var partitions = new ArrayList<TopicPartition>();
    for (int partition = 0; partition < PARTITIONS; partition++) {
      partitions.add(new TopicPartition(topics.name(Topics.JOURNAL), partition));
    }
    journal.assign(partitions);
    journal.seekToBeginning(partitions);
  }

  private Map<String, Object> client() {
    return new HashMap<>(Map.of("bootstrap.servers", broker.bootstrapServers()));
  }

  private Map<String, String> registry() {
    return Map.of("schema.registry.url", broker.registry().url().toString());
  }

  RunnerConfig config(Map<String, String> more) {
    var settings = new HashMap<>(registry());
    settings.put("bootstrap.servers", broker.bootstrapServers());
    settings.put("topic.prefix", prefix);
    settings.put("worker.id", "w");
    settings.put("data.dir", dir.toString());
    settings.put("lease.ttl.ms", "6000");
    settings.put("drain.timeout.ms", "5000");
    settings.putAll(more);
    return RunnerConfig.from(settings);
  }

  /** A run's first dispatch, with its submission. */
  static Dispatch.Builder dispatch(String tenant, String run, String agent) {
    var submission =
        RunSubmitted.newBuilder()
            .setRunId(run)
            .setTenant(tenant)
            .setAgent(agent)
            .setInput(ByteBuffer.wrap("{}".getBytes(UTF_8)))
            .build();
    return Dispatch.newBuilder()
        .setTenant(tenant)
        .setRunId(run)
        .setEpoch(1)
        .setAttempt(1)
        .setAgent(agent)
        .setPool("default")
        .setGatePartition(TenantPartitions.of(tenant, PARTITIONS))
        .setSubmission(submission)
        .setReplay(List.of())
        .setChildren(List.of())
        .setSignals(List.of())
        .setBudget(List.of())
        .setLeaseTtlMs(6_000)
        .setSubmittedAtMs(0)
        .setMaxAttempts(3)
        .setMaxSteps(100);
  }

  <T extends SpecificRecord> byte[] bytes(String topic, Class<T> type, T value) {
    return serdes.serializer(type).serialize(topics.name(topic), value);
  }

  void dispatch(int partition, Dispatch dispatch) {
    send(Topics.dispatch("default"), partition, bytes(dispatchTopic(), Dispatch.class, dispatch));
  }

  static String dispatchTopic() {
    return Topics.dispatch("default");
  }

  void send(String topic, int partition, byte[] value) {
    producer.send(new ProducerRecord<>(topics.name(topic), partition, null, value));
  }

  /** Waits until the worker may execute what it is sent. */
  static void awaitReady(Worker worker) {
    var readyz = HttpRequest.newBuilder(URI.create(worker.probes() + "/readyz")).build();
    try (var http = HttpClient.newHttpClient()) {
      Awaitility.await()
          .atMost(BOUND)
          .ignoreExceptions()
          .until(() -> http.send(readyz, BodyHandlers.discarding()).statusCode() == 200);
    }
  }

  /** Waits for what a run's worker wrote last, which fulfils the condition. */
  JournalRecord awaitRecord(java.util.function.Predicate<JournalRecord> wanted) {
    var reading = serdes.deserializer(JournalRecord.class);
    Awaitility.await()
        .atMost(BOUND)
        .until(
            () -> {
              journal
                  .poll(Duration.ofMillis(100))
                  .forEach(
                      record -> journaled.add(reading.deserialize(record.topic(), record.value())));
              return journaled.stream().anyMatch(wanted);
            });
    return journaled.stream().filter(wanted).findFirst().orElseThrow();
  }

  @Override
  public void close() {
    producer.close();
    journal.close();
  }
}
