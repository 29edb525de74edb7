package dev.sluice.bench.deployed;

import dev.sluice.bench.agents.SleepAgent;
import dev.sluice.bench.agents.StartAgent;
import dev.sluice.bench.agents.StepsAgent;
import dev.sluice.bench.agents.TimedStepsAgent;
import dev.sluice.local.stack.Child;
import dev.sluice.schemas.topic.CatalogueConfig;
import dev.sluice.schemas.topic.TopicAdmin;
import dev.sluice.schemas.topic.TopicCatalogue;
import dev.sluice.sdk.Agent;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;

/**
 * Broker with registry, gate, catalog, gateway and one runner, as processes: with the flags, jars
 * and defaults they ship with, and the heaps of the local stack.
 */
final class Stack implements AutoCloseable {
  static final String BROKER = "broker";
  static final String GATE = "gate";
  static final String CATALOG = "catalog";
  static final String GATEWAY = "gateway";
  static final String RUNNER = "runner";
  static final int GATE_HEAP_MB = 1_152;

  private static final int SLOTS = 64;
  private static final String LIVE_RUNS = "max.live.runs=110000";
  private static final List<Class<? extends Agent<?, ?>>> AGENTS =
      List.of(StartAgent.class, StepsAgent.class, SleepAgent.class, TimedStepsAgent.class);

  private final Processes processes = new Processes();
  private final String bootstrap;
  private final String registry;
  private final URI gateway;
  private final Ends ends;

  /** Starts it and returns when it can take a run. */
  Stack() throws Exception {
    try {
      var addresses = startBroker(processes);
      bootstrap = addresses.get(0);
      registry = addresses.get(1);
      createTopics(bootstrap, "");
      var gate =
          start(GATE, GATE_HEAP_MB, "plan.free.max_in_flight=1000", LIVE_RUNS, state("gate"));
      var catalog = start(CATALOG, 384, state("catalog"), "http.port=0");
      var runner = startRunner();
      var catalogUrl = catalog.awaitReady();
      var url =
          start(GATEWAY, 256, "catalogs=" + catalogUrl, "http.port=0", "http.auth=none")
              .awaitReady();
      Probe.awaitReady(gate.awaitReady());
      Probe.awaitReady(catalogUrl);
      Probe.awaitReady(runner.awaitReady().split(" ", -1)[1]);
      Probe.awaitReady(url);
      gateway = URI.create(url);
      ends = new Ends(bootstrap, registry);
    } catch (Exception e) {
      processes.close();
      throw e;
    }
  }

  /** Gives the addresses of Kafka and of the registry. */
  static List<String> startBroker(Processes processes) {
    var data = processes.dir().resolve(BROKER).toString();
    var broker = processes.startLocal(BROKER, 640, List.of("broker", "--data", data));
    return List.of(broker.awaitReady().split(" ", -1));
  }

  /** All that the roles need, with a prefix. */
  static void createTopics(String bootstrap, String prefix) {
    try (var admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
      TopicAdmin.create(admin, new TopicCatalogue(CatalogueConfig.local().withPrefix(prefix)));
    }
  }

  private String state(String role) {
    return "state.dir=" + processes.dir().resolve(role);
  }

  private Child start(String role, int heapMb, String... settings) {
    return processes.start(role, heapMb, arguments(role, bootstrap, registry, settings));
  }

  static List<String> arguments(
      String role, String bootstrap, String registry, String... settings) {
    var arguments =
        new ArrayList<>(List.of(role, "--bootstrap", bootstrap, "--registry", registry));
    for (var setting : settings) {
      arguments.addAll(List.of("--set", setting));
    }
    return arguments;
  }

  private Child startRunner() throws IOException {
    var arguments = arguments(RUNNER, bootstrap, registry, "data.dir=" + processes.dir());
    arguments.addAll(List.of("--slots", Integer.toString(SLOTS), "--agents", agents().toString()));
    return processes.start(RUNNER, 512, arguments);
  }

  /** As a user's would be: in a folder of their own, not among the runner's jars. */
  private Path agents() throws IOException {
    var folder = processes.dir().resolve("agents");
    var services = folder.resolve("META-INF/services/" + Agent.class.getName());
    Files.createDirectories(services.getParent());
    Files.write(services, AGENTS.stream().map(Class::getName).toList());
    for (var agent : AGENTS) {
      var file = folder.resolve(agent.getName().replace('.', '/') + ".class");
      Files.createDirectories(file.getParent());
      try (var code = agent.getResourceAsStream(agent.getSimpleName() + ".class")) {
        if (code == null) {
          throw new IOException("no class file of " + agent);
        }
        Files.copy(code, file);
      }
    }
    return folder;
  }

  Processes processes() {
    return processes;
  }

  String bootstrap() {
    return bootstrap;
  }

  URI gateway() {
    return gateway;
  }

  Ends ends() {
    return ends;
  }

  @Override
  public void close() {
    ends.close();
    processes.close();
  }
}
