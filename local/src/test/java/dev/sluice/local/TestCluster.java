package dev.sluice.local;

import dev.sluice.embedded.TestBroker;
import dev.sluice.runner.Runner;
import dev.sluice.runner.RunnerConfig;
import dev.sluice.schemas.process.RoleProcess;
import dev.sluice.schemas.serde.SluiceSerdes;
import dev.sluice.schemas.topic.CatalogueConfig;
import dev.sluice.schemas.topic.TopicAdmin;
import dev.sluice.schemas.topic.TopicCatalogue;
import dev.sluice.schemas.topic.Topics;
import dev.sluice.sdk.Agent;
import dev.sluice.topology.gate.GateServer;
import dev.sluice.topology.gate.config.GateConfig;
import dev.sluice.v1.RunCompleted;
import dev.sluice.verification.History;
import dev.sluice.verification.TopicHistoryReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A gate and runners in this JVM on the shared broker, under a prefix of their own. */
final class TestCluster implements AutoCloseable {
  static final Duration BOUND = Duration.ofSeconds(60);

  static {
    System.setProperty("sluice.probe.dir", System.getProperty("java.io.tmpdir"));
  }

  private final TestBroker broker = TestBroker.shared();
  final String prefix = broker.uniquePrefix();
  final TopicCatalogue topics = new TopicCatalogue(CatalogueConfig.local().withPrefix(prefix));
  final SluiceSerdes serdes =
      SluiceSerdes.create(Map.of("schema.registry.url", broker.registry().url().toString()));
  final Path dir;
  private final Deque<RoleProcess.Role> started = new ArrayDeque<>();
  private final KafkaProducer<byte[], byte[]> producer;
  private final KafkaConsumer<byte[], byte[]> completions;
  private final List<RunCompleted> completed = new ArrayList<>();

  TestCluster() {
    try {
      dir = Files.createTempDirectory("sluice-it");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    try (var admin = Admin.create(client())) {
      TopicAdmin.create(admin, topics);
    }
    var large = client();
    large.put("max.request.size", 4 * 1024 * 1024);
    producer = new KafkaProducer<>(large, new ByteArraySerializer(), new ByteArraySerializer());
    var settings = client();
    settings.put("isolation.level", "read_committed");
    settings.put("auto.offset.reset", "earliest");
    completions =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    var name = topics.name(Topics.COMPLETIONS);
    var partitions = new ArrayList<TopicPartition>();
    for (int partition = 0; partition < topics.spec(Topics.COMPLETIONS).partitions(); partition++) {
      partitions.add(new TopicPartition(name, partition));
    }
    completions.assign(partitions);
    completions.seekToBeginning(partitions);
  }

  Map<String, Object> client() {
    var settings = new HashMap<String, Object>();
    settings.put("bootstrap.servers", broker.bootstrapServers());
    return settings;
  }

  Map<String, String> settings(Map<String, String> more) {
    var settings = new HashMap<String, String>();
    settings.put("bootstrap.servers", broker.bootstrapServers());
    settings.put("schema.registry.url", broker.registry().url().toString());
    settings.put("topic.prefix", prefix);
    settings.put("lease.ttl.ms", "6000");
    settings.putAll(more);
    return settings;
  }

  GateServer startGate() {
    return startGate(Map.of());
  }

  GateServer startGate(Map<String, String> more) {
    var settings =
        settings(
            Map.of(
                "agent.wait.ms",
                "10000",
                "schema.unknown.after.ms",
                "5000",
                "state.dir",
                dir.resolve("gate").toString()));
    settings.putAll(more);
    var gate = GateServer.start(GateConfig.from(settings));
    started.push(gate);
    Awaitility.await().atMost(BOUND).until(gate::isRunning);
    return gate;
  }

  URI registry() {
    return broker.registry().url();
  }

  /** What the topics hold now. */
  History history() {
    var registry = broker.registry().url().toString();
    return new TopicHistoryReader(broker.bootstrapServers(), registry, prefix).read();
  }

  Runner startRunner(String id, int slots) {
    return startRunner(id, slots, sampleAgents());
  }

  Runner startRunner(String id, int slots, List<Agent<?, ?>> agents) {
    return startRunner(id, slots, Map.of(), agents);
  }

  Runner startRunner(String id, int slots, Map<String, String> more, List<Agent<?, ?>> agents) {
    var runner = Runner.start(runnerConfig(id, slots, more), agents, () -> {});
    started.push(runner);
    return runner;
  }

  RunnerConfig runnerConfig(String id, int slots) {
    return runnerConfig(id, slots, Map.of());
  }

  private RunnerConfig runnerConfig(String id, int slots, Map<String, String> more) {
    var settings =
        settings(
            Map.of(
                "worker.id",
                id,
                "slots",
                Integer.toString(slots),
                "data.dir",
                dir.toString(),
                "drain.timeout.ms",
                "5000"));
    settings.putAll(more);
    return RunnerConfig.from(settings);
  }

  static List<Agent<?, ?>> sampleAgents() {
    var agents = new ArrayList<Agent<?, ?>>();
    for (Agent<?, ?> agent : ServiceLoader.load(Agent.class)) {
      agents.add(agent);
    }
    return agents;
  }

  void submit(String tenant, String run, String agent, String input) {
    send(
        Topics.RUNS,
        tenant,
        "{\"run_id\":\"%s\",\"tenant\":\"%s\",\"agent\":\"%s\",\"input\":%s}"
            .formatted(run, tenant, agent, input));
  }

  void send(String topic, @Nullable String key, String value) {
    send(topic, key, value.getBytes(StandardCharsets.UTF_8));
  }

  void send(String topic, @Nullable String key, byte[] value) {
    byte[] keyBytes = key == null ? null : key.getBytes(StandardCharsets.UTF_8);
    producer.send(new ProducerRecord<>(topics.name(topic), keyBytes, value));
  }

  void sendToAll(String topic, String key, byte[] value) {
    for (int partition = 0; partition < topics.spec(topic).partitions(); partition++) {
      producer.send(
          new ProducerRecord<>(
              topics.name(topic), partition, key.getBytes(StandardCharsets.UTF_8), value));
    }
  }

  /** Waits until {@code count} runs have ended and gives all that have. */
  List<RunCompleted> awaitCompletions(int count) {
    return awaitCompletions(count, BOUND);
  }

  List<RunCompleted> awaitCompletions(int count, Duration bound) {
    var deserializer = serdes.deserializer(RunCompleted.class);
    Awaitility.await()
        .atMost(bound)
        .pollInterval(Duration.ofMillis(1))
        .until(
            () -> {
              completions
                  .poll(Duration.ofMillis(100))
                  .forEach(
                      record ->
                          completed.add(deserializer.deserialize(record.topic(), record.value())));
              return completed.size() >= count;
            });
    return List.copyOf(completed);
  }

  /** What has ended as far as it was awaited. */
  List<RunCompleted> completed() {
    return List.copyOf(completed);
  }

  @Override
  public void close() {
    producer.close();
    completions.close();
    while (!started.isEmpty()) {
      started.pop().close();
    }
  }
}
