package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.embedded.EmbeddedBroker;
import dev.sluice.embedded.RegistryServer;
import dev.sluice.runner.Runner;
import dev.sluice.runner.RunnerConfig;
import dev.sluice.schemas.topic.CatalogueConfig;
import dev.sluice.schemas.topic.TopicAdmin;
import dev.sluice.schemas.topic.TopicCatalogue;
import dev.sluice.schemas.topic.Topics;
import dev.sluice.topology.gate.GateServer;
import dev.sluice.topology.gate.config.GateConfig;
import dev.sluice.v1.RunStatus;
import dev.sluice.verification.Checker;
import dev.sluice.verification.TopicHistoryReader;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.TxnOffsetCommitRequestData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.apache.kafka.common.requests.RequestHeader;
import org.apache.kafka.common.requests.RequestUtils;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A broker of one's own, stopped in the orderly way that is Kafka's default, and started again. */
final class BrokerRestartIT {
  private static final String CHANGELOG = "sluice-gate-gate-clock-changelog";
  private static final String WORKER = "w";
  private static final String GROUP = "runners.default";

  @TempDir private Path dir;
  private final RegistryServer registry = RegistryServer.start(0, null);

  @AfterEach
  void stop() {
    registry.close();
  }

  private EmbeddedBroker start(int port) {
    return EmbeddedBroker.start(
        EmbeddedBroker.Config.defaults()
            .withPort(port)
            .withDataDir(dir.resolve("broker"))
            .withOverrides(
                Map.of(
                    "controlled.shutdown.enable",
                    "true",
                    // Lets a test leave a transaction open of which the coordinator knows nothing.
                    "transaction.partition.verification.enable",
                    "false")));
  }

  private static int port(EmbeddedBroker broker) {
    return URI.create("kafka://" + broker.bootstrapServers()).getPort();
  }

  private Map<String, String> settings(EmbeddedBroker broker, String key, Path value) {
    var settings = new HashMap<String, String>();
    settings.put("bootstrap.servers", broker.bootstrapServers());
    settings.put("schema.registry.url", registry.url().toString());
    settings.put("lease.ttl.ms", "6000");
    settings.put(key, value.toString());
    return settings;
  }

  private GateServer startGate(EmbeddedBroker broker) {
    return GateServer.start(GateConfig.from(settings(broker, "state.dir", dir.resolve("gate"))));
  }

  private static void createTopics(EmbeddedBroker broker) {
    try (var admin = TopicAdmin.connect(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      TopicAdmin.create(admin, new TopicCatalogue(CatalogueConfig.local()));
    }
  }

  @Test
  void runsGoOnAfterwardsAndEachCompletesOnce() throws Exception {
    int runs = 60;
    var broker = start(0);
    int port = port(broker);
    createTopics(broker);
    try (var gate = startGate(broker);
        var runner =
            Runner.start(
                RunnerConfig.from(settings(broker, "data.dir", dir)),
                TestCluster.sampleAgents(),
                () -> {})) {
      Awaitility.await().atMost(TestCluster.BOUND).until(gate::isRunning);
      submit(broker, runs);
      Awaitility.await().atMost(TestCluster.BOUND).until(() -> runner.active() > 0);

      broker.close();
      broker = start(port);

      var bootstrap = broker.bootstrapServers();
      var reader = new TopicHistoryReader(bootstrap, registry.url().toString(), "");
      Awaitility.await()
          .atMost(TestCluster.BOUND.multipliedBy(2))
          .pollInterval(Duration.ofMillis(500))
          .until(() -> reader.read().completions().size() >= runs);
      var history = reader.read();
      assertThat(history.completions())
          .extracting(completion -> completion.completed().getStatus())
          .hasSize(runs)
          .containsOnly(RunStatus.SUCCEEDED);
      assertThat(Checker.check(history, Map.of("free", 2, "pro", 20)).violations()).isEmpty();
    } finally {
      broker.close();
    }
  }

  private static void submit(EmbeddedBroker broker, int runs) {
    Map<String, Object> settings = Map.of("bootstrap.servers", broker.bootstrapServers());
    var bytes = new ByteArraySerializer();
    try (var producer = new KafkaProducer<>(settings, bytes, bytes)) {
      for (int i = 0; i < runs; i++) {
        var run =
            "{\"run_id\":\"r%d\",\"tenant\":\"t%d\",\"agent\":\"probe\",\"input\":%s}"
                .formatted(i, i % 8, "{\"steps\":3,\"step_ms\":50}");
        producer.send(new ProducerRecord<>(Topics.RUNS, run.getBytes(StandardCharsets.UTF_8)));
      }
    }
  }

  /** What that way of stopping sometimes leaves behind, made by hand. */
  @Test
  void aGateCommitsWhatALostMarkerLeftOpenInItsState() throws Exception {
    try (var broker = start(0)) {
      createTopics(broker);
      try (var gate = startGate(broker)) {
        Awaitility.await().atMost(TestCluster.BOUND).until(gate::isRunning);
      }
      leaveOpen(broker, "sluice-gate-left-open");
      assertThat(isOpen(broker)).isTrue();

      try (var gate = startGate(broker)) {
        Awaitility.await().atMost(TestCluster.BOUND).until(gate::isRunning);
        assertThat(isOpen(broker)).isFalse();
      }
    }
  }

  private static boolean isOpen(EmbeddedBroker broker)
      throws ExecutionException, InterruptedException {
    var partition = new TopicPartition(CHANGELOG, 0);
    var latest = Map.of(partition, OffsetSpec.latest());
    try (var admin = TopicAdmin.connect(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      var committed = new ListOffsetsOptions(IsolationLevel.READ_COMMITTED);
      return admin.listOffsets(latest, committed).partitionResult(partition).get().offset()
          < admin.listOffsets(latest).partitionResult(partition).get().offset();
    }
  }

  /** Appends a record of a transaction without telling its coordinator. */
  private static void leaveOpen(EmbeddedBroker broker, String id) throws Exception {
    Map<String, Object> settings =
        Map.of("bootstrap.servers", broker.bootstrapServers(), "transactional.id", id);
    var bytes = new ByteArraySerializer();
    try (var producer = new KafkaProducer<>(settings, bytes, bytes);
        var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      producer.initTransactions();
      var owner = admin.describeTransactions(List.of(id)).description(id).get();
      var records =
          MemoryRecords.withTransactionalRecords(
              Compression.NONE,
              owner.producerId(),
              (short) owner.producerEpoch(),
              0,
              new SimpleRecord(new byte[12], null));
      var partition = new ProduceRequestData.PartitionProduceData().setIndex(0).setRecords(records);
      var topic =
          new ProduceRequestData.TopicProduceData()
              .setName(CHANGELOG)
              .setPartitionData(List.of(partition));
      var topics = new ProduceRequestData.TopicProduceDataCollection();
      topics.add(topic);
      send(
          broker,
          ApiKeys.PRODUCE,
          (short) 11,
          new ProduceRequestData()
              .setTransactionalId(id)
              .setAcks((short) -1)
              .setTimeoutMs(10_000)
              .setTopicData(topics));
    }
  }

  /** The same in the offsets of the pool's group, which its workers go on from. */
  @Test
  void aWorkerDropsWhatALostMarkerLeftOpenInItsGroupsOffsets() throws Exception {
    try (var broker = start(0)) {
      createTopics(broker);
      leaveOffsetsOpen(broker);
      assertThat(isUnstable(broker)).isTrue();

      try (var gate = startGate(broker);
          var runner =
              Runner.start(
                  RunnerConfig.from(runnerSettings(broker)),
                  TestCluster.sampleAgents(),
                  () -> {})) {
        Awaitility.await().atMost(TestCluster.BOUND).until(gate::isRunning);
        submit(broker, 1);
        var reader =
            new TopicHistoryReader(broker.bootstrapServers(), registry.url().toString(), "");
        Awaitility.await()
            .atMost(TestCluster.BOUND)
            .until(() -> !reader.read().completions().isEmpty());
        assertThat(runner.active()).isZero();
      }
      assertThat(isUnstable(broker)).isFalse();
    }
  }

  private Map<String, String> runnerSettings(EmbeddedBroker broker) {
    var settings = settings(broker, "data.dir", dir);
    settings.put("worker.id", WORKER);
    return settings;
  }

  /** Whether one of the group's offsets is not to be had by those who wait for the stable ones. */
  private static boolean isUnstable(EmbeddedBroker broker) throws Exception {
    try (var admin = TopicAdmin.connect(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      var all = admin.listConsumerGroupOffsets(GROUP).partitionsToOffsetAndMetadata().get();
      var stable =
          admin
              .listConsumerGroupOffsets(
                  GROUP, new ListConsumerGroupOffsetsOptions().requireStable(true))
              .partitionsToOffsetAndMetadata()
              .get();
      return stable.size() < all.size();
    }
  }

  /** Sends a worker's offsets in a transaction of its own without telling the coordinator. */
  private static void leaveOffsetsOpen(EmbeddedBroker broker) throws Exception {
    var id = "claims." + WORKER + ".default";
    Map<String, Object> settings =
        Map.of("bootstrap.servers", broker.bootstrapServers(), "transactional.id", id);
    var bytes = new ByteArraySerializer();
    try (var producer = new KafkaProducer<>(settings, bytes, bytes);
        var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      producer.initTransactions();
      var owner = admin.describeTransactions(List.of(id)).description(id).get();
      var offsets = new HashMap<TopicPartition, OffsetAndMetadata>();
      var partitions = new ArrayList<TxnOffsetCommitRequestData.TxnOffsetCommitRequestPartition>();
      for (var one : producer.partitionsFor(Topics.dispatch("default"))) {
        offsets.put(new TopicPartition(one.topic(), one.partition()), new OffsetAndMetadata(0L));
        partitions.add(
            new TxnOffsetCommitRequestData.TxnOffsetCommitRequestPartition()
                .setPartitionIndex(one.partition())
                .setCommittedOffset(0));
      }
      admin.alterConsumerGroupOffsets(GROUP, offsets).all().get();
      var topic =
          new TxnOffsetCommitRequestData.TxnOffsetCommitRequestTopic()
              .setName(Topics.dispatch("default"))
              .setPartitions(partitions);
      send(
          broker,
          ApiKeys.TXN_OFFSET_COMMIT,
          (short) 3,
          new TxnOffsetCommitRequestData()
              .setTransactionalId(id)
              .setGroupId(GROUP)
              .setProducerId(owner.producerId())
              .setProducerEpoch((short) owner.producerEpoch())
              .setTopics(List.of(topic)));
    }
  }

  /**
   * Sends one request.
   *
   * @param version one that leaves the coordinator to the client
   */
  private static void send(EmbeddedBroker broker, ApiKeys api, short version, ApiMessage request)
      throws IOException {
    var header = new RequestHeader(api, version, "by hand", 1);
    ByteBuffer bytes =
        RequestUtils.serialize(header.data(), header.headerVersion(), request, version);
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port(broker));
        var out = new DataOutputStream(socket.getOutputStream());
        var in = new DataInputStream(socket.getInputStream())) {
      out.writeInt(bytes.remaining());
      out.write(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
      out.flush();
      assertThat(in.readInt()).isPositive();
    }
  }
}
