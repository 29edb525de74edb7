package dev.sluice.local.stack;

import dev.sluice.runner.GoneReporter;
import dev.sluice.schemas.CatalogueConfig;
import dev.sluice.schemas.TopicAdmin;
import dev.sluice.schemas.TopicCatalogue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stack in processes of this machine: broker with registry, gate, catalog, gateway, runners. A
 * runner that dies is reported GONE by this process, which saw it exit, and started again; so are
 * the others but the broker, without which nothing goes on.
 */
public final class LocalStack implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LocalStack.class);
  private static final String LEASE_TTL = "lease.ttl.ms=6000";
  private static final Duration STOP_WITHIN = Duration.ofSeconds(15);
  private static final Duration READY_WITHIN = Duration.ofSeconds(60);
  private static final long RESTART_PAUSE_MS = 200;

  private final StackConfig config;
  private final Path data;
  private final Map<String, Child> children = new ConcurrentHashMap<>();
  private final CountDownLatch brokerEnded = new CountDownLatch(1);
  private final HttpClient http = HttpClient.newHttpClient();
  private volatile boolean stopping;
  private String bootstrap = "";
  private String registry = "";
  private String catalogUrl = "";
  private String gatewayUrl = "";

  private LocalStack(StackConfig config, Path data) {
    this.config = config;
    this.data = data;
  }

  /**
   * Starts the stack and returns when it can take a run.
   *
   * @throws IllegalStateException if a process does not start; what had started is stopped
   */
  public static LocalStack start(StackConfig config) {
    var stack = new LocalStack(config, dataDir(config));
    try {
      stack.startAll();
      return stack;
    } catch (RuntimeException e) {
      stack.close();
      throw e;
    }
  }

  private static Path dataDir(StackConfig config) {
    try {
      var dir = config.data();
      var data = dir == null ? Files.createTempDirectory("sluice-local") : dir.toAbsolutePath();
      Files.createDirectories(data.resolve("logs"));
      return data;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make the data directory", e);
    }
  }

  private void startAll() {
    var broker =
        child(
            "broker",
            640,
            List.of(
                "broker",
                "--kafka",
                Integer.toString(config.kafka()),
                "--registry",
                Integer.toString(config.registry()),
                "--data",
                data.toString()));
    var addresses = List.of(broker.awaitReady().split(" ", -1));
    bootstrap = addresses.get(0);
    registry = addresses.get(1);
    broker.onExit().thenRun(brokerEnded::countDown);
    createTopics();
    var gate = startGate();
    var catalog = startCatalog();
    for (int number = 1; number <= config.runners(); number++) {
      startRunner(number);
    }
    catalogUrl = catalog.awaitReady();
    gatewayUrl = startGateway(catalogUrl).awaitReady();
    awaitReadyz(gate.awaitReady());
    awaitReadyz(catalogUrl);
    awaitReadyz(gatewayUrl);
    awaitRunners();
  }

  private void awaitRunners() {
    children.values().stream()
        .filter(child -> child.name().startsWith("runner"))
        .map(Child::awaitReady)
        .forEach(line -> awaitReadyz(probes(line)));
  }

  /** A runner says its incarnation and where its probes are. */
  private static String probes(String line) {
    return line.substring(line.indexOf(' ') + 1);
  }

  private void createTopics() {
    var catalogue = new TopicCatalogue(CatalogueConfig.local());
    try (var admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
      TopicAdmin.create(admin, catalogue);
    }
  }

  private Child child(String name, int heapMb, List<String> arguments) {
    var child = Child.start(name, heapMb, data.resolve("logs").resolve(name + ".log"), arguments);
    children.put(name, child);
    return child;
  }

  private List<String> role(String role, String... more) {
    var arguments =
        new ArrayList<>(List.of(role, "--bootstrap", bootstrap, "--registry", registry));
    arguments.addAll(List.of(more));
    return arguments;
  }

  private Child startGate() {
    var child =
        child(
            "gate",
            768,
            role(
                "gate",
                "--set",
                LEASE_TTL,
                "--set",
                "agent.wait.ms=10000",
                "--set",
                "state.dir=" + data.resolve("gate")));
    return watch(child, this::startGate);
  }

  private Child startCatalog() {
    var port = catalogUrl.isEmpty() ? "0" : Integer.toString(URI.create(catalogUrl).getPort());
    var child =
        child(
            "catalog",
            384,
            role(
                "catalog",
                "--set",
                "http.port=" + port,
                "--set",
                "state.dir=" + data.resolve("catalog")));
    return watch(child, this::startCatalog);
  }

  private Child startGateway(String catalog) {
    int port = gatewayUrl.isEmpty() ? config.http() : URI.create(gatewayUrl).getPort();
    var child =
        child(
            "gateway",
            256,
            role("gateway", "--set", "http.port=" + port, "--set", "catalogs=" + catalog));
    return watch(child, () -> startGateway(catalog));
  }

  private Child startRunner(int number) {
    var child =
        child(
            "runner-" + number,
            512,
            role(
                "runner",
                "--worker-id",
                "local-" + number,
                "--slots",
                Integer.toString(config.slots()),
                "--set",
                LEASE_TTL,
                "--set",
                "data.dir=" + data,
                "--set",
                "drain.timeout.ms=5000"));
    return watch(child, () -> startRunner(number));
  }

  // --- what happens when one dies

  private Child watch(Child child, Runnable restart) {
    child
        .onExit()
        .thenAcceptAsync(
            process -> {
              if (!stopping) {
                died(child, process.exitValue(), restart);
              }
            });
    return child;
  }

  private void died(Child child, int exit, Runnable restart) {
    LOG.warn("{} ended with {}; starting it again", child.name(), exit);
    try {
      if (child.name().startsWith("runner")) {
        reportGone(child);
      }
      Thread.sleep(RESTART_PAUSE_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (!stopping) {
      restart.run();
    }
  }

  /** This process saw it exit, so its death is certain; its successor reports it if this fails. */
  private void reportGone(Child runner) {
    try {
      var incarnation = runner.awaitReady().split(" ", 2)[0];
      var worker = incarnation.substring(0, incarnation.lastIndexOf('.'));
      reporter().report(worker, incarnation);
    } catch (IllegalStateException neverReady) {
      LOG.warn("{} had not begun", runner.name());
    } catch (KafkaException e) {
      LOG.warn("The end of {} could not be reported", runner.name(), e);
    }
  }

  private @org.jspecify.annotations.Nullable GoneReporter reporter;

  private synchronized GoneReporter reporter() {
    if (reporter == null) {
      reporter = new GoneReporter(bootstrap, registry, "", "local-stack");
    }
    return reporter;
  }

  /** Opens what a report needs before there is one: a kill should not wait for a connection. */
  public void prepareReporter() {
    reporter();
  }

  private void awaitReadyz(String url) {
    long until = System.nanoTime() + READY_WITHIN.toNanos();
    while (System.nanoTime() < until) {
      try {
        var request = HttpRequest.newBuilder(URI.create(url + "/readyz")).build();
        if (http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200) {
          return;
        }
        Thread.sleep(50);
      } catch (IOException notYet) {
        // asked again
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while the stack starts", e);
      }
    }
    throw new IllegalStateException(url + " is not ready after " + READY_WITHIN);
  }

  // --- for its users

  public String bootstrap() {
    return bootstrap;
  }

  public String registry() {
    return registry;
  }

  public String gatewayUrl() {
    return gatewayUrl;
  }

  public Path data() {
    return data;
  }

  /** The process that has this role now: broker, gate, catalog, gateway, runner-1, runner-2 … */
  public Child process(String name) {
    var child = children.get(name);
    if (child == null) {
      throw new IllegalArgumentException("no process " + name + " in " + children.keySet());
    }
    return child;
  }

  /** Returns when the broker has ended by itself. */
  public void awaitFailure() throws InterruptedException {
    brokerEnded.await();
  }

  /** Drains the runners first and stops the broker last. */
  @Override
  public void close() {
    stopping = true;
    stop(name -> name.startsWith("runner"));
    stop(name -> !name.equals("broker"));
    stop(name -> true);
    if (reporter != null) {
      reporter.close();
    }
    if (config.data() == null) {
      delete(data);
    }
  }

  private void stop(java.util.function.Predicate<String> which) {
    var threads =
        children.values().stream()
            .filter(child -> which.test(child.name()) && child.isAlive())
            .map(child -> Thread.ofVirtual().start(() -> child.stop(STOP_WITHIN)))
            .toList();
    for (var thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static void delete(Path dir) {
    try (var files = Files.walk(dir)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | UncheckedIOException e) {
      LOG.warn("Could not delete {}", dir, e);
    }
  }
}
