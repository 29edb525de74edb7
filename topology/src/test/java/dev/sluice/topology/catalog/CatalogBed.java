package dev.sluice.topology.catalog;

import dev.sluice.embedded.RegistryServer;
import dev.sluice.http.config.HttpConfig;
import dev.sluice.schemas.process.Alarms;
import dev.sluice.schemas.reading.DeletedUnread;
import dev.sluice.schemas.serde.SluiceSerdes;
import dev.sluice.schemas.topic.Topics;
import dev.sluice.schemas.wire.JournalKey;
import dev.sluice.topology.catalog.intake.CatalogParts;
import dev.sluice.topology.catalog.intake.Gaps;
import dev.sluice.topology.catalog.intake.Retention;
import dev.sluice.topology.catalog.query.CatalogQueries;
import dev.sluice.topology.catalog.query.JournalQueries;
import dev.sluice.topology.catalog.query.SettingQueries;
import dev.sluice.topology.catalog.scaling.Behind;
import dev.sluice.topology.catalog.scaling.Brakes;
import dev.sluice.topology.catalog.scaling.Demand;
import dev.sluice.topology.catalog.scaling.Reached;
import dev.sluice.topology.catalog.store.Aside;
import dev.sluice.topology.catalog.store.QueryStores;
import dev.sluice.topology.catalog.view.RunView;
import dev.sluice.topology.catalog.waiting.Waiters;
import dev.sluice.v1.DeadLetter;
import dev.sluice.v1.DeadLetterKind;
import dev.sluice.v1.Decision;
import dev.sluice.v1.DecisionKind;
import dev.sluice.v1.JournalRecord;
import dev.sluice.v1.RunCompleted;
import dev.sluice.v1.RunStanding;
import dev.sluice.v1.RunStatus;
import dev.sluice.v1.RunSummary;
import dev.sluice.v1.Setting;
import dev.sluice.v1.SignalReceived;
import dev.sluice.v1.SignalSender;
import dev.sluice.v1.StepEntry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.ByteBuffer;
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
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
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
  final SimpleMeterRegistry measures = new SimpleMeterRegistry();
  private final DeletedUnread deleted = new DeletedUnread("the catalog", new Alarms(alarm -> {}));
  final Waiters waiters = new Waiters();
  final Brakes brakes = new Brakes(1);
  final Demand demand = new Demand(brakes);
  final AtomicLong behindNanos = new AtomicLong();
  final Behind behind = new Behind(new Reached(Set.of()), Map::of, behindNanos::get);
  private final Aside aside = new Aside(measures);
  final CatalogQueries queries;
  final JournalQueries journals;
  final SettingQueries settings;
  private long nowMs;

  CatalogBed(Path dir) {
    this(dir, Retention.STEPS);
  }

  CatalogBed(Path dir, int sweepSteps) {
    var config =
        new CatalogConfig(
            Map.of("bootstrap.servers", "none:1"),
            Map.of("schema.registry.url", registry.url().toString()),
            "",
            "0",
            dir,
            KEEP_ENDED,
            KEEP_DEAD,
            "",
            HttpConfig.loopback("catalog", 0));
    var settings = new Properties();
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "catalog-test");
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
    settings.put(StreamsConfig.STATE_DIR_CONFIG, dir.toString());
    driver =
        new TopologyTestDriver(
            CatalogServer.topology(
                new CatalogParts(
                    config.prefix(),
                    config.keeping(),
                    serdes,
                    waiters,
                    aside,
                    new Gaps(deleted),
                    demand,
                    brakes,
                    behind,
                    sweepSteps)),
            settings,
            Instant.EPOCH);
    for (var topic :
        List.of(
            Topics.DECISIONS,
            Topics.COMPLETIONS,
            Topics.JOURNAL,
            Topics.TENANTS,
            Topics.SETTINGS,
            Topics.DEAD_LETTERS)) {
      inputs.put(
          topic,
          driver.createInputTopic(topic, new ByteArraySerializer(), new ByteArraySerializer()));
    }
    tombstones =
        driver.createOutputTopic(
            Topics.JOURNAL, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    queries = new CatalogQueries(stores(), aside, brakes::holding);
    journals = new JournalQueries(stores(), aside);
    this.settings = new SettingQueries(stores(), aside, 1);
  }

  private QueryStores stores() {
    return new QueryStores() {
      @Override
      public int partitions() {
        return 1;
      }

      @Override
      public ReadOnlyKeyValueStore<Bytes, byte[]> store(String name, @Nullable Integer partition) {
        return store(name);
      }

      private KeyValueStore<Bytes, byte[]> store(String name) {
        return driver.getKeyValueStore(name);
      }
    };
  }

  /** One of the catalog's own stores, to be broken. */
  KeyValueStore<Bytes, byte[]> store(String name) {
    return driver.getKeyValueStore(name);
  }

  /** A record that any client may have written. */
  void raw(String topic, byte @Nullable [] key, byte @Nullable [] value) {
    input(topic).pipeInput(key, value, nowMs);
  }

  <T extends SpecificRecord> byte[] bytes(String topic, Class<T> type, T record) {
    return serdes.serializer(type).serialize(topic, record);
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

  /** Somebody sets something, or takes it back. */
  void set(String key, @Nullable Setting setting) {
    byte[] value = setting == null ? null : bytes(Topics.SETTINGS, Setting.class, setting);
    raw(Topics.SETTINGS, key.getBytes(StandardCharsets.UTF_8), value);
  }

  /** The gate has decided on a setting's record, and takes it or says why not. */
  void decideOn(String key, long offset, @Nullable String refused) {
    if (refused == null) {
      decideOn(DecisionKind.TENANT, key, offset, "in force");
    } else {
      decideOn(DecisionKind.REFUSE, key, offset, refused);
    }
  }

  /** The gate has read what it appended itself behind a refused record. */
  void decideAgain(String key, long offset) {
    decideOn(DecisionKind.TENANT, key, offset, dev.sluice.admission.settings.Setting.AGAIN);
  }

  private void decideOn(DecisionKind kind, String key, long offset, String reason) {
    decide(
        decision(kind, "", 0)
            .setTenant("")
            .setRunId(null)
            .setReason(reason)
            .setSetting(key)
            .setCauseTopic(Topics.SETTINGS)
            .setCauseOffset(offset));
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

  /** The catalog has read all that there was a moment ago. */
  void isUpToDate() {
    try {
      behind.look();
      behind.look();
    } catch (ExecutionException | InterruptedException | TimeoutException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The gate repeats what it knows of a live run. */
  void live(String run, int epoch, String phase, int redrive) {
    live(run, epoch, phase, redrive, null);
  }

  void live(String run, int epoch, String phase, int redrive, @Nullable String parent) {
    var summary =
        RunSummary.newBuilder()
            .setAgent("a")
            .setPool("gpu")
            .setPriority(3)
            .setLabels(Map.of("team", "x"))
            .setSubmittedAtMs(5)
            .setParentRunId(parent)
            .setRootRunId(parent)
            .setDepth(parent == null ? 0 : 1)
            .build();
    decide(
        decision(DecisionKind.LIVE, run, epoch)
            .setAtMs(nowMs)
            .setWaitingFor(phase.equals("WAITING") ? "signal" : null)
            .setSubmission(summary)
            .setStanding(new RunStanding(phase, 0L, epoch == 0 ? null : 7L, redrive)));
  }

  /** The gate says that it has told of every live run. */
  void roundIsOver() {
    decide(decision(DecisionKind.LIVE, "", 0).setTenant("").setRunId(null));
  }

  /** Some decisions were deleted before the next one, which were not read. */
  void deletesDecisions() {
    deleted.tell(new TopicPartition(Topics.DECISIONS, 0), 0, 1);
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
    complete(run, status, epochs, redrive, root, Map.of(), 1);
  }

  void complete(
      String run,
      RunStatus status,
      int epochs,
      int redrive,
      @Nullable String root,
      Map<String, String> labels,
      long submittedAtMs) {
    pipe(
        completed(run, status, epochs, redrive)
            .setRootRunId(root)
            .setLabels(labels)
            .setSubmittedAtMs(submittedAtMs)
            .build());
  }

  void complete(String run, String contentType, ByteBuffer output) {
    pipe(
        completed(run, RunStatus.SUCCEEDED, 1, 0)
            .setContentType(contentType)
            .setOutput(output)
            .build());
  }

  void complete(String run, String agent, Map<String, String> labels, long submittedAtMs) {
    pipe(
        completed(run, RunStatus.SUCCEEDED, 1, 0)
            .setAgent(agent)
            .setLabels(labels)
            .setSubmittedAtMs(submittedAtMs)
            .build());
  }

  void complete(String tenant, String run) {
    pipe(completed(run, RunStatus.SUCCEEDED, 1, 0).setTenant(tenant).build());
  }

  void refuseForNow(String run, long submittedAtMs) {
    pipe(
        completed(run, RunStatus.REJECTED, 0, 0)
            .setSubmittedAtMs(submittedAtMs)
            .setRetryable(true)
            .build());
  }

  private RunCompleted.Builder completed(String run, RunStatus status, int epochs, int redrive) {
    return RunCompleted.newBuilder()
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
        .setRedrive(redrive);
  }

  private void pipe(RunCompleted completed) {
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
    journal(key, new JournalRecord("t", run, epoch, worker, seq, "", entry, null));
  }

  void journal(JournalKey key, JournalRecord record) {
    pipe(Topics.JOURNAL, key.text(), JournalRecord.class, record);
  }

  void step(String run, int epoch, String worker, int seq, long calls) {
    step(run, epoch, worker, seq, Map.of("calls", calls));
  }

  void step(String run, int epoch, String worker, int seq, Map<String, Long> charged) {
    var step =
        StepEntry.newBuilder()
            .setName("s" + seq)
            .setStartedAtMs(0)
            .setEndedAtMs(1)
            .setCharged(charged)
            .build();
    journal(run, epoch, worker, seq, step);
  }

  void signalReceived(String run, String name, int number) {
    signalReceived(run, name, number, null);
  }

  void signalReceived(String run, String name, int number, @Nullable SignalSender sender) {
    var received =
        SignalReceived.newBuilder()
            .setName(name)
            .setNumber(number)
            .setCommandId(sender == null ? "c" : "")
            .setSender(sender)
            .build();
    journal(
        new JournalKey.Signal("t", run, name, number),
        new JournalRecord("t", run, 0, "gate", 0, "", received, null));
  }

  void wipe(String run, int epoch, String worker, int seq) {
    var key = new JournalKey.Entry("t", run, epoch, worker, seq).text();
    input(Topics.JOURNAL).pipeInput(key.getBytes(StandardCharsets.UTF_8), (byte[]) null, nowMs);
  }

  // --- what is seen

  /** A run that is known. */
  RunView run(String run) {
    return Objects.requireNonNull(queries.run("t", run), () -> "no run " + run);
  }

  // --- time

  /** Lets time pass; the catalog sweeps meanwhile. */
  void pass(Duration time) {
    nowMs += time.toMillis();
    driver.advanceWallClockTime(time);
  }

  /** The same, with one sweep at the end of it. */
  void passAtOnce(Duration time) {
    nowMs += time.toMillis();
    driver.advanceWallClockTime(time.minus(Duration.ofSeconds(10)));
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
