package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.gateway.cli.GatewayJson;
import dev.sluice.local.stack.Child;
import dev.sluice.local.stack.LocalStack;
import dev.sluice.local.stack.StackConfig;
import dev.sluice.verification.Checker;
import dev.sluice.verification.History;
import dev.sluice.verification.TopicHistoryReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Real processes, really killed. */
final class KilledProcessesIT {
  private static final Duration BOUND = Duration.ofSeconds(90);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int RUNS = 6;
  private static final int STEPS = 25;

  @Test
  void carriesRunsOnThroughKillsOfARunnerTheGateAndTheWholeStack(@TempDir Path data)
      throws Exception {
    var config = new StackConfig(0, 0, 0, data, 2, 8);
    var log = data.resolve("probe.log");
    try (var stack = LocalStack.start(config)) {
      stack.prepareReporter();
      var client = new GatewayJson(URI.create(stack.gatewayUrl()));

      submit(client, "first", log);
      awaitLines(log, 2 * RUNS);
      busyRunner(stack, log).kill();
      assertAllSucceed(client, "first");

      submit(client, "second", log);
      awaitLines(log, RUNS * STEPS + RUNS);
      stack.process("gate").kill();
      busyRunner(stack, log).kill();
      assertAllSucceed(client, "second");

      submit(client, "third", log);
      awaitLines(log, 2 * RUNS * STEPS + RUNS);
      assertNobodyElseMayRead(data);
    }

    try (var stack = LocalStack.start(config)) {
      var client = new GatewayJson(URI.create(stack.gatewayUrl()));
      assertAllSucceed(client, "third");
      assertEachStepRanOnce(log);
      var history = new TopicHistoryReader(stack.bootstrap(), stack.registry(), "").read();
      assertThat(Checker.check(history, Map.of("free", 2, "pro", 20)).violations()).isEmpty();
    }
  }

  /** Journals hold whatever people put into runs. */
  private static void assertNobodyElseMayRead(Path data) throws IOException {
    var wider = new ArrayList<String>();
    try (var all = Files.walk(data)) {
      for (var one : all.filter(path -> !path.equals(data)).toList()) {
        var permissions = PosixFilePermissions.toString(Files.getPosixFilePermissions(one));
        if (!permissions.endsWith("------")) {
          wider.add(permissions + " " + one);
        }
      }
    } catch (UncheckedIOException | NoSuchFileException e) {
      // a file of a process that went meanwhile
    }
    assertThat(wider).isEmpty();
  }

  /** Without a place for its log no process can be started, as on a full disk. */
  @Test
  void startsADeadRunnerAgainAsSoonAsItCan(@TempDir Path data) throws Exception {
    try (var stack = LocalStack.start(new StackConfig(0, 0, 0, data, 1, 2))) {
      Child before = stack.process("runner-1");
      Files.move(data.resolve("logs"), data.resolve("away"));
      awaitWarning("runner-1 could not be started", before::kill);
      Files.move(data.resolve("away"), data.resolve("logs"));

      Awaitility.await()
          .atMost(BOUND)
          .until(() -> stack.process("runner-1") != before && stack.process("runner-1").isAlive());
      var client = new GatewayJson(URI.create(stack.gatewayUrl()));
      var body = JSON.createObjectNode().put("agent", "echo").put("run_id", "after");
      client.submit("acme", body, null);
      assertThat(end(client, "acme", "after").path("status").asText()).isEqualTo("SUCCEEDED");
    }
  }

  @Test
  void letsNothingThatAZombieWritesCount(@TempDir Path data) throws Exception {
    try (var stack = LocalStack.start(new StackConfig(0, 0, 0, data, 2, 8))) {
      var client = new GatewayJson(URI.create(stack.gatewayUrl()));
      var log = data.resolve("probe.log");
      submit(client, "run", log);
      awaitLines(log, 2 * RUNS);
      var zombie = busyRunner(stack, log);
      signal("STOP", zombie);
      assertAllSucceed(client, "run");
      signal("CONT", zombie);

      var reader = new TopicHistoryReader(stack.bootstrap(), stack.registry(), "");
      Awaitility.await()
          .atMost(BOUND)
          .until(() -> reader.read().decisions().stream().anyMatch(KilledProcessesIT::isVoiding));
      var report = Checker.check(reader.read(), Map.of("free", 2, "pro", 20));
      assertThat(report.violations()).isEmpty();
      assertThat(report.completions()).isEqualTo(RUNS);
      assertThat(report.leasesLost()).isPositive();
    }
  }

  /** The process that executed the last step: worker {@code local-n} is the stack's runner-n. */
  private static Child busyRunner(LocalStack stack, Path log) throws IOException {
    var last = lines(log).get(lines(log).size() - 1);
    return stack.process(last.split(" ", -1)[3].replace("local-", "runner-"));
  }

  private static void awaitWarning(String text, Runnable cause) {
    var logger = (Logger) LoggerFactory.getLogger(LocalStack.class);
    var said = new ListAppender<ILoggingEvent>();
    said.list = new CopyOnWriteArrayList<>();
    said.start();
    logger.addAppender(said);
    try {
      cause.run();
      Awaitility.await().atMost(BOUND).until(() -> said.list.toString().contains(text));
    } finally {
      logger.detachAppender(said);
    }
  }

  private static boolean isVoiding(History.Decided decided) {
    return decided.decision().getReason().startsWith("void journal record");
  }

  private static void signal(String name, Child process) throws Exception {
    var kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
    assertThat(kill.waitFor()).isZero();
  }

  private static void submit(GatewayJson client, String name, Path log) {
    for (int i = 0; i < RUNS; i++) {
      ObjectNode body = JSON.createObjectNode().put("agent", "probe").put("run_id", name);
      body.putObject("input").put("steps", STEPS).put("step_ms", 60).put("log", log.toString());
      client.submit("tenant-" + i, body, null);
    }
  }

  private static void awaitLines(Path log, int lines) {
    Awaitility.await().atMost(BOUND).until(() -> lines(log).size() >= lines);
  }

  private static List<String> lines(Path log) throws IOException {
    return Files.exists(log) ? Files.readAllLines(log) : List.of();
  }

  private static void assertAllSucceed(GatewayJson client, String name) {
    for (int i = 0; i < RUNS; i++) {
      var run = end(client, "tenant-" + i, name);
      assertThat(run.path("status").asText()).as("%s", run).isEqualTo("SUCCEEDED");
    }
  }

  private static com.fasterxml.jackson.databind.JsonNode end(
      GatewayJson client, String tenant, String run) {
    return Awaitility.await()
        .atMost(BOUND)
        .ignoreExceptions()
        .until(
            () -> client.get(tenant, run, Duration.ofSeconds(5)),
            answer -> answer.has("completed_at"));
  }

  /**
   * A body that was cut short left no line; one that ended between its line and the journal's
   * acknowledgement when its worker was killed ran twice: at most one for each run and kill.
   */
  private static void assertEachStepRanOnce(Path log) throws IOException {
    var executed = lines(log);
    assertThat(executed.stream().map(KilledProcessesIT::stepOf).distinct().toList())
        .as("steps executed")
        .hasSize(STEPS);
    assertThat(executed).hasSizeBetween(3 * RUNS * STEPS, 3 * RUNS * STEPS + 3 * RUNS);
    assertThat(executed.stream().map(KilledProcessesIT::stepOf).toList())
        .containsAll(IntStream.rangeClosed(1, STEPS).boxed().toList());
  }

  private static Integer stepOf(String line) {
    return Integer.valueOf(line.split(" ", -1)[1]);
  }
}
