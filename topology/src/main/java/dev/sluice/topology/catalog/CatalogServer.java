package dev.sluice.topology.catalog;

import dev.sluice.contract.Bounds;
import dev.sluice.http.HttpServer;
import dev.sluice.http.OperatorServer;
import dev.sluice.schemas.process.RoleProcess;
import dev.sluice.schemas.process.SettingsException;
import dev.sluice.schemas.process.StateFolder;
import dev.sluice.schemas.process.Vitals;
import dev.sluice.schemas.serde.SluiceSerdes;
import dev.sluice.schemas.topic.RequiredTopics;
import dev.sluice.schemas.topic.TopicAdmin;
import dev.sluice.schemas.topic.Topics;
import dev.sluice.topology.catalog.intake.CatalogParts;
import dev.sluice.topology.catalog.intake.CatalogProcessor;
import dev.sluice.topology.catalog.intake.Gaps;
import dev.sluice.topology.catalog.intake.Retention;
import dev.sluice.topology.catalog.query.CatalogQueries;
import dev.sluice.topology.catalog.query.JournalQueries;
import dev.sluice.topology.catalog.query.SettingQueries;
import dev.sluice.topology.catalog.scaling.Behind;
import dev.sluice.topology.catalog.scaling.Brakes;
import dev.sluice.topology.catalog.scaling.Demand;
import dev.sluice.topology.catalog.store.Aside;
import dev.sluice.topology.catalog.store.CatalogStores;
import dev.sluice.topology.catalog.store.QueryStores;
import dev.sluice.topology.catalog.store.SharedRocksDb;
import dev.sluice.topology.catalog.values.KafkaJournal;
import dev.sluice.topology.catalog.waiting.Waiters;
import dev.sluice.topology.streams.Changelogs;
import dev.sluice.topology.streams.CommitPace;
import dev.sluice.topology.streams.NextDefaults;
import dev.sluice.topology.streams.RestartingStreams;
import dev.sluice.topology.streams.WatchfulClients;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.StoreBuilder;

/** A catalog instance: reads all partitions and answers queries over HTTP. */
public final class CatalogServer implements RoleProcess.Role {
  /** Longer than any answer takes that does not wait for a run. */
  private static final Duration GRACE = Duration.ofSeconds(3);

  private static final List<String> INPUTS =
      List.of(
          Topics.DECISIONS,
          Topics.COMPLETIONS,
          Topics.JOURNAL,
          Topics.TENANTS,
          Topics.SETTINGS,
          Topics.DEAD_LETTERS);

  private static final Duration COMMIT_INTERVAL = Duration.ofMillis(500);
  private static final String STATE = "the catalog's state";

  private final CatalogConfig config;
  private final CatalogParts parts;
  private final Vitals vitals = new Vitals();
  private final CatalogWatches watches;
  private final RestartingStreams streams;
  private final KafkaJournal journal;
  private final HttpServer http;

  private CatalogServer(CatalogConfig config, int partitions) {
    this.config = config;
    var serdes = SluiceSerdes.create(config.serdes());
    watches = new CatalogWatches(config, serdes, vitals, partitions);
    var brakes = new Brakes(partitions);
    var asides = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    var aside = new Aside(asides);
    parts =
        new CatalogParts(
            config.prefix(),
            config.keeping(),
            serdes,
            new Waiters(),
            aside,
            new Gaps(watches.deleted()),
            new Demand(brakes),
            brakes,
            watches.behind(),
            Retention.STEPS);
    Gauge.builder("sluice.catalog.behind.seconds", watches.behind(), Behind::seconds)
        .description("how old its knowledge of what the gate has decided is")
        .register(asides);
    journal = new KafkaJournal(config.kafka(), config.prefix() + Topics.JOURNAL, serdes);
    streams = startStreams();
    watches.start(changelogs(config), streams);
    var queries = new CatalogQueries(QueryStores.of(streams::current), aside, brakes::holding);
    var journals = new JournalQueries(QueryStores.of(streams::current), aside);
    var api = new CatalogApi(queries, journals, journal, parts.waiters());
    var routes = new ArrayList<>(api.routes());
    var scaling = new ScalingApi(queries, parts.demand(), watches.pools(), watches.behind());
    routes.addAll(scaling.routes());
    routes.addAll(new AgentsApi(parts.demand(), watches.code(), watches.behind()).routes());
    var settings = new SettingQueries(QueryStores.of(streams::current), aside, partitions);
    routes.addAll(new DecisionsApi(parts.waiters()).routes());
    routes.addAll(new SettingsApi(settings).routes());
    var metrics = new CatalogMeasures(streams::current);
    routes.add(OperatorServer.health(vitals::areGood));
    routes.add(OperatorServer.readiness("/readyz", () -> watches.answer(streams.whyNot())));
    var pools = new PoolMeasures(scaling::all);
    routes.add(
        OperatorServer.metrics(
            () -> metrics.scrape() + asides.scrape() + pools.scrape() + watches.scrape()));
    try {
      http = HttpServer.start(config.http(), routes, config.guard(), status -> {}, GRACE);
    } catch (RuntimeException e) {
      watches.close();
      streams.close();
      throw e;
    }
  }

  /**
   * Starts to read and to serve; it answers queries as soon as it {@link #isRunning}.
   *
   * @throws SettingsException if topics are missing or different from what they must be
   * @throws KafkaException if Kafka cannot be reached
   */
  public static CatalogServer start(CatalogConfig config) {
    int partitions = RequiredTopics.check(config.kafka(), config.prefix(), INPUTS, Set.of());
    var server = new CatalogServer(config, partitions);
    StateFolder.tell(config.stateDir(), STATE);
    return server;
  }

  private RestartingStreams startStreams() {
    try {
      return RestartingStreams.start("the catalog", this::client, vitals, null);
    } catch (RuntimeException e) {
      watches.close();
      throw e;
    }
  }

  private static Changelogs changelogs(CatalogConfig config) {
    var inputs = INPUTS.stream().map(topic -> config.prefix() + topic).toList();
    return new Changelogs(config.applicationId(), inputs, config.prefix() + Topics.DECISIONS);
  }

  private KafkaStreams client() {
    WatchfulClients clients;
    try (var connection = TopicAdmin.connect(config.kafka())) {
      RequiredTopics.checkThere(connection, config.prefix(), INPUTS, Set.of());
      changelogs(config).fit(connection);
      var inputs = INPUTS.stream().map(topic -> config.prefix() + topic).toList();
      clients =
          new WatchfulClients(
              watches.deleted(),
              watches.careful().begin(inputs),
              watches.behind().reached(),
              new CommitPace(COMMIT_INTERVAL, System::nanoTime));
    }
    var client = new KafkaStreams(topology(parts), streamsConfig(config), clients);
    StateFolder.tighten(config.stateDir());
    return client;
  }

  static Topology topology(CatalogParts parts) {
    var inputs = INPUTS.stream().map(topic -> parts.prefix() + topic).toArray(String[]::new);
    StreamPartitioner<byte[], byte[]> whereItsTenantIs =
        (topic, key, value, partitions) ->
            java.util.Optional.of(Set.of(JournalPlaces.partition(key, partitions)));
    return new Topology()
        .addSource("inputs", new ByteArrayDeserializer(), new ByteArrayDeserializer(), inputs)
        .addProcessor("catalog", supplier(parts), "inputs")
        .addSink(
            "tombstones",
            parts.prefix() + Topics.JOURNAL,
            new ByteArraySerializer(),
            new ByteArraySerializer(),
            whereItsTenantIs,
            "catalog");
  }

  private static ProcessorSupplier<byte[], byte[], byte[], byte[]> supplier(CatalogParts parts) {
    return new ProcessorSupplier<>() {
      @Override
      public Processor<byte[], byte[], byte[], byte[]> get() {
        return new CatalogProcessor(parts);
      }

      @Override
      public Set<StoreBuilder<?>> stores() {
        return CatalogStores.builders();
      }
    };
  }

  static Properties streamsConfig(CatalogConfig config) {
    var settings = new Properties();
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, config.applicationId());
    settings.putAll(config.kafka());
    // The updates are idempotent: what a crash repeats changes nothing.
    settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.AT_LEAST_ONCE);
    settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, COMMIT_INTERVAL.toMillis());
    settings.put(StreamsConfig.POLL_MS_CONFIG, 100L);
    settings.put(
        StreamsConfig.STATE_DIR_CONFIG, StateFolder.open(config.stateDir(), STATE).toString());
    settings.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, SharedRocksDb.class);
    settings.put(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, -1L);
    NextDefaults.set(settings);
    settings.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, -1);
    settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "none");
    // As at the gate: what arrives on a partition that a fetch leaves out waits until it returns.
    settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG), 50);
    settings.put(
        StreamsConfig.consumerPrefix(ConsumerConfig.ISOLATION_LEVEL_CONFIG), "read_committed");
    // A view holds a run's output, up to 1 MiB, in Base64; so do the stores' changelogs.
    settings.put(
        StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG), 5 * 1024 * 1024);
    settings.put(
        StreamsConfig.topicPrefix(TopicConfig.MAX_MESSAGE_BYTES_CONFIG),
        Integer.toString(Bounds.INTERNAL_RECORD_BYTES));
    settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), 6_000);
    settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG), 1_500);
    return settings;
  }

  /** Whether it answers queries. */
  public boolean isRunning() {
    return streams.isRunning();
  }

  @Override
  public String address() {
    return "http://" + config.http().host() + ":" + http.port();
  }

  @Override
  public void awaitFailure() throws InterruptedException {
    vitals.awaitEnd();
  }

  @Override
  public void close() {
    parts.waiters().stop();
    http.close();
    journal.close();
    watches.close();
    streams.close();
  }
}
