package dev.sluice.gateway.cli;

import dev.sluice.schemas.process.ConnectionOptions;
import dev.sluice.schemas.process.Settings;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How Kafka is reached, for what is done without a gateway. */
final class KafkaOptions {
  @Option(
      names = "--bootstrap",
      paramLabel = "HOST:PORT",
      description = "Do it on Kafka itself, at these addresses, without a gateway.")
  private @Nullable String bootstrap;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "The same with the Kafka settings (kafka.*) and the prefix of a process's properties"
              + " file. May be repeated.")
  private List<Path> files = List.of();

  @Option(
      names = "--prefix",
      paramLabel = "PREFIX",
      description = "Prefix of the topics' names; default: the file's topic.prefix, or none.")
  private @Nullable String prefix;

  /** What Kafka clients are made with, and the topics' prefix. */
  record Reached(Map<String, String> kafka, String prefix) {}

  boolean isGiven() {
    return bootstrap != null || !files.isEmpty();
  }

  Reached read() {
    var given = new HashMap<String, String>();
    files.forEach(file -> given.putAll(ConnectionOptions.read(file)));
    if (bootstrap != null) {
      given.put("bootstrap.servers", bootstrap);
    }
    var read = new Settings(given);
    var kafka = read.kafka();
    var before = prefix == null ? read.text("topic.prefix", "") : prefix;
    read.under(""); // what else the file says is for the processes
    read.failOnProblems();
    return new Reached(kafka, before);
  }
}
