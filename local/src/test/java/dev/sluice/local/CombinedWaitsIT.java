package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.gateway.cli.GatewayJson;
import dev.sluice.local.stack.LocalStack;
import dev.sluice.local.stack.StackConfig;
import dev.sluice.v1.CombinedEntry;
import dev.sluice.v1.CombinedWait;
import dev.sluice.v1.YieldEntry;
import dev.sluice.verification.Checker;
import dev.sluice.verification.TopicHistoryReader;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs that wait for whatever comes first, while their workers and the gate are killed. */
@Tag("slow")
final class CombinedWaitsIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration BOUND = Duration.ofMinutes(3);
  private static final int RUNS = 40;
  private static final int CHILDREN = 4;
  private static final int LEARNED = CHILDREN + ElectionAgent.VOTERS.size();

  @Test
  void whatARunOnceLearnedCameFirstItLearnsAgain(@TempDir Path data) throws Exception {
    var log = data.resolve("steps.log");
    try (var stack = LocalStack.start(new StackConfig(0, 0, 0, data, 2, 16))) {
      var client = new GatewayJson(URI.create(stack.gatewayUrl()));
      client.putTenant("acme", JSON.createObjectNode().put("plan", "pro"));
      for (int run = 0; run < RUNS; run++) {
        submit(client, run, log);
      }
      for (int kill = 1; kill <= 4; kill++) {
        int lines = kill * RUNS * LEARNED / 5;
        Awaitility.await().atMost(BOUND).until(() -> lines(log) >= lines);
        stack.process("runner-" + (1 + kill % 2)).kill();
        vote(client, kill - 1);
        if (kill == 2) {
          stack.process("gate").kill();
        }
      }

      for (int run = 0; run < RUNS; run++) {
        assertLearnedAllOnce(end(client, run));
      }
      var history = new TopicHistoryReader(stack.bootstrap(), stack.registry(), "").read();
      var report = Checker.check(history, Map.of("free", 2, "pro", 20));
      assertThat(report.violations()).isEmpty();
      assertThat(report.leasesLost()).isPositive();
      var entries = new ArrayList<Object>();
      for (var one : history.journal()) {
        if (one.record() != null) {
          var entry = one.record().getEntry();
          entries.add(entry instanceof YieldEntry yielded ? yielded.getWait() : entry);
        }
      }
      assertThat(entries)
          .as("choices of the gate and of runners")
          .hasAtLeastOneElementOfType(CombinedWait.class)
          .hasAtLeastOneElementOfType(CombinedEntry.class);
    }
  }

  /** A voter is heard by every run, some while they wait and some while they do not. */
  private static void vote(GatewayJson client, int voter) {
    if (voter < ElectionAgent.VOTERS.size()) {
      var name = ElectionAgent.VOTERS.get(voter);
      var payload = ("\"" + name + "\"").getBytes(StandardCharsets.UTF_8);
      for (int run = 0; run < RUNS; run++) {
        client.signal("acme", "run-" + run, name, payload, "application/json", name + run);
      }
    }
  }

  private static void assertLearnedAllOnce(JsonNode run) {
    assertThat(run.path("status").asText()).as("%s", run).isEqualTo("SUCCEEDED");
    var learned =
        StreamSupport.stream(run.path("output").spliterator(), false)
            .map(JsonNode::asText)
            .filter(what -> !what.equals("time"))
            .toList();
    assertThat(learned).as("%s", run).hasSize(LEARNED).doesNotHaveDuplicates();
    assertThat(learned).as("%s", run).containsAll(ElectionAgent.VOTERS);
  }

  private static void submit(GatewayJson client, int run, Path log) {
    var body = JSON.createObjectNode().put("agent", "election").put("run_id", "run-" + run);
    body.putObject("input").put("log", log.toString()).put("children", CHILDREN).put("seed", run);
    client.submit("acme", body, null);
  }

  private static int lines(Path log) throws IOException {
    return Files.exists(log) ? Files.readAllLines(log).size() : 0;
  }

  private static JsonNode end(GatewayJson client, int run) {
    return Awaitility.await()
        .atMost(BOUND)
        .ignoreExceptions()
        .until(
            () -> client.get("acme", "run-" + run, Duration.ofSeconds(5)),
            answer -> answer.has("completed_at"));
  }
}
