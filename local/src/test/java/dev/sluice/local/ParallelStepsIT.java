package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.gateway.cli.GatewayJson;
import dev.sluice.local.stack.LocalStack;
import dev.sluice.local.stack.StackConfig;
import dev.sluice.schemas.wire.JournalKey;
import dev.sluice.v1.JournalRecord;
import dev.sluice.v1.StepEntry;
import dev.sluice.verification.Checker;
import dev.sluice.verification.History;
import dev.sluice.verification.TopicHistoryReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two hundred runs whose steps execute five at a time, while their workers are killed. */
@Tag("slow")
final class ParallelStepsIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration BOUND = Duration.ofMinutes(3);
  private static final int TENANTS = 4;
  private static final int RUNS = 200;
  private static final int ROUNDS = 2;
  private static final int STEPS = 1 + ROUNDS * FiveAgent.BESIDE_EACH_OTHER;

  @Test
  void losesNothingAndExecutesNothingAgainThatIsJournaled(@TempDir Path data) throws Exception {
    var log = data.resolve("five.log");
    try (var stack = LocalStack.start(new StackConfig(0, 0, 0, data, 2, 16))) {
      var client = new GatewayJson(URI.create(stack.gatewayUrl()));
      for (int tenant = 0; tenant < TENANTS; tenant++) {
        client.putTenant("tenant-" + tenant, JSON.createObjectNode().put("plan", "pro"));
      }
      measure(client, data);

      for (int i = 0; i < RUNS; i++) {
        submit(client, tenant(i), "run-" + i, log, ROUNDS);
      }
      for (int kill = 1; kill <= 4; kill++) {
        int lines = kill * RUNS * STEPS / 5;
        Awaitility.await().atMost(BOUND).until(() -> lines(log).size() >= lines);
        stack.process("runner-" + (1 + kill % 2)).kill();
      }
      for (int i = 0; i < RUNS; i++) {
        var run = end(client, tenant(i), "run-" + i);
        assertThat(run.path("status").asText()).as("%s", run).isEqualTo("SUCCEEDED");
      }

      var history = new TopicHistoryReader(stack.bootstrap(), stack.registry(), "").read();
      var report = Checker.check(history, Map.of("free", 2, "pro", 20));
      assertThat(report.violations()).isEmpty();
      assertThat(report.leasesLost()).isPositive();
      assertExecutedOnceJournaledNeverAgain(history, lines(log));
    }
  }

  /** For people: how much longer five take than one. */
  private static void measure(GatewayJson client, Path data) {
    double best = Double.MAX_VALUE;
    for (int i = 0; i < 5; i++) {
      submit(client, "tenant-0", "alone-" + i, data.resolve("alone.log"), 3);
      var output = end(client, "tenant-0", "alone-" + i).path("output");
      System.out.printf("one step %s ms, five in parallel %s ms%n", output.get(0), output.get(1));
      best = Math.min(best, output.get(1).asDouble() / output.get(0).asDouble());
    }
    assertThat(best).as("five one after the other would take five times as long").isLessThan(3);
  }

  /** Of each run all steps are journaled, and none is executed by a later epoch than that. */
  private static void assertExecutedOnceJournaledNeverAgain(History history, List<String> lines) {
    var epochs = new HashMap<String, Integer>();
    var counted = new HashSet<String>();
    var fences = new HashMap<String, Integer>();
    for (var one : history.journal()) {
      var record = one.record();
      if (one.key() instanceof JournalKey.Fence fence) {
        fences.put(fence.tenant() + "/" + fence.run(), fence.epoch());
      } else if (record != null
          && record.getEntry() instanceof StepEntry step
          && record.getEpoch() >= fences.getOrDefault(run(record), 0)) {
        epochs.merge(key(record, step), record.getEpoch(), Math::min);
        counted.add(key(record, step));
      }
    }
    for (int run = 0; run < RUNS; run++) {
      var prefix = tenant(run) + "/run-" + run + " ";
      assertThat(counted.stream().filter(step -> step.startsWith(prefix))).hasSize(STEPS);
    }
    var executed = new HashMap<String, Integer>();
    for (var line : lines) {
      var parts = line.split(" ", -1);
      var step = parts[0] + " " + parts[1];
      assertThat(Integer.parseInt(parts[2]))
          .as("the epoch that executed %s", line)
          .isLessThanOrEqualTo(Objects.requireNonNull(epochs.get(step)));
      executed.merge(step, 1, Integer::sum);
    }
    assertThat(executed.keySet())
        .as("what is journaled was executed")
        .containsAll(counted(counted));
  }

  private static List<String> counted(Set<String> steps) {
    return steps.stream().filter(step -> !step.contains("/alone-")).toList();
  }

  private static String key(JournalRecord record, StepEntry step) {
    return run(record) + " " + step.getName();
  }

  private static String run(JournalRecord record) {
    return record.getTenant() + "/" + record.getRunId();
  }

  private static String tenant(int run) {
    return "tenant-" + run % TENANTS;
  }

  private static void submit(GatewayJson client, String tenant, String run, Path log, int rounds) {
    var body = JSON.createObjectNode().put("agent", "five").put("run_id", run);
    body.putObject("input").put("log", log.toString()).put("rounds", rounds);
    client.submit(tenant, body, null);
  }

  private static List<String> lines(Path log) throws IOException {
    return Files.exists(log) ? Files.readAllLines(log) : List.of();
  }

  private static JsonNode end(GatewayJson client, String tenant, String run) {
    return Awaitility.await()
        .atMost(BOUND)
        .ignoreExceptions()
        .until(
            () -> client.get(tenant, run, Duration.ofSeconds(5)),
            answer -> answer.has("completed_at"));
  }
}
