package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.gateway.cli.GatewayJson;
import dev.sluice.local.stack.LocalStack;
import dev.sluice.local.stack.StackConfig;
import dev.sluice.v1.RunStatus;
import dev.sluice.verification.Checker;
import dev.sluice.verification.History;
import dev.sluice.verification.RunName;
import dev.sluice.verification.TopicHistoryReader;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A planner asks for 200 children with a budget for fewer, while its workers are killed. */
@Tag("slow")
final class FanOutUnderKillsIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration BOUND = Duration.ofMinutes(2);
  private static final int FAN_OUT = 200;
  private static final long CEILING = 120;

  @Test
  void chargesNoMoreThanItsCeilingAndReportsWhatItGot(@TempDir Path data) {
    try (var stack = LocalStack.start(new StackConfig(0, 0, 0, data, 2, 16))) {
      var client = new GatewayJson(URI.create(stack.gatewayUrl()));
      var reader = new TopicHistoryReader(stack.bootstrap(), stack.registry(), "");
      client.putTenant("acme", JSON.createObjectNode().put("plan", "pro"));
      var body = JSON.createObjectNode().put("agent", "tree").put("run_id", "planner");
      body.putObject("budget").put("calls", CEILING);
      body.putObject("input")
          .put("fan_out", FAN_OUT)
          .put("depth", 1)
          .put("step_ms", 60)
          .putObject("charge")
          .put("calls", 1);
      client.submit("acme", body, null);

      awaitEnded(reader, 20);
      stack.process("runner-1").kill();
      awaitEnded(reader, 60);
      stack.process("runner-2").kill();

      var planner = end(client);
      var history = reader.read();
      var report = Checker.check(history, Map.of("free", 2, "pro", 20));
      long succeeded = succeededChildren(history);
      assertThat(report.violations()).isEmpty();
      assertThat(history.completions()).hasSize(FAN_OUT + 1);
      assertThat(planner.path("status").asText()).isEqualTo("SUCCEEDED");
      assertThat(planner.path("output").asLong()).isEqualTo(succeeded).isBetween(90L, CEILING);
      assertThat(Checker.charged(history, new RunName("acme", "planner")).get("calls"))
          .isEqualTo(succeeded + 1)
          .isLessThanOrEqualTo(CEILING);
    }
  }

  private static void awaitEnded(TopicHistoryReader reader, int runs) {
    Awaitility.await()
        .atMost(BOUND)
        .pollInterval(Duration.ofMillis(100))
        .until(() -> reader.read().completions().size() >= runs);
  }

  private static JsonNode end(GatewayJson client) {
    return Awaitility.await()
        .atMost(BOUND)
        .ignoreExceptions()
        .until(
            () -> client.get("acme", "planner", Duration.ofSeconds(5)),
            answer -> answer.has("completed_at"));
  }

  private static long succeededChildren(History history) {
    return history.completions().stream()
        .map(History.Completion::completed)
        .filter(one -> one.getParentRunId() != null && one.getStatus() == RunStatus.SUCCEEDED)
        .count();
  }
}
