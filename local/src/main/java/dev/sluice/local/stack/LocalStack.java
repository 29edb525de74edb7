package dev.sluice.local.stack;

import dev.sluice.runner.identity.GoneReporter;
import dev.sluice.schemas.topic.CatalogueConfig;
import dev.sluice.schemas.topic.TopicAdmin;
import dev.sluice.schemas.topic.TopicCatalogue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stack as processes on this machine: broker with registry, gate, catalog, gateway, runners.
 * When a runner dies, this process, which saw it exit, reports it GONE and restarts it. Other
 * processes are restarted too, except the broker, without which nothing works.
 */
public final class LocalStack implements AutoCloseable {
  /** Names the folder below which the sample agent {@code probe} writes. */
  public static final String PROBE_DIR = "SLUICE_PROBE_DIR";

  private static final Logger LOG = LoggerFactory.getLogger(LocalStack.class);
  private static final Duration STOP_WITHIN = Duration.ofSeconds(15);
  private static final Duration READY_WITHIN = Duration.ofSeconds(60);
  private static final Duration SOUND_AFTER = Duration.ofSeconds(30);

  /** What its bound of live runs asks for ({@link Roles}), and a little. */
  private static final int GATE_HEAP_MB = 1_152;

  private static final long RESTART_PAUSE_MS = 200;
  private static final long LONGEST_RESTART_PAUSE_MS = 5_000;

  private final StackConfig config;
  private final DataDir dir;
  private final Path data;
  private final Consumer<String> progress;
  private final Map<String, Child> children = new ConcurrentHashMap<>();
  private final Map<String, Long> pauses = new ConcurrentHashMap<>();
  private final CountDownLatch brokerEnded = new CountDownLatch(1);
  private final CountDownLatch closed = new CountDownLatch(1);
  private final HttpClient http = HttpClient.newHttpClient();
  private volatile boolean stopping;
  private String bootstrap = "";
  private String registry = "";
  private String catalogUrl = "";
  private String gatewayUrl = "";
  private @Nullable GoneReporter reporter;

  private LocalStack(StackConfig config, DataDir dir, Consumer<String> progress) {
    this.config = config;
    this.dir = dir;
    this.data = dir.path();
    this.progress = progress;
  }

  /**
   * Starts the stack and returns when it can take a run.
   *
   * @throws IllegalStateException if a process does not start; what had started is stopped
   */
  public static LocalStack start(StackConfig config) {
    return start(config, line -> {});
  }

  /**
   * The same, and tells how far it is.
   *
   * @param progress gets a line at the start, and one for each part that is ready
   */
  public static LocalStack start(StackConfig config, Consumer<String> progress) {
    config.checkPorts();
    var stack = new LocalStack(config, DataDir.open(config.data()), progress);
    // Also when this process is told to stop while the stack starts.
    Runtime.getRuntime().addShutdownHook(new Thread(stack::close, "stop-stack"));
    progress.accept("starting the local stack in " + stack.data + "; Ctrl-C stops it");
    try {
      stack.startAll();
      return stack;
    } catch (RuntimeException e) {
      stack.close();
      throw e;
    }
  }

  private void startAll() {
    var addresses = List.of(startBroker(config).awaitReady().split(" ", -1));
    bootstrap = addresses.get(0);
    registry = addresses.get(1);
    createTopics();
    progress.accept("Kafka at " + bootstrap + ", schema registry at " + registry);
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
    progress.accept("gate, catalog; gateway, without API keys, at " + gatewayUrl);
    awaitRunners();
    progress.accept("runners: " + config.runners() + " of " + config.slots() + " slots each");
  }

  private void awaitRunners() {
    children.values().stream()
        .filter(child -> child.name().startsWith("runner"))
        .map(Child::awaitReady)
        .forEach(line -> awaitReadyz(probes(line)));
  }

  /** A runner says its incarnation, where its probes are, and what agents it has. */
  private static String probes(String line) {
    return line.split(" ", -1)[1];
  }

  private void createTopics() {
    var catalogue = new TopicCatalogue(CatalogueConfig.local());
    try (var admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
      TopicAdmin.create(admin, catalogue);
    }
  }

  private Child child(String name, int heapMb, List<String> arguments) {
    var log = data.resolve("logs").resolve(name + ".log");
    var environment = Map.of(PROBE_DIR, probeDir());
    var child = Child.start(name, heapMb, log, arguments, environment, dir.temporaryFiles());
    children.put(name, child);
    return child;
  }

  private String probeDir() {
    var given = config.probeDir() == null ? null : config.probeDir().toAbsolutePath().toString();
    var inherited = Objects.requireNonNullElse(System.getenv(PROBE_DIR), "");
    return given != null ? given : inherited.isBlank() ? data.toString() : inherited;
  }

  private Child startBroker(StackConfig at) {
    var broker = child("broker", 640, Roles.broker(at, data));
    broker.onExit().thenRun(() -> brokerEnded(broker));
    return broker;
  }

  private void brokerEnded(Child broker) {
    if (broker == children.get(broker.name())) {
      brokerEnded.countDown();
    }
  }

  private Child startGate() {
    return watch(child("gate", GATE_HEAP_MB, roles().gate()), this::startGate);
  }

  private Child startCatalog() {
    int port = catalogUrl.isEmpty() ? 0 : URI.create(catalogUrl).getPort();
    return watch(child("catalog", 384, roles().catalog(port)), this::startCatalog);
  }

  private Child startGateway(String catalog) {
    int port = gatewayUrl.isEmpty() ? config.http() : URI.create(gatewayUrl).getPort();
    return watch(
        child("gateway", 256, roles().gateway(port, catalog)), () -> startGateway(catalog));
  }

  private Child startRunner(int number) {
    return watch(
        child("runner-" + number, 512, roles().runner(number, config.slots())),
        () -> startRunner(number));
  }

  private Roles roles() {
    return new Roles(bootstrap, registry, data);
  }

  // --- what happens when one dies

  private Child watch(Child child, Runnable restart) {
    child
        .onExit()
        .thenAccept(
            process ->
                Thread.ofPlatform()
                    .daemon()
                    .name("restart-" + child.name())
                    .start(() -> died(child, process.exitValue(), restart)));
    return child;
  }

  private void died(Child child, int exit, Runnable restart) {
    if (stopping) {
      return;
    }
    var when = child.wasReady() ? "" : " before it was ready";
    LOG.warn("{} ended with {}{}; starting it again", child.name(), exit, when);
    if (child.name().startsWith("runner")) {
      reportGone(child);
    }
    if (child.age().compareTo(SOUND_AFTER) > 0) {
      pauses.remove(child.name());
    }
    try {
      do {
        Thread.sleep(pauses.merge(child.name(), RESTART_PAUSE_MS, LocalStack::longer));
      } while (!startAgain(child.name(), restart));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** False if it is to be tried again: a full disk does not stay full forever. */
  private synchronized boolean startAgain(String name, Runnable restart) {
    if (stopping) {
      return true;
    }
    try {
      restart.run();
      return true;
    } catch (UncheckedIOException e) {
      LOG.warn("{} could not be started; trying again", name, e);
      return false;
    }
  }

  /** A process that keeps ending soon after its start is restarted at growing intervals. */
  private static long longer(long last, long first) {
    return Math.min(LONGEST_RESTART_PAUSE_MS, 2 * last);
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

  /**
   * Kills the broker, and the registry with it, and starts both again at the same addresses on what
   * they left behind. Returns when they take connections.
   */
  public void crashBroker() {
    var dead = process("broker");
    children.remove(dead.name());
    dead.kill();
    dead.onExit().join();
    startBroker(config.withPorts(port("kafka://" + bootstrap), port(registry))).awaitReady();
  }

  private static int port(String url) {
    return URI.create(url).getPort();
  }

  /** Returns when the broker has ended by itself. */
  public void awaitFailure() throws InterruptedException {
    brokerEnded.await();
  }

  /** Whether it stops, or has stopped. */
  public boolean isStopping() {
    return stopping;
  }

  /** Drains the runners first and stops the broker last. */
  @Override
  public void close() {
    boolean first;
    synchronized (this) {
      first = !stopping;
      stopping = true;
    }
    if (first) {
      stopInOrder();
      closed.countDown();
    } else {
      awaitClosed();
    }
  }

  private void stopInOrder() {
    stop(name -> name.startsWith("runner"));
    stop(name -> !name.equals("broker"));
    if (reporter != null) {
      reporter.close();
    }
    stop(name -> true);
    dir.close();
  }

  private void awaitClosed() {
    try {
      closed.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void stop(Predicate<String> which) {
    // Not virtual, as a restart's is not: both must run whatever else this process does.
    var threads =
        children.values().stream()
            .filter(child -> which.test(child.name()) && child.isAlive())
            .map(
                child ->
                    Thread.ofPlatform()
                        .name("stop-" + child.name())
                        .start(() -> child.stop(STOP_WITHIN)))
            .toList();
    for (var thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
