package dev.sluice.topology.gate;

import dev.sluice.contract.Bounds;
import dev.sluice.http.OperatorServer;
import dev.sluice.http.message.ProbeAnswer;
import dev.sluice.schemas.process.RoleProcess;
import dev.sluice.schemas.process.SettingsException;
import dev.sluice.schemas.process.StateFolder;
import dev.sluice.schemas.process.Vitals;
import dev.sluice.schemas.serde.SluiceSerdes;
import dev.sluice.schemas.topic.RequiredTopics;
import dev.sluice.schemas.topic.TopicAdmin;
import dev.sluice.topology.gate.config.GateConfig;
import dev.sluice.topology.gate.config.HeapRoom;
import dev.sluice.topology.gate.schema.InternalSchemas;
import dev.sluice.topology.gate.topic.DecisionsRetention;
import dev.sluice.topology.gate.topic.DispatchTopics;
import dev.sluice.topology.gate.topic.GateTopics;
import dev.sluice.topology.gate.topic.TopicSettings;
import dev.sluice.topology.gate.topic.TopicsInForce;
import dev.sluice.topology.streams.CommitPace;
import dev.sluice.topology.streams.NextDefaults;
import dev.sluice.topology.streams.RestartingStreams;
import dev.sluice.topology.streams.WatchfulClients;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;

/** A gate process: the Kafka Streams application, its clock, its watches and its probes. */
public final class GateServer implements RoleProcess.Role {
  private static final int FETCH_WAIT_MS = 20;
  private static final long IDLE_POLL_MS = 100;
  private static final int MARKERS_WAIT_MS = 5;

  /** More than a transaction changes; what it does not hold is written earlier. */
  private static final long CACHE_BYTES = 8L << 20;

  private static final String STATE = "the gate's state";

  private final GateConfig config;
  private final GateParts parts;
  private final Vitals vitals = new Vitals();
  private final RestartingStreams streams;
  private final DispatchTopics dispatches;
  private final GateWatches watches;
  private final TenantRereader rereader;
  private final OperatorServer probes;

  private GateServer(
      GateConfig config, GateParts parts, TenantRereader rereader, DispatchTopics dispatches) {
    this.config = config;
    this.rereader = rereader;
    this.parts = parts;
    this.dispatches = dispatches;
    watches = new GateWatches(parts, dispatches, vitals);
    watches.prepare();
    streams = startStreams();
    watches.start(streams);
    probes =
        OperatorServer.start(
            config.http(),
            vitals::areGood,
            this::readiness,
            () -> parts.measures().scrape() + watches.scrape());
  }

  /**
   * Starts a gate and returns at once; it decides as soon as it {@link #isRunning}.
   *
   * @throws SettingsException if topics are missing or different from what they must be, if
   *     decisions are not kept for long enough, or the heap cannot hold the runs that the settings
   *     allow
   * @throws KafkaException if Kafka cannot be reached
   */
  public static GateServer start(GateConfig config) {
    Set<Integer> owned = ConcurrentHashMap.newKeySet();
    var serdes = SluiceSerdes.create(config.serdes());
    int partitions =
        RequiredTopics.check(
            config.kafka(), config.prefix(), GateTopics.all(config), config.core().pools());
    DecisionsRetention.check(config);
    HeapRoom.check(config.core(), partitions, Runtime.getRuntime().maxMemory());
    var rereader = new TenantRereader(config, serdes, partitions);
    var dispatches = DispatchTopics.read(config);
    var parts =
        new GateParts(
            config,
            serdes,
            new InternalSchemas(serdes, config.prefix(), config.core().pools()),
            partitions,
            owned,
            new GateMeasures(config.measuredTenants()),
            new TopicsInForce(),
            new CommitPace(config.commitInterval(), System::nanoTime),
            rereader::reread,
            dispatches::partitions,
            dispatches::known,
            build());
    var server = new GateServer(config, parts, rereader, dispatches);
    StateFolder.tell(config.stateDir(), STATE);
    return server;
  }

  private RestartingStreams startStreams() {
    try {
      return RestartingStreams.start("the gate", this::client, vitals, parts.schemas().whyNot());
    } catch (RuntimeException e) {
      watches.close();
      throw e;
    }
  }

  private static String build() {
    var version = GateServer.class.getPackage().getImplementationVersion();
    return "sluice " + (version == null ? "development" : version);
  }

  private KafkaStreams client() {
    WatchfulClients clients;
    try (var admin = TopicAdmin.connect(config.kafka())) {
      RequiredTopics.checkThere(
          admin, config.prefix(), GateTopics.all(config), config.core().pools());
      GateTopics.changelogs(config).fit(admin);
      // What the transaction before was aborted for, perhaps: tasks start with what holds now.
      parts.topics().know(TopicSettings.read(admin, config, dispatches.pools()));
      var inputs = GateTopics.INPUTS.stream().map(topic -> config.prefix() + topic).toList();
      clients =
          new WatchfulClients(
              watches.deleted(),
              watches.careful().begin(inputs),
              watches.inputs()::read,
              parts.pace());
    }
    var client = new KafkaStreams(GateTopology.build(parts), streamsConfig(config), clients);
    StateFolder.tighten(config.stateDir());
    return client;
  }

  /** What stands may be anybody's to end, and no other gate would do better: it is ready. */
  private ProbeAnswer readiness() {
    return watches.answer(streams.whyNot());
  }

  private static Properties streamsConfig(GateConfig config) {
    Map<String, Object> settings = new HashMap<>(config.kafka());
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, config.applicationId());
    settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, config.commitInterval().toMillis());
    // Of an idle thread: while something may be to commit, the consumer waits for less.
    settings.put(
        StreamsConfig.POLL_MS_CONFIG, Math.max(IDLE_POLL_MS, config.commitInterval().toMillis()));
    settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, config.threads());
    settings.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, config.standbyReplicas());
    settings.put(
        StreamsConfig.STATE_DIR_CONFIG, StateFolder.open(config.stateDir(), STATE).toString());
    // No decision depends on the order between topics, so no task waits for another topic.
    settings.put(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, -1L);
    NextDefaults.set(settings);
    settings.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, CACHE_BYTES);
    settings.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, -1);
    settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), 6_000);
    settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG), 1_500);
    settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "none");
    // All that a poll returns is processed before the next: a flood must leave the others their
    // turn.
    settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG), 200);
    // One fetch at a time goes to a broker, and leaves out partitions of which something is at
    // hand:
    // what arrives on these waits until it returns.
    settings.put(
        StreamsConfig.consumerPrefix(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG), FETCH_WAIT_MS);
    settings.put(StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG), 10_000);
    // A transaction that begins before the markers of the last are written is refused for the time
    // being; the default would then wait for 100 ms.
    settings.put(
        StreamsConfig.producerPrefix(ProducerConfig.RETRY_BACKOFF_MS_CONFIG), MARKERS_WAIT_MS);
    settings.put(
        StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG), 5 * 1024 * 1024);
    settings.put(
        StreamsConfig.topicPrefix(TopicConfig.MAX_MESSAGE_BYTES_CONFIG),
        Integer.toString(Bounds.INTERNAL_RECORD_BYTES));
    // A commit sends what is left: so all of a transaction goes in one request, unless it is much.
    settings.put(
        StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG),
        Math.max(5, config.commitInterval().toMillis()));
    var properties = new Properties();
    properties.putAll(settings);
    return properties;
  }

  /** Whether all its tasks run, and nothing has failed just now. */
  public boolean isRunning() {
    return streams.isRunning();
  }

  /** Where the probes are. */
  public String probes() {
    return "http://" + config.http().host() + ":" + probes.port();
  }

  @Override
  public String address() {
    return probes();
  }

  @Override
  public void awaitFailure() throws InterruptedException {
    vitals.awaitEnd();
  }

  @Override
  public void close() {
    probes.close();
    watches.close();
    rereader.close();
    streams.close();
    parts.schemas().close();
  }
}
