package dev.sluice.topology.gate;

import dev.sluice.embedded.RegistryServer;
import dev.sluice.schemas.serde.SluiceSerdes;
import dev.sluice.schemas.topic.Topics;
import dev.sluice.topology.gate.config.GateConfig;
import dev.sluice.topology.gate.schema.InternalSchemas;
import dev.sluice.topology.gate.topic.TopicsInForce;
import dev.sluice.topology.streams.CommitPace;
import dev.sluice.v1.AnswerKind;
import dev.sluice.v1.Decision;
import dev.sluice.v1.Dispatch;
import dev.sluice.v1.DispatchAnswer;
import dev.sluice.v1.EndEntry;
import dev.sluice.v1.Heartbeat;
import dev.sluice.v1.JournalRecord;
import dev.sluice.v1.PoolShare;
import dev.sluice.v1.Progress;
import dev.sluice.v1.RunStatus;
import dev.sluice.v1.RunSubmitted;
import dev.sluice.v1.Tick;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;

/** The gate of one partition in the test driver, with a registry beside it. */
public final class GateBed implements AutoCloseable {
  static final String WORKER = "w.00000001";
  private static final long STEP_MS = 10;

  public final RegistryServer registry = RegistryServer.start(0, null);
  public final SluiceSerdes serdes =
      SluiceSerdes.create(Map.of("schema.registry.url", registry.url().toString()));
  final GateMeasures measures = new GateMeasures(100);
  private final TopologyTestDriver driver;
  private final Map<String, TestInputTopic<byte[], byte[]>> inputs = new HashMap<>();
  private final Map<String, TestOutputTopic<byte[], byte[]>> outputs = new HashMap<>();
  private long nowMs = 1_700_000_000_000L;
  private long heartbeats;
  private long monotonicMs;

  /** How often the gate asked whether it may commit early. */
  long paceAsked;

  public GateBed(Path dir) {
    this(dir, Map.of());
  }

  GateBed(Path dir, Map<String, String> more) {
    var settings = new HashMap<>(more);
    settings.put("bootstrap.servers", "unused:1");
    settings.put("schema.registry.url", registry.url().toString());
    settings.put("state.dir", dir.toString());
    var config = GateConfig.from(settings);
    var schemas = new InternalSchemas(serdes, "", config.core().pools());
    var parts =
        new GateParts(
            config,
            serdes,
            schemas,
            1,
            new HashSet<>(),
            measures,
            new TopicsInForce(),
            new CommitPace(config.commitInterval(), () -> ++paceAsked),
            tenant -> {},
            pool -> 8,
            (partition, pools) -> {},
            "test");
    schemas.check();
    var properties = new Properties();
    properties.put("application.id", config.applicationId());
    properties.put("bootstrap.servers", "unused:1");
    properties.put("state.dir", dir.toString());
    driver = new TopologyTestDriver(GateTopology.build(parts), properties);
  }

  // --- in

  public void send(String topic, byte @Nullable [] key, byte @Nullable [] value) {
    send(topic, key, value, new RecordHeaders());
  }

  public void send(String topic, byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
    nowMs += STEP_MS;
    inputs
        .computeIfAbsent(
            topic,
            name ->
                driver.createInputTopic(name, new ByteArraySerializer(), new ByteArraySerializer()))
        .pipeInput(new TestRecord<>(key, value, headers, nowMs));
  }

  <T extends SpecificRecord> void send(String topic, String key, T record) {
    @SuppressWarnings("unchecked")
    var type = (Class<T>) record.getClass();
    byte[] value = serdes.serializer(type).serialize(topic, record);
    send(topic, key.getBytes(StandardCharsets.UTF_8), value);
  }

  public <T extends SpecificRecord> byte[] serialize(String topic, T record) {
    @SuppressWarnings("unchecked")
    var type = (Class<T>) record.getClass();
    return serdes.serializer(type).serialize(topic, record);
  }

  public void submit(String tenant, String run) {
    send(
        Topics.RUNS,
        tenant,
        RunSubmitted.newBuilder().setTenant(tenant).setRunId(run).setAgent("echo").build());
  }

  /** A second passes. */
  void tick() {
    nowMs += 1_000;
    monotonicMs += 1_000;
    send(Topics.PROGRESS, "", new Progress(new Tick("clock", monotonicMs, false, false)));
  }

  public void heartbeat(int free) {
    heartbeat(WORKER, free);
  }

  void heartbeat(String incarnation, int free) {
    send(
        Topics.PROGRESS,
        "",
        new Progress(
            Heartbeat.newBuilder()
                .setWorker(incarnation.substring(0, incarnation.indexOf('.')))
                .setIncarnation(incarnation)
                .setNumber(++heartbeats)
                .setPools(List.of(new PoolShare("default", List.of(0))))
                .setAgents(List.of("echo"))
                .setSlots(1_000)
                .setFree(free)
                .setVersions(List.of())
                .build()));
  }

  void claim(Dispatch dispatch) {
    claim(dispatch, WORKER);
  }

  void claim(Dispatch dispatch, String incarnation) {
    send(
        Topics.CLAIMS,
        dispatch.getTenant(),
        DispatchAnswer.newBuilder()
            .setTenant(dispatch.getTenant())
            .setRunId(dispatch.getRunId())
            .setEpoch(dispatch.getEpoch())
            .setKind(AnswerKind.CLAIM)
            .setIncarnation(incarnation)
            .setHeartbeat(heartbeats)
            .setPool("default")
            .setDispatchPartition(0)
            .setDispatchOffset(0)
            .build());
  }

  /** The last record of an epoch that its holder claimed. */
  void end(Dispatch dispatch, String incarnation) {
    var end = new EndEntry(RunStatus.SUCCEEDED, null, "application/json", null, Map.of());
    journal(
        new JournalRecord(
            dispatch.getTenant(),
            dispatch.getRunId(),
            dispatch.getEpoch(),
            incarnation,
            dispatch.getNextSeq(),
            "1",
            end,
            null));
  }

  void journal(JournalRecord record) {
    send(
        Topics.JOURNAL,
        "%s/%s/%d/%s/%d"
            .formatted(
                record.getTenant(),
                record.getRunId(),
                record.getEpoch(),
                record.getIncarnation(),
                record.getSeq()),
        record);
  }

  /** Append time of the record that was sent last. */
  public long nowMs() {
    return nowMs;
  }

  // --- out

  public List<TestRecord<byte[], byte[]>> records(String topic) {
    return outputs
        .computeIfAbsent(
            topic,
            name ->
                driver.createOutputTopic(
                    name, new ByteArrayDeserializer(), new ByteArrayDeserializer()))
        .readRecordsToList();
  }

  public <T extends SpecificRecord> List<T> read(String topic, Class<T> type) {
    var read = new ArrayList<T>();
    var deserializer = serdes.deserializer(type);
    for (var record : records(topic)) {
      if (record.value() != null) {
        read.add(Objects.requireNonNull(deserializer.deserialize(topic, record.value())));
      }
    }
    return read;
  }

  public List<Dispatch> dispatches() {
    return read(Topics.dispatch("default"), Dispatch.class);
  }

  public List<Decision> decisions() {
    return read(Topics.DECISIONS, Decision.class);
  }

  /** What the gate wrote to topics that it reads comes back to it. */
  public void echo() {
    for (var topic : List.of(Topics.JOURNAL, Topics.TENANTS, Topics.SUBMISSIONS)) {
      for (var record : records(topic)) {
        send(topic, record.key(), record.value(), record.headers());
      }
    }
  }

  @Override
  public void close() {
    driver.close();
    registry.close();
  }
}
