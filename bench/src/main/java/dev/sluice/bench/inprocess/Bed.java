package dev.sluice.bench.inprocess;

import dev.sluice.embedded.EmbeddedBroker;
import dev.sluice.embedded.RegistryServer;
import dev.sluice.gateway.Gateway;
import dev.sluice.gateway.GatewayConfig;
import dev.sluice.runner.Runner;
import dev.sluice.runner.RunnerConfig;
import dev.sluice.schemas.serde.SluiceSerdes;
import dev.sluice.schemas.topic.CatalogueConfig;
import dev.sluice.schemas.topic.TopicAdmin;
import dev.sluice.schemas.topic.TopicCatalogue;
import dev.sluice.schemas.topic.TopicSpec;
import dev.sluice.sdk.Agent;
import dev.sluice.topology.gate.GateServer;
import dev.sluice.topology.gate.config.GateConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A broker and a registry in this process, and the programs measured on them. */
final class Bed implements AutoCloseable {
  /** Of the gate's inputs. */
  static final int PARTITIONS = CatalogueConfig.local().gatePartitions();

  private static final int SLOTS = 2_200;

  private final EmbeddedBroker broker = EmbeddedBroker.start(EmbeddedBroker.Config.defaults());
  private final RegistryServer registry = RegistryServer.start(0, null);
  private final Path dir;

  Bed() {
    try {
      dir = Files.createTempDirectory("sluice-bench");
    } catch (IOException e) {
      throw new UncheckedIOException("no temporary directory", e);
    }
  }

  Map<String, Object> client() {
    var settings = new HashMap<String, Object>();
    settings.put("bootstrap.servers", broker.bootstrapServers());
    return settings;
  }

  KafkaProducer<byte[], byte[]> producer() {
    var settings = client();
    settings.put("acks", "all");
    settings.put("linger.ms", "0");
    return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
  }

  SluiceSerdes serdes() {
    return SluiceSerdes.create(Map.of("schema.registry.url", registry.url().toString()));
  }

  Path dir() {
    return dir;
  }

  /** Returns when the broker serves them: it may say that they exist a little earlier. */
  TopicCatalogue createTopics(String prefix) throws InterruptedException {
    var catalogue = new TopicCatalogue(CatalogueConfig.local().withPrefix(prefix));
    var names = catalogue.topics().stream().map(TopicSpec::name).toList();
    try (var admin = Admin.create(client())) {
      TopicAdmin.create(admin, catalogue);
      awaitTopics(admin, names);
    }
    return catalogue;
  }

  static void awaitTopics(Admin admin, List<String> names) throws InterruptedException {
    while (true) {
      try {
        admin.describeTopics(names).allTopicNames().get();
        return;
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
          throw new KafkaException("cannot look at the topics " + names, e);
        }
        Thread.sleep(20);
      }
    }
  }

  private Map<String, String> settings(String prefix, Map<String, String> more) {
    var settings = new HashMap<String, String>();
    settings.put("bootstrap.servers", broker.bootstrapServers());
    settings.put("schema.registry.url", registry.url().toString());
    settings.put("topic.prefix", prefix);
    settings.putAll(more);
    return settings;
  }

  /** A gate that lets every tenant run as much as it likes. */
  GateServer gate(String prefix, int commitIntervalMs) throws InterruptedException {
    var gate =
        GateServer.start(
            GateConfig.from(
                settings(
                    prefix,
                    Map.of(
                        "state.dir",
                        dir.resolve(prefix + "gate").toString(),
                        "commit.interval.ms",
                        Integer.toString(commitIntervalMs),
                        "max.unanswered",
                        "512",
                        "plan.free.max_in_flight",
                        "1000000"))));
    while (!gate.isRunning()) {
      Thread.sleep(20);
    }
    return gate;
  }

  Runner runner(String prefix, List<Agent<?, ?>> agents) {
    var config =
        RunnerConfig.from(
            settings(
                prefix,
                Map.of(
                    "worker.id",
                    prefix + "bench",
                    "slots",
                    Integer.toString(SLOTS),
                    "data.dir",
                    dir.toString(),
                    "drain.timeout.ms",
                    "2000")));
    return Runner.builder().config(config).agents(agents).serveProbes(true).start();
  }

  Gateway gateway(String prefix) {
    var settings = settings(prefix, Map.of("http.port", "0", "http.auth", "none"));
    return Gateway.start(GatewayConfig.from(settings, false));
  }

  @Override
  public void close() {
    registry.close();
    broker.close();
    delete();
  }

  private void delete() {
    try (var files = Files.walk(dir)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + dir, e);
    }
  }
}
