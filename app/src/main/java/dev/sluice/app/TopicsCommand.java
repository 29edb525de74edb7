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
          "A process's properties file, for its Kafka settings (kafka.*). May be repeated.")
  private List<Path> files = List.of();

  @Option(
      names = "--prefix",
      scope = ScopeType.INHERIT,
      paramLabel = "PREFIX",
      defaultValue = "",
      description = "Prefix of the topics' names.")
  private String prefix = "";

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
      defaultValue = "default",
      description = "The pools; default: one pool named default.")
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

  private TopicCatalogue catalogue() {
    return new TopicCatalogue(
        new CatalogueConfig(prefix, gatePartitions, dispatchPartitions, replicas, pools));
  }

  private Map<String, String> kafka() {
    var given = new HashMap<>(Map.of("bootstrap.servers", "127.0.0.1:9092"));
    files.forEach(file -> given.putAll(ConnectionOptions.read(file)));
    if (bootstrap != null) {
      given.put("bootstrap.servers", bootstrap);
    }
    var read = new Settings(given);
    var kafka = read.kafka();
    // What else the file says is for the processes.
    read.under("");
    read.failOnProblems();
    return kafka;
  }

  @Command(
      name = "create",
      mixinStandardHelpOptions = true,
      description = "Creates the topics that are missing.")
  int create() {
    try (var admin = TopicAdmin.connect(kafka())) {
      TopicAdmin.create(admin, catalogue()).forEach(name -> System.out.println("created " + name));
    }
    return 0;
  }

  @Command(
      name = "check",
      mixinStandardHelpOptions = true,
      description = "Prints one line per difference; exits with 1 if there is any.")
  int check() {
    try (var admin = TopicAdmin.connect(kafka())) {
      var differences = TopicAdmin.check(admin, catalogue());
      differences.forEach(System.out::println);
      return differences.isEmpty() ? 0 : 1;
    }
  }
}
