package dev.sluice.spring;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.embedded.TestBroker;
import dev.sluice.runner.Runner;
import dev.sluice.runner.RunnerConfig;
import dev.sluice.schemas.topic.CatalogueConfig;
import dev.sluice.schemas.topic.TopicAdmin;
import dev.sluice.schemas.topic.TopicCatalogue;
import dev.sluice.schemas.topic.Topics;
import dev.sluice.topology.gate.GateServer;
import dev.sluice.topology.gate.config.GateConfig;
import java.io.File;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An application on each line of Spring Boot, with a real broker and gate. */
final class BootApplicationIT {
  private static final Duration BOUND = Duration.ofSeconds(60);
  private static final Path BOOT_4 = Path.of("target/spring-boot-4");

  @TempDir private Path dir;

  private final TestBroker broker = TestBroker.shared();
  private final String prefix = broker.uniquePrefix();
  private final TopicCatalogue topics =
      new TopicCatalogue(CatalogueConfig.local().withPrefix(prefix));
  private final List<AutoCloseable> opened = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (var one : opened.reversed()) {
      one.close();
    }
  }

  private <T extends AutoCloseable> T open(T one) {
    opened.add(one);
    return one;
  }

  private Map<String, String> settings(String... more) {
    var settings = new HashMap<String, String>();
    settings.put("bootstrap.servers", broker.bootstrapServers());
    settings.put("schema.registry.url", broker.registry().url().toString());
    settings.put("topic.prefix", prefix);
    settings.put("lease.ttl.ms", "6000");
    for (int i = 0; i < more.length; i += 2) {
      settings.put(more[i], more[i + 1]);
    }
    return settings;
  }

  private void startGate() {
    Map<String, Object> client = Map.of("bootstrap.servers", broker.bootstrapServers());
    try (var admin = Admin.create(client)) {
      TopicAdmin.create(admin, topics);
    }
    var state = dir.resolve("gate").toString();
    var gate = open(GateServer.start(GateConfig.from(settings("state.dir", state))));
    await().atMost(BOUND).until(gate::isRunning);
  }

  private void submit(String run, String name) {
    var bytes = new ByteArraySerializer();
    Map<String, Object> client = Map.of("bootstrap.servers", broker.bootstrapServers());
    try (var producer = new KafkaProducer<>(client, bytes, bytes)) {
      var value =
          "{\"run_id\":\"%s\",\"tenant\":\"acme\",\"agent\":\"greeting\",\"input\":\"%s\"}"
              .formatted(run, name);
      producer.send(
          new ProducerRecord<>(
              topics.name(Topics.RUNS), "acme".getBytes(UTF_8), value.getBytes(UTF_8)));
    }
  }

  /** The application with the Spring Boot of this version on its class path. */
  private Function<String, Object> start(String version) throws Exception {
    var properties = new HashMap<String, String>();
    properties.put("sluice.bootstrap-servers", broker.bootstrapServers());
    properties.put("sluice.schema-registry", broker.registry().url().toString());
    properties.put("sluice.topic-prefix", prefix);
    properties.put("sluice.worker-id", "greeter");
    properties.put("sluice.data-dir", dir.resolve("here").toString());
    properties.put("sluice.slots", "4");
    properties.put("sluice.settings.lease.ttl.ms", "6000");
    properties.put("spring.main.banner-mode", "off");
    var application =
        version.startsWith("3.") ? GreetingApplication.start(properties) : startOn4(properties);
    opened.add(() -> assertThat(application.apply("close")).isEqualTo(true));
    assertThat(application.apply("version")).isEqualTo(version);
    return application;
  }

  @SuppressWarnings("unchecked") // what the application's start() returns
  private Function<String, Object> startOn4(Map<String, String> properties) throws Exception {
    var loader = open(new URLClassLoader(boot4(), ClassLoader.getPlatformClassLoader()));
    var caller = Thread.currentThread();
    var before = caller.getContextClassLoader();
    caller.setContextClassLoader(loader);
    try {
      return (Function<String, Object>)
          loader
              .loadClass(GreetingApplication.class.getName())
              .getMethod("start", Map.class)
              .invoke(null, properties);
    } finally {
      caller.setContextClassLoader(before);
    }
  }

  private static URL[] boot4() throws IOException {
    var urls = new ArrayList<URL>();
    for (var entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      if (!Path.of(entry).getFileName().toString().startsWith("spring-")) {
        urls.add(url(Path.of(entry)));
      }
    }
    try (var jars = Files.list(BOOT_4)) {
      for (var jar : jars.toList()) {
        urls.add(url(jar));
      }
    }
    return urls.toArray(URL[]::new);
  }

  private static URL url(Path path) throws MalformedURLException {
    return path.toUri().toURL();
  }

  @ParameterizedTest
  @ValueSource(strings = {"3.5.16", "4.1.2"})
  void executesRunsWithTheBeansOfTheApplication(String version) throws Exception {
    startGate();
    var application = start(version);
    await()
        .atMost(BOUND)
        .until(() -> application.apply("health").toString().contains("UP {state=READY"));

    submit("run-1", "Ada");

    await().atMost(BOUND).until(() -> application.apply("greeted").equals(List.of("Ada")));
    await().atMost(BOUND).until(() -> application.apply("claims").equals(1.0));
    assertThat(application.apply("health").toString()).contains("slots=4").contains("stuck=0");
    assertThat(application.apply("fatal")).isEqualTo(List.of());
    assertThat(keepers()).as("threads that keep the process").isEqualTo(1);
    assertThat(application.apply("close")).isEqualTo(true);
    assertThat(application.apply("active")).isEqualTo(false);
    assertThat(application.apply("fatal")).as("closed, not failed").isEqualTo(List.of());
    await().atMost(BOUND).until(() -> keepers() == 0);
  }

  private static long keepers() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals(SluiceRunner.KEEPS_ALIVE) && !thread.isDaemon())
        .count();
  }

  @ParameterizedTest
  @ValueSource(strings = {"3.5.16", "4.1.2"})
  void aFaultOfTheRunnerClosesTheApplicationThatIsTold(String version) throws Exception {
    startGate();
    var application = start(version);
    await().atMost(BOUND).until(() -> application.apply("health").toString().contains("READY"));

    var elsewhere = dir.resolve("elsewhere").toString();
    var usurper =
        RunnerConfig.from(settings("worker.id", "greeter", "data.dir", elsewhere, "slots", "1"));
    open(
        Runner.builder()
            .config(usurper)
            .agent(new GreetingApplication.GreetingAgent(new GreetingApplication.Greetings()))
            .start());

    await().atMost(BOUND).until(() -> application.apply("active").equals(false));
    assertThat(application.apply("fatal")).isEqualTo(List.of("ID_TAKEN"));
    await().atMost(BOUND).until(() -> keepers() == 0);
  }
}
