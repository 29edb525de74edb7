package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.gateway.cli.GatewayJson;
import dev.sluice.local.stack.LocalStack;
import dev.sluice.local.stack.StackConfig;
import dev.sluice.verification.Checker;
import dev.sluice.verification.TopicHistoryReader;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that takes all of its worker's memory, beside runs of others with long steps. */
@Tag("slow")
final class PoisonRunIT {
  private static final int RUNNERS = 3;
  private static final int SLOTS = 8;
  private static final int OTHERS = 20;
  private static final Duration BOUND = Duration.ofMinutes(6);
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void endsDeadAndTakesNobodyWithIt(@TempDir Path data) throws Exception {
    try (var stack = LocalStack.start(new StackConfig(0, 0, 0, data, RUNNERS, SLOTS))) {
      var client = new GatewayJson(URI.create(stack.gatewayUrl()));
      submit(client, "acme", "poison", "{\"steps\":1,\"step_ms\":500,\"exhaust_at\":1}");
      for (int other = 0; other < OTHERS; other++) {
        submit(client, "tenant-" + other, "run", "{\"steps\":1,\"step_ms\":8000}");
      }

      var poison = end(client, "acme", "poison");
      assertThat(poison.path("status").asText()).isEqualTo("DEAD");
      assertThat(poison.path("error").path("type").asText()).isEqualTo("LeaseLost");
      for (int other = 0; other < OTHERS; other++) {
        var end = end(client, "tenant-" + other, "run");
        assertThat(end.path("status").asText()).as("%s", end).isEqualTo("SUCCEEDED");
      }

      var history = new TopicHistoryReader(stack.bootstrap(), stack.registry(), "").read();
      assertThat(Checker.check(history, Map.of("free", 2, "pro", 20)).violations()).isEmpty();
    }
  }

  private static void submit(GatewayJson client, String tenant, String run, String input)
      throws Exception {
    var body = JSON.createObjectNode().put("agent", "probe").put("run_id", run);
    client.submit(tenant, body.set("input", JSON.readTree(input)), null);
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
