package dev.sluice.topology.catalog;

import dev.sluice.embedded.RegistryServer;
import dev.sluice.schemas.JournalKey;
import dev.sluice.schemas.SluiceSerdes;
import dev.sluice.schemas.Topics;
import dev.sluice.v1.DeadLetter;
import dev.sluice.v1.DeadLetterKind;
import dev.sluice.v1.Decision;
import dev.sluice.v1.DecisionKind;
import dev.sluice.v1.JournalRecord;
import dev.sluice.v1.RunCompleted;
import dev.sluice.v1.RunStatus;
import dev.sluice.v1.RunSummary;
import dev.sluice.v1.SignalReceived;
import dev.sluice.v1.StepEntry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.jspecify.annotations.Nullable;

/** A catalog without a broker, fed by hand with what the gate and the runners of tenant t write. */
final class CatalogBed implements AutoCloseable {
  static final Duration KEEP_ENDED = Duration.ofDays(7);
  static final Duration KEEP_DEAD = Duration.ofDays(30);

  private final RegistryServer registry = RegistryServer.start(0, null);
  private final SluiceSerdes serdes =
      SluiceSerdes.create(Map.of("schema.registry.url", registry.url().toString()));
  private final TopologyTestDriver driver;
  private final Map<String, TestInputTopic<byte[], byte[]>> inputs = new HashMap<>();
  private final TestOutputTopic<byte[], byte[]> tombstones;
  final Waiters waiters = new Waiters();
  final CatalogQueries queries;
  private long nowMs;

  CatalogBed(Path dir) {
    var config =
        new CatalogConfig(
            Map.of("bootstrap.servers", "none:1"),
            Map.of("schema.registry.url", registry.url().toString()),
            "",
            "0",
            dir,
            KEEP_ENDED,
            KEEP_DEAD,
            "127.0.0.1",
            0);
    var settings = new Properties();
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "catalog-test");
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
    settings.put(StreamsConfig.STATE_DIR_CONFIG, dir.toString());
    driver =
        new TopologyTestDriver(
            CatalogServer.topology(config, serdes, waiters), settings, Instant.EPOCH);
    for (var topic :
        List.of(
            Topics.DECISIONS,
            Topics.COMPLETIONS,
            Topics.JOURNAL,
            Topics.TENANTS,
            Topics.DEAD_LETTERS)) {
      inputs.put(
          topic,
          driver.createInputTopic(topic, new ByteArraySerializer(), new ByteArraySerializer()));
    }
    tombstones =
        driver.createOutputTopic(
            Topics.JOURNAL, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    queries = new CatalogQueries(driver::<Bytes, byte[]>getKeyValueStore, () -> 1);
  }

  private TestInputTopic<byte[], byte[]> input(String topic) {
    return Objects.requireNonNull(inputs.get(topic));
  }

  private <T extends SpecificRecord> void pipe(String topic, String key, Class<T> type, T record) {
    byte[] value = serdes.serializer(type).serialize(topic, record);
    input(topic).pipeInput(key.getBytes(StandardCharsets.UTF_8), value, nowMs);
  }

  /** A record of anybody. */
  <T extends SpecificRecord> void pipe(String topic, byte[] key, Class<T> type, T record) {
    input(topic).pipeInput(key, serdes.serializer(type).serialize(topic, record), nowMs);
  }

  /** What the catalog keeps: keys and values of all stores. */
  Map<Bytes, byte[]> kept() {
    var kept = new HashMap<Bytes, byte[]>();
    driver
        .getAllStateStores()
        .keySet()
        .forEach(
            name -> {
              try (var all = driver.<Bytes, byte[]>getKeyValueStore(name).all()) {
                all.forEachRemaining(entry -> kept.put(entry.key, entry.value));
              }
            });
    return kept;
  }

  /** Nobody of ours writes a record without a value there. */
  void empty(String topic) {
    input(topic).pipeInput("t".getBytes(StandardCharsets.UTF_8), null, nowMs);
  }

  // --- the gate

  void accept(String run, @Nullable String parent, String root, int depth) {
    var summary =
        RunSummary.newBuilder()
            .setAgent("a")
            .setPool("default")
            .setPriority(0)
            .setLabels(Map.of())
            .setSubmittedAtMs(nowMs + 1)
            .setParentRunId(parent)
            .setRootRunId(parent == null ? null : root)
            .setDepth(depth)
            .build();
    decide(decision(DecisionKind.ACCEPT, run, 0).setSubmission(summary));
  }

  void accept(String run) {
    accept(run, null, run, 0);
  }

  static Decision.Builder decision(DecisionKind kind, String run, int epoch) {
    return Decision.newBuilder()
        .setKind(kind)
        .setTenant("t")
        .setRunId(run)
        .setEpoch(epoch)
        .setAttempt(1)
        .setReason("test")
        .setAtMs(0)
        .setCauseTopic("claims")
        .setCausePartition(0)
        .setCauseOffset(0);
  }

  void decide(Decision.Builder decision) {
    pipe(Topics.DECISIONS, "t", Decision.class, decision.build());
  }

  void decide(DecisionKind kind, String run, int epoch) {
    decide(decision(kind, run, epoch));
  }

  void complete(String run, RunStatus status, int epochs, int redrive) {
    complete(run, status, epochs, redrive, null);
  }

  void complete(String run, RunStatus status, int epochs, int redrive, @Nullable String root) {
    var completed =
        RunCompleted.newBuilder()
            .setRunId(run)
            .setTenant("t")
            .setAgent("a")
            .setStatus(status)
            .setSubmittedAtMs(1)
            .setCompletedAtMs(nowMs)
            .setEpochs(epochs)
            .setAttempts(1)
            .setSteps(7)
            .setCharged(Map.of("calls", 70L))
            .setRootRunId(root)
            .setRedrive(redrive)
            .build();
    pipe(Topics.COMPLETIONS, "t", RunCompleted.class, completed);
  }

  void deadLetter(String run, String agent) {
    var letter =
        DeadLetter.newBuilder()
            .setKind(DeadLetterKind.DEAD_RUN)
            .setReason("Boom")
            .setTopic("journal")
            .setPartition(0)
            .setOffset(0)
            .setAtMs(nowMs)
            .setTenant("t")
            .setRunId(run)
            .setAgent(agent)
            .build();
    pipe(Topics.DEAD_LETTERS, "t", DeadLetter.class, letter);
  }

  void unreadable() {
    var letter =
        DeadLetter.newBuilder()
            .setKind(DeadLetterKind.UNREADABLE)
            .setReason("not JSON")
            .setTopic("runs")
            .setPartition(0)
            .setOffset(0)
            .setAtMs(nowMs)
            .build();
    pipe(Topics.DEAD_LETTERS, "", DeadLetter.class, letter);
  }

  // --- the journal

  void journal(String run, int epoch, String worker, int seq, Object entry) {
    var key = new JournalKey.Entry("t", run, epoch, worker, seq);
    journal(key, new JournalRecord("t", run, epoch, worker, seq, "", entry));
  }

  void journal(JournalKey key, JournalRecord record) {
    pipe(Topics.JOURNAL, key.text(), JournalRecord.class, record);
  }

  void step(String run, int epoch, String worker, int seq, long calls) {
    var step =
        StepEntry.newBuilder()
            .setName("s" + seq)
            .setStartedAtMs(0)
            .setEndedAtMs(1)
            .setCharged(Map.of("calls", calls))
            .build();
    journal(run, epoch, worker, seq, step);
  }

  void signalReceived(String run, String name, int number) {
    var received =
        SignalReceived.newBuilder().setName(name).setNumber(number).setCommandId("c").build();
    journal(
        new JournalKey.Signal("t", run, name, number),
        new JournalRecord("t", run, 0, "gate", 0, "", received));
  }

  void wipe(String run, int epoch, String worker, int seq) {
    var key = new JournalKey.Entry("t", run, epoch, worker, seq).text();
    input(Topics.JOURNAL).pipeInput(key.getBytes(StandardCharsets.UTF_8), (byte[]) null, nowMs);
  }

  // --- time

  /** Lets time pass; the catalog sweeps meanwhile. */
  void pass(Duration time) {
    nowMs += time.toMillis();
    driver.advanceWallClockTime(time);
  }

  /** Keys of the journal that the catalog wiped since the last call. */
  List<String> wiped() {
    var keys = new ArrayList<String>();
    for (var record : tombstones.readRecordsToList()) {
      keys.add(new String(record.key(), StandardCharsets.UTF_8));
    }
    return keys;
  }

  @Override
  public void close() {
    driver.close();
    registry.close();
  }
}
