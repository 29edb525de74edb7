package dev.sluice.app;

import dev.sluice.schemas.process.ConnectionOptions;
import dev.sluice.schemas.process.Settings;
import dev.sluice.schemas.topic.CatalogueConfig;
import dev.sluice.schemas.topic.TopicAdmin;
import dev.sluice.schemas.topic.TopicCatalogue;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** {@code sluice topics}: creates the topics, or says what differs. */
@Command(
    name = "topics",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "(create | check)",
    description = "Creates the topics with the right configuration, or lists what differs.")
public final class TopicsCommand implements Runnable {
  @Option(
      names = "--bootstrap",
      scope = ScopeType.INHERIT,
      paramLabel = "HOST:PORT",
      description = "Kafka's addresses; default: those in the file, or 127.0.0.1:9092.")
  private @Nullable String bootstrap;

  @Option(
      names = "--config",
      scope = ScopeType.INHERIT,
      paramLabel = "FILE",
      description =
          "A process's properties file, for its Kafka settings (kafka.*), prefix and pools. May be"
              + " repeated.")
  private List<Path> files = List.of();

  @Option(
      names = "--prefix",
      scope = ScopeType.INHERIT,
      paramLabel = "PREFIX",
      description = "Prefix of the topics' names; default: the file's topic.prefix, or none.")
  private @Nullable String prefix;

  @Option(
      names = "--gate-partitions",
      scope = ScopeType.INHERIT,
      paramLabel = "N",
      defaultValue = "4",
      description = "Partitions of the gate's inputs; default ${DEFAULT-VALUE}.")
  private int gatePartitions;

  @Option(
      names = "--dispatch-partitions",
      scope = ScopeType.INHERIT,
      paramLabel = "N",
      defaultValue = "32",
      description =
          "Partitions of a pool's dispatch topic, and so its most runners; default"
              + " ${DEFAULT-VALUE}.")
  private int dispatchPartitions;

  @Option(
      names = "--replicas",
      scope = ScopeType.INHERIT,
      paramLabel = "N",
      defaultValue = "3",
      description = "Replicas of every partition; default ${DEFAULT-VALUE}.")
  private short replicas;

  @Option(
      names = "--pools",
      scope = ScopeType.INHERIT,
      paramLabel = "POOL",
      split = ",",
      description = "The pools; default: those in the file, or one pool named default.")
  private List<String> pools = List.of();

  @picocli.CommandLine.Spec private picocli.CommandLine.Model.CommandSpec spec = spec();

  private static picocli.CommandLine.Model.CommandSpec spec() {
    return picocli.CommandLine.Model.CommandSpec.create();
  }

  @Override
  public void run() {
    throw new picocli.CommandLine.ParameterException(
        spec.commandLine(), "say create or check; see --help");
  }

  /** What the options and the files say, the options first. */
  private record Asked(Map<String, String> kafka, TopicCatalogue catalogue) {}

  private Asked asked() {
    var given = new HashMap<>(Map.of("bootstrap.servers", "127.0.0.1:9092"));
    files.forEach(file -> given.putAll(ConnectionOptions.read(file)));
    if (bootstrap != null) {
      given.put("bootstrap.servers", bootstrap);
    }
    var read = new Settings(given);
    var kafka = read.kafka();
    var names = pools.isEmpty() ? read.list("pools", List.of("default")) : pools;
    var before = prefix == null ? read.text("topic.prefix", "") : prefix;
    // What else the file says is for the processes.
    read.under("");
    read.failOnProblems();
    var config = new CatalogueConfig(before, gatePartitions, dispatchPartitions, replicas, names);
    return new Asked(kafka, new TopicCatalogue(config));
  }

  @Command(
      name = "create",
      mixinStandardHelpOptions = true,
      description = "Creates the topics that are missing.")
  int create() {
    var asked = asked();
    try (var admin = TopicAdmin.connect(asked.kafka())) {
      TopicAdmin.create(admin, asked.catalogue())
          .forEach(name -> System.out.println("created " + name));
    } catch (InvalidReplicationFactorException e) {
      System.err.printf(
          "sluice topics create: fewer brokers than --replicas %d; on a single broker give"
              + " --replicas 1, and know that the topics are lost with its disk%n",
          replicas);
      return 1;
    }
    return 0;
  }

  @Command(
      name = "check",
      mixinStandardHelpOptions = true,
      description = "Prints one line per difference; exits with 1 if there is any.")
  int check() {
    var asked = asked();
    try (var admin = TopicAdmin.connect(asked.kafka())) {
      var differences = TopicAdmin.check(admin, asked.catalogue());
      differences.forEach(System.out::println);
      return differences.isEmpty() ? 0 : 1;
    }
  }
}
