package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.gateway.cli.GatewayJson;
import dev.sluice.local.stack.Child;
import dev.sluice.local.stack.LocalStack;
import dev.sluice.local.stack.StackConfig;
import dev.sluice.v1.DecisionKind;
import dev.sluice.v1.RunCompleted;
import dev.sluice.verification.Checker;
import dev.sluice.verification.History;
import dev.sluice.verification.TopicHistoryReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of leases while nobody decides, in real processes. */
@Tag("slow")
final class StoppedGateIT {
  private static final Set<DecisionKind> ENDS_OF_LEASES =
      Set.of(DecisionKind.RELEASE, DecisionKind.ALARM);
  private static final Duration BOUND = Duration.ofSeconds(90);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int RUNS = 4;
  private static final int STEPS = 70;
  private static final int STEP_MS = 500;

  /** Longer than the stack's TTL of 6 s. */
  private static final Duration STOPPED = Duration.ofSeconds(8);

  @Test
  void endsNoLeaseWhileTheGateIsFrozenOrDeadForLongerThanTheTtl(@TempDir Path data)
      throws Exception {
    try (var stack = LocalStack.start(new StackConfig(0, 0, 0, data, 2, RUNS))) {
      var client = new GatewayJson(URI.create(stack.gatewayUrl()));
      var log = data.resolve("probe.log");
      for (int i = 0; i < RUNS; i++) {
        var body = JSON.createObjectNode().put("agent", "probe").put("run_id", "long-" + i);
        body.putObject("input").put("steps", STEPS).put("step_ms", STEP_MS).put("log", "" + log);
        client.submit("tenant-" + i, body, null);
      }
      awaitLines(log, RUNS);

      keepStopped(stack.process("gate"), log);
      assertDecides(client, "thawed");

      var killed = stack.process("gate");
      killed.kill();
      Awaitility.await().atMost(BOUND).until(() -> stack.process("gate") != killed);
      keepStopped(stack.process("gate"), log); // it has not begun: the gate stays dead
      assertDecides(client, "restarted");

      for (int i = 0; i < RUNS; i++) {
        var run = end(client, "tenant-" + i, "long-" + i);
        assertThat(run.path("status").asText()).isEqualTo("SUCCEEDED");
      }
      var executed = lines(log).stream().map(StoppedGateIT::runAndStep).toList();
      assertThat(executed).hasSize(RUNS * STEPS);
      assertThat(new HashSet<>(executed)).as("each step once").hasSize(RUNS * STEPS);
      assertNoLeaseEnded(new TopicHistoryReader(stack.bootstrap(), stack.registry(), "").read());
    }
  }

  /** Freezes a process for longer than the TTL while the workers go on with their steps. */
  private static void keepStopped(Child process, Path log) throws Exception {
    signal("STOP", process);
    int lines = lines(log).size();
    long since = System.nanoTime();
    Awaitility.await()
        .atMost(BOUND)
        .until(() -> System.nanoTime() - since >= STOPPED.toNanos() && lines(log).size() > lines);
    signal("CONT", process);
  }

  private static void assertDecides(GatewayJson client, String run) {
    var body = JSON.createObjectNode().put("agent", "echo").put("run_id", run);
    client.submit("other", body, null);
    assertThat(end(client, "other", run).path("status").asText()).isEqualTo("SUCCEEDED");
  }

  private static JsonNode end(GatewayJson client, String tenant, String run) {
    return Awaitility.await()
        .atMost(BOUND)
        .ignoreExceptions()
        .until(
            () -> client.get(tenant, run, Duration.ofSeconds(5)),
            answer -> answer.has("completed_at"));
  }

  private static void assertNoLeaseEnded(History history) {
    assertThat(history.decisions())
        .extracting(History.Decided::decision)
        .filteredOn(one -> ENDS_OF_LEASES.contains(one.getKind()))
        .isEmpty();
    // A gate that has just thawed may send another run where there is no room any more.
    assertThat(history.completions())
        .extracting(History.Completion::completed)
        .filteredOn(completed -> completed.getRunId().startsWith("long-"))
        .extracting(RunCompleted::getEpochs)
        .hasSize(RUNS)
        .containsOnly(1);
    assertThat(Checker.check(history, Map.of("free", 2, "pro", 20)).violations()).isEmpty();
  }

  private static void signal(String name, Child process) throws Exception {
    var kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
    assertThat(kill.waitFor()).isZero();
  }

  private static void awaitLines(Path log, int lines) {
    Awaitility.await().atMost(BOUND).until(() -> lines(log).size() >= lines);
  }

  private static List<String> lines(Path log) throws IOException {
    return Files.exists(log) ? Files.readAllLines(log) : List.of();
  }

  private static String runAndStep(String line) {
    var words = line.split(" ", -1);
    return words[0] + " " + words[1];
  }
}
