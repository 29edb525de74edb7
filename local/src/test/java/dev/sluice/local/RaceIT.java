package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.gateway.cli.GatewayJson;
import dev.sluice.local.stack.LocalStack;
import dev.sluice.local.stack.StackConfig;
import dev.sluice.verification.Checker;
import dev.sluice.verification.TopicHistoryReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Eight researchers, of which the first wins and the others are cancelled, and who signal their
 * parent, while their workers are killed.
 */
@Tag("slow")
final class RaceIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration BOUND = Duration.ofMinutes(3);
  private static final int RUNS = 12;
  private static final int RESEARCHERS = 8;

  @Test
  void theFirstWinsOthersEndAndEachSignalComesOnce(@TempDir Path data) throws Exception {
    var log = data.resolve("steps.log");
    try (var stack = LocalStack.start(new StackConfig(0, 0, 0, data, 2, 16))) {
      var client = new GatewayJson(URI.create(stack.gatewayUrl()));
      client.putTenant("acme", JSON.createObjectNode().put("plan", "pro"));
      for (int run = 0; run < RUNS; run++) {
        submit(client, run, log);
      }
      for (int kill = 1; kill <= 4; kill++) {
        int lines = kill * 60;
        Awaitility.await().atMost(BOUND).until(() -> lines(log) >= lines);
        stack.process("runner-" + (1 + kill % 2)).kill();
        if (kill == 2) {
          stack.process("gate").kill();
        }
      }

      var ends = new ArrayList<String>();
      for (int run = 0; run < RUNS; run++) {
        ends.addAll(assertRace(end(client, run)));
      }
      assertThat(ends).as("how researchers ended").contains("CANCELLED");
      var history = new TopicHistoryReader(stack.bootstrap(), stack.registry(), "").read();
      var report = Checker.check(history, Map.of("free", 2, "pro", 20));
      assertThat(report.violations()).isEmpty();
      assertThat(report.leasesLost()).isPositive();
    }
  }

  /** Returns how its researchers ended. */
  private static List<String> assertRace(JsonNode run) {
    assertThat(run.path("status").asText()).as("%s", run).isEqualTo("SUCCEEDED");
    var output = run.path("output");
    assertThat(texts(output.path("begun")))
        .as("each has told once that it began: %s", run)
        .containsExactlyInAnyOrderElementsOf(
            IntStream.rangeClosed(1, RESEARCHERS).mapToObj(String::valueOf).toList());
    assertThat(texts(output.path("early"))).as("%s", run).containsOnly("DELIVERED");
    assertThat(output.path("late").asText()).as("%s", run).isEqualTo("ENDED");
    var ends = texts(output.path("ends"));
    assertThat(ends).as("%s", run).hasSize(RESEARCHERS);
    for (int number = 1; number <= RESEARCHERS; number++) {
      assertThat(ends.get(number - 1)).as("%s", run).isIn("SUCCEEDED " + number, "CANCELLED");
    }
    int winner = output.path("winner").asInt();
    assertThat(ends.get(winner - 1)).as("%s", run).isEqualTo("SUCCEEDED " + winner);
    return ends;
  }

  private static List<String> texts(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).map(JsonNode::asText).toList();
  }

  private static void submit(GatewayJson client, int run, Path log) {
    var body = JSON.createObjectNode().put("agent", "race").put("run_id", "run-" + run);
    body.putObject("input")
        .put("log", log.toString())
        .put("researchers", RESEARCHERS)
        .put("number", 0)
        .put("seed", run);
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
