package dev.sluice.app;

import dev.sluice.schemas.topic.CatalogueConfig;
import dev.sluice.schemas.topic.TopicAdmin;
import dev.sluice.schemas.topic.TopicCatalogue;
import dev.sluice.sdk.Agent;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * Loads and links the classes of all commands: it runs all roles in this one process, some runs,
 * and the client's commands. The launcher starts it with the flag that keeps it all in an AOT
 * cache, which is written when this process ends. The broker runs in this process, too, if it is on
 * the class path, which then is that of the local stack; else beside it.
 */
@Command(name = "train", hidden = true, mixinStandardHelpOptions = true)
final class TrainCommand implements Callable<Integer> {
  private static final int RUNS = 100;
  private static final Duration READY_WITHIN = Duration.ofMinutes(2);
  private static final String READY = "ready ";
  private static final String BROKER = "broker";
  private static final String SERVICES = "META-INF/services/" + Agent.class.getName();

  @Parameters(index = "0", paramLabel = "FOLDER", description = "Folder for temporary files.")
  private Path folder = Path.of("");

  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
  private final HttpClient http = HttpClient.newHttpClient();

  @Override
  public Integer call() throws Exception {
    System.setOut(new PrintStream(new Lines(), true, StandardCharsets.UTF_8));
    var data = List.of("--data", folder.resolve(BROKER).toString());
    boolean inside = Main.commands().getSubcommands().containsKey(BROKER);
    var beside = inside ? null : startBroker(data);
    try {
      train((inside ? role(BROKER, data) : awaitReady(BROKER)).split(" ", -1));
    } finally {
      if (beside != null) {
        beside.destroyForcibly().waitFor();
      }
    }
    // What it has begun ends with it: nothing is kept but the cache, and that only if it worked.
    Runtime.getRuntime().halt(0);
    return 0;
  }

  private void train(String... broker) throws Exception {
    createTopics(broker[0]);
    var kafka = List.of("--bootstrap", broker[0], "--registry", broker[1]);
    var gate = role("gate", kafka, "state.dir=" + folder.resolve("gate"), "max.live.runs=1000");
    var catalog = role("catalog", kafka, "state.dir=" + folder.resolve("catalog"), "http.port=0");
    var agents = new ArrayList<>(kafka);
    agents.addAll(List.of("--agents", agents().toString()));
    var runner = role("runner", agents, "data.dir=" + folder).split(" ", -1)[1];
    var gateway = role("gateway", kafka, "catalogs=" + catalog, "http.port=0", "http.auth=none");
    for (var url : List.of(gate, catalog, gateway, runner)) {
      awaitReadyz(url);
      get(url + "/metrics");
    }
    work(gateway);
  }

  /** A folder that names the agent; its class is on the class path. */
  private Path agents() throws IOException {
    var services = folder.resolve("agents").resolve(SERVICES);
    Files.createDirectories(services.getParent());
    Files.writeString(services, TrainingAgent.class.getName());
    return folder.resolve("agents");
  }

  private Process startBroker(List<String> data) throws IOException {
    var launcher = System.getProperty(Main.LAUNCHER);
    if (launcher == null) {
      throw new IllegalStateException("a training needs a broker, and there is no launcher");
    }
    var command = new ArrayList<>(List.of(launcher, BROKER));
    command.addAll(data);
    var builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().put(Main.PARENT_VARIABLE, "yes");
    var broker = builder.start();
    Thread.ofPlatform()
        .daemon()
        .name("stdout-broker")
        .start(() -> broker.inputReader(StandardCharsets.UTF_8).lines().forEach(lines::add));
    return broker;
  }

  private void work(String gateway) {
    for (int i = 0; i < RUNS; i++) {
      succeed("submit", "train", "train", "{\"children\":0}", "--url", gateway);
    }
    var tree = "{\"children\":3}";
    for (int i = 0; i < 3; i++) {
      succeed("submit", "train", "train", tree, "--url", gateway, "--wait", "PT30S");
    }
    succeed(
        "submit", "train", "train", tree, "--run-id", "last", "--url", gateway, "--wait", "PT30S");
    succeed("get", "train", "last", "--url", gateway);
    succeed("list", "train", "--url", gateway);
    succeed("tenants", "--url", gateway);
  }

  private static void succeed(String... command) {
    int exit = Main.commands().execute(command);
    if (exit != 0) {
      throw new IllegalStateException(Arrays.toString(command) + " ended with " + exit);
    }
  }

  private String role(String name, List<String> kafka, String... settings)
      throws InterruptedException {
    var arguments = new ArrayList<>(kafka);
    for (var setting : settings) {
      arguments.addAll(List.of("--set", setting));
    }
    return role(name, arguments);
  }

  /** Begins a role and gives what it says behind {@code ready}. */
  private String role(String name, List<String> arguments) throws InterruptedException {
    var command = new ArrayList<>(List.of(name));
    command.addAll(arguments);
    Thread.ofPlatform()
        .daemon()
        .name(name)
        .start(() -> Main.commands().execute(command.toArray(String[]::new)));
    return awaitReady(name);
  }

  private String awaitReady(String name) throws InterruptedException {
    long until = System.nanoTime() + READY_WITHIN.toNanos();
    for (long left = READY_WITHIN.toNanos(); left > 0; left = until - System.nanoTime()) {
      var line = lines.poll(left, TimeUnit.NANOSECONDS);
      if (line != null && line.startsWith(READY)) {
        return line.substring(READY.length());
      }
    }
    throw new IllegalStateException(name + " is not ready after " + READY_WITHIN);
  }

  private static void createTopics(String bootstrap) {
    try (var admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
      TopicAdmin.create(admin, new TopicCatalogue(CatalogueConfig.local()));
    }
  }

  private void awaitReadyz(String url) throws Exception {
    long until = System.nanoTime() + READY_WITHIN.toNanos();
    while (get(url + "/readyz") != 200) {
      if (System.nanoTime() > until) {
        throw new IllegalStateException(url + " is not ready after " + READY_WITHIN);
      }
      Thread.sleep(50);
    }
  }

  private int get(String url) throws Exception {
    var request = HttpRequest.newBuilder(URI.create(url)).build();
    return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
  }

  /** What this process prints, as lines. */
  private final class Lines extends OutputStream {
    private final StringBuilder line = new StringBuilder();

    @Override
    public synchronized void write(int character) {
      if (character == '\n') {
        lines.add(line.toString().strip());
        line.setLength(0);
      } else {
        line.append((char) character);
      }
    }
  }
}
