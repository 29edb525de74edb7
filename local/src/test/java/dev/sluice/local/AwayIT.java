package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sluice.embedded.EmbeddedBroker;
import dev.sluice.embedded.RegistryServer;
import dev.sluice.runner.Runner;
import dev.sluice.runner.RunnerConfig;
import dev.sluice.schemas.topic.CatalogueConfig;
import dev.sluice.schemas.topic.TopicAdmin;
import dev.sluice.schemas.topic.TopicCatalogue;
import dev.sluice.schemas.topic.Topics;
import dev.sluice.topology.catalog.CatalogConfig;
import dev.sluice.topology.catalog.CatalogServer;
import dev.sluice.topology.gate.GateServer;
import dev.sluice.topology.gate.config.GateConfig;
import dev.sluice.v1.DecisionKind;
import dev.sluice.verification.Checker;
import dev.sluice.verification.TopicHistoryReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What gate and catalog do while Kafka or the registry is away: wait, say so, and go on. */
@Tag("slow")
final class AwayIT {
  /** {@code -Dsluice.away=PT30M} for the long way. */
  private static final Duration AWAY = Duration.parse(System.getProperty("sluice.away", "PT12S"));

  /** Lines of ours; Kafka's own are another matter. */
  private static final int MOST_LINES = 60;

  private static final class Lines extends AppenderBase<ILoggingEvent> {
    private final AtomicInteger count = new AtomicInteger();

    @Override
    protected void append(ILoggingEvent event) {
      if (event.getLevel().isGreaterOrEqual(Level.WARN)) {
        count.incrementAndGet();
      }
    }
  }

  @TempDir private Path dir;
  private final RegistryServer registry = RegistryServer.start(0, null);
  private final Lines lines = new Lines();

  @BeforeEach
  void listen() {
    lines.start();
    ((Logger) LoggerFactory.getLogger("dev.sluice")).addAppender(lines);
  }

  @AfterEach
  void stop() {
    ((Logger) LoggerFactory.getLogger("dev.sluice")).detachAppender(lines);
    registry.close();
  }

  private EmbeddedBroker broker(int port) {
    return EmbeddedBroker.start(
        EmbeddedBroker.Config.defaults().withPort(port).withDataDir(dir.resolve("broker")));
  }

  private Map<String, String> settings(EmbeddedBroker broker, String registryUrl, String... more) {
    var settings = new HashMap<String, String>();
    settings.put("bootstrap.servers", broker.bootstrapServers());
    settings.put("schema.registry.url", registryUrl);
    for (int i = 0; i < more.length; i += 2) {
      settings.put(more[i], more[i + 1]);
    }
    return settings;
  }

  private String folder(String name) {
    return dir.resolve(name).toString();
  }

  private static void createTopics(EmbeddedBroker broker) {
    try (var admin = TopicAdmin.connect(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      TopicAdmin.create(admin, new TopicCatalogue(CatalogueConfig.local()));
    }
  }

  private static void submit(EmbeddedBroker broker, String prefix, int runs) {
    Map<String, Object> settings = Map.of("bootstrap.servers", broker.bootstrapServers());
    var bytes = new ByteArraySerializer();
    try (var producer = new KafkaProducer<>(settings, bytes, bytes)) {
      for (int i = 0; i < runs; i++) {
        var run =
            "{\"run_id\":\"%s%d\",\"tenant\":\"t%d\",\"agent\":\"echo\",\"input\":1}"
                .formatted(prefix, i, i % 4);
        producer.send(new ProducerRecord<>(Topics.RUNS, run.getBytes(StandardCharsets.UTF_8)));
      }
    }
  }

  private static int status(String url) {
    try {
      return new HttpCaller(url).get("/readyz").status();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static void awaitStatus(String url, int status) {
    Awaitility.await()
        .atMost(TestCluster.BOUND)
        .pollInterval(Duration.ofMillis(200))
        .until(() -> status(url) == status);
  }

  @Test
  void goOnByThemselvesWhenKafkaIsBack() throws Exception {
    var url = registry.url().toString();
    var broker = broker(0);
    int port = URI.create("kafka://" + broker.bootstrapServers()).getPort();
    createTopics(broker);
    try (var gate =
            GateServer.start(GateConfig.from(settings(broker, url, "state.dir", folder("gate"))));
        var catalog =
            CatalogServer.start(
                CatalogConfig.from(settings(broker, url, "state.dir", folder("catalog")), false));
        var runner =
            Runner.start(
                RunnerConfig.from(settings(broker, url, "data.dir", dir.toString())),
                TestCluster.sampleAgents(),
                () -> {})) {
      awaitStatus(gate.probes(), 200);
      awaitStatus(catalog.address(), 200);
      submit(broker, "before", 8);
      var reader = new TopicHistoryReader(broker.bootstrapServers(), url, "");
      Awaitility.await()
          .atMost(TestCluster.BOUND)
          .until(() -> reader.read().completions().size() == 8);
      assertThat(runner.incarnation()).isNotEmpty();

      broker.close();
      long until = System.nanoTime() + AWAY.toNanos();
      awaitStatus(gate.probes(), 503);
      awaitStatus(catalog.address(), 503);
      int told = lines.count.get();
      Awaitility.await()
          .atMost(AWAY.plus(TestCluster.BOUND))
          .until(() -> System.nanoTime() > until);
      assertThat(lines.count.get() - told).isLessThan(MOST_LINES);
      broker = broker(port);

      submit(broker, "after", 8);
      Awaitility.await()
          .atMost(TestCluster.BOUND.multipliedBy(2))
          .pollInterval(Duration.ofMillis(500))
          .ignoreExceptions()
          .until(() -> reader.read().completions().size() == 16);
      awaitStatus(gate.probes(), 200);
      awaitStatus(catalog.address(), 200);
      assertThat(Checker.check(reader.read(), Map.of("free", 2, "pro", 20)).violations()).isEmpty();
    } finally {
      broker.close();
    }
  }

  @Test
  void aGateWithoutARegistryIsNotReadyAndSaysSoSeldom() throws Exception {
    try (var broker = broker(0);
        var door = new Door(registry.url())) {
      createTopics(broker);
      try (var gate =
          GateServer.start(
              GateConfig.from(settings(broker, door.url(), "state.dir", folder("gate"))))) {
        submit(broker, "r", 4);
        awaitStatus(gate.probes(), 503);
        int told = lines.count.get();
        long until = System.nanoTime() + AWAY.toNanos();
        Awaitility.await()
            .atMost(AWAY.plus(TestCluster.BOUND))
            .until(() -> System.nanoTime() > until);
        assertThat(lines.count.get() - told).isLessThan(MOST_LINES);
        assertThat(status(gate.probes())).isEqualTo(503);

        door.open();

        awaitStatus(gate.probes(), 200);
        var reader =
            new TopicHistoryReader(broker.bootstrapServers(), registry.url().toString(), "");
        Awaitility.await()
            .atMost(TestCluster.BOUND)
            .until(
                () ->
                    reader.read().decisions().stream()
                            .filter(one -> one.decision().getKind() == DecisionKind.ACCEPT)
                            .count()
                        == 4);
      }
    }
  }

  /** A registry that answers nothing until it is opened. */
  private static final class Door implements AutoCloseable {
    private final URI real;
    private final HttpClient client = HttpClient.newHttpClient();
    private final HttpServer server;
    private volatile boolean open;

    private Door(URI real) throws IOException {
      this.real = real;
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext("/", this::answer);
      server.start();
    }

    private void answer(HttpExchange exchange) throws IOException {
      try (exchange) {
        if (!open) {
          exchange.sendResponseHeaders(503, -1);
          return;
        }
        byte[] body = exchange.getRequestBody().readAllBytes();
        var asked =
            HttpRequest.newBuilder(real.resolve(exchange.getRequestURI().toString()))
                .header("Content-Type", "application/json")
                .method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
        var answer = client.send(asked, HttpResponse.BodyHandlers.ofByteArray());
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(answer.statusCode(), answer.body().length);
        exchange.getResponseBody().write(answer.body());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private void open() {
      open = true;
    }

    private String url() {
      return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    @Override
    public void close() {
      server.stop(0);
      client.close();
    }
  }
}
