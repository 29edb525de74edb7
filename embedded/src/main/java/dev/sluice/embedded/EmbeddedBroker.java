package dev.sluice.embedded;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;
import org.jspecify.annotations.Nullable;

/**
 * One Apache Kafka broker, KRaft broker and controller in one, on the loopback interface. With a
 * data directory, it resumes from the data there, even after a kill.
 */
public final class EmbeddedBroker implements AutoCloseable {
  private static final String HOST = "127.0.0.1";
  private static final int NODE = 1;
  private static final int START_ATTEMPTS = 5;
  private static final String CLUSTER_ID = "c2x1aWNlLWxvY2FsLWtma";

  /**
   * How the broker is set up.
   *
   * @param port where clients connect; 0 lets the system choose
   * @param dataDir where its logs are kept; null for a temporary directory that is deleted on close
   * @param overrides any broker settings
   */
  public record Config(int port, @Nullable Path dataDir, Map<String, String> overrides) {
    public Config {
      overrides = Map.copyOf(overrides);
    }

    public static Config defaults() {
      return new Config(0, null, Map.of());
    }

    public Config withPort(int other) {
      return new Config(other, dataDir, overrides);
    }

    public Config withDataDir(Path other) {
      return new Config(port, other, overrides);
    }

    public Config withOverrides(Map<String, String> others) {
      return new Config(port, dataDir, others);
    }
  }

  private final KafkaRaftServer server;
  private final String bootstrapServers;
  private final @Nullable Path temporary;

  private EmbeddedBroker(
      KafkaRaftServer server, String bootstrapServers, @Nullable Path temporary) {
    this.server = server;
    this.bootstrapServers = bootstrapServers;
    this.temporary = temporary;
  }

  /**
   * Starts a broker and returns when it serves.
   *
   * @throws IllegalStateException if it cannot start, for example because the port is taken
   */
  public static EmbeddedBroker start(Config config) {
    try {
      var dir = config.dataDir();
      var temporary = dir == null ? Files.createTempDirectory("sluice-broker") : null;
      return startIn(config, dir == null ? requireDir(temporary) : dir, temporary);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make a directory for the broker", e);
    }
  }

  private static Path requireDir(@Nullable Path dir) {
    return java.util.Objects.requireNonNull(dir);
  }

  /** Free ports are found by trying: somebody else may take one between the look and the use. */
  private static EmbeddedBroker startIn(Config config, Path dir, @Nullable Path temporary) {
    RuntimeException last = null;
    for (int attempt = 0; attempt < START_ATTEMPTS; attempt++) {
      int port = config.port() == 0 ? freePort() : config.port();
      var server = new KafkaRaftServer(kafkaConfig(config, dir, port), Time.SYSTEM);
      try {
        server.startup();
        return new EmbeddedBroker(server, HOST + ":" + port, temporary);
      } catch (RuntimeException e) {
        last = e;
        server.shutdown();
        server.awaitShutdown();
      }
    }
    throw new IllegalStateException("the broker does not start in " + dir, last);
  }

  private static int freePort() {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException("no free port", e);
    }
  }

  private static KafkaConfig kafkaConfig(Config config, Path dir, int port) {
    int controllerPort = freePort();
    var settings = new HashMap<String, Object>();
    settings.put("process.roles", "broker,controller");
    settings.put("node.id", Integer.toString(NODE));
    settings.put("controller.quorum.voters", NODE + "@" + HOST + ":" + controllerPort);
    settings.put("controller.listener.names", "CONTROLLER");
    settings.put(
        "listeners",
        "PLAINTEXT://" + HOST + ":" + port + ",CONTROLLER://" + HOST + ":" + controllerPort);
    settings.put("advertised.listeners", "PLAINTEXT://" + HOST + ":" + port);
    settings.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
    settings.put("log.dirs", dir.toString());
    settings.putAll(singleNode());
    settings.putAll(config.overrides());
    format(dir);
    return KafkaConfig.fromProps(properties(settings));
  }

  private static java.util.Properties properties(Map<String, Object> settings) {
    var properties = new java.util.Properties();
    properties.putAll(settings);
    return properties;
  }

  /** One replica of everything, few internal partitions, no waiting for members. */
  private static Map<String, String> singleNode() {
    var settings = new HashMap<String, String>();
    settings.put("offsets.topic.replication.factor", "1");
    settings.put("offsets.topic.num.partitions", "4");
    settings.put("transaction.state.log.replication.factor", "1");
    settings.put("transaction.state.log.min.isr", "1");
    settings.put("transaction.state.log.num.partitions", "4");
    settings.put("share.coordinator.state.topic.replication.factor", "1");
    settings.put("share.coordinator.state.topic.min.isr", "1");
    settings.put("share.coordinator.state.topic.num.partitions", "1");
    settings.put("group.initial.rebalance.delay.ms", "0");
    settings.put("auto.create.topics.enable", "false");
    settings.put("message.max.bytes", Integer.toString(5 * 1024 * 1024));
    settings.put("num.network.threads", "2");
    settings.put("num.io.threads", "4");
    settings.put("log.cleaner.dedupe.buffer.size", Integer.toString(8 * 1024 * 1024));
    settings.put("log.segment.bytes", Integer.toString(256 * 1024 * 1024));
    settings.put("controlled.shutdown.enable", "false");
    return settings;
  }

  private static void format(Path dir) {
    try {
      Files.createDirectories(dir);
      new Formatter()
          .setClusterId(CLUSTER_ID)
          .setNodeId(NODE)
          .setControllerListenerName("CONTROLLER")
          .setMetadataLogDirectory(dir.toString())
          .addDirectory(dir.toString())
          .setReleaseVersion(MetadataVersion.latestProduction())
          .setIgnoreFormatted(true)
          .setPrintStream(
              new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
          .run();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot format " + dir, e);
    } catch (Exception e) {
      throw new IllegalStateException("cannot format " + dir, e);
    }
  }

  /** Where clients connect, {@code host:port}. */
  public String bootstrapServers() {
    return bootstrapServers;
  }

  /** Stops the broker; a temporary directory is deleted. A second time does nothing. */
  @Override
  public void close() {
    server.shutdown();
    server.awaitShutdown();
    if (temporary != null && Files.exists(temporary)) {
      delete(temporary);
    }
  }

  private static void delete(Path dir) {
    try (Stream<Path> files = Files.walk(dir)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + dir, e);
    }
  }
}
