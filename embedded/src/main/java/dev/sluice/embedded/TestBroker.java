package dev.sluice.embedded;

import java.util.UUID;
import org.testcontainers.kafka.KafkaContainer;

/**
 * The one broker of all tests in a JVM, with a registry: the embedded one, or with {@code
 * -Dbroker=docker} the {@code apache/kafka} image.
 */
public final class TestBroker {
  private static final String IMAGE = "apache/kafka:4.3.1";

  private final String bootstrapServers;
  private final RegistryServer registry;

  private TestBroker(String bootstrapServers, RegistryServer registry) {
    this.bootstrapServers = bootstrapServers;
    this.registry = registry;
  }

  private static final class Shared {
    private static final TestBroker BROKER = start();
  }

  /** The broker; started at the first call, stopped with the JVM. */
  public static TestBroker shared() {
    return Shared.BROKER;
  }

  private static TestBroker start() {
    var registry = RegistryServer.start(0, null);
    if ("docker".equals(System.getProperty("broker"))) {
      var container = new KafkaContainer(IMAGE);
      container.start();
      stopWithJvm(container::stop);
      return new TestBroker(container.getBootstrapServers(), registry);
    }
    var broker = EmbeddedBroker.start(EmbeddedBroker.Config.defaults());
    stopWithJvm(broker::close);
    return new TestBroker(broker.bootstrapServers(), registry);
  }

  private static void stopWithJvm(Runnable stop) {
    Runtime.getRuntime().addShutdownHook(new Thread(stop, "test-broker-stop"));
  }

  public String bootstrapServers() {
    return bootstrapServers;
  }

  public RegistryServer registry() {
    return registry;
  }

  /** A topic prefix that no other test has. */
  public String uniquePrefix() {
    return "t" + UUID.randomUUID().toString().substring(0, 8) + ".";
  }
}
