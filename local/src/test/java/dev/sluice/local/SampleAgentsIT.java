package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.local.agents.LlmAgent;
import dev.sluice.local.model.ModelServer;
import dev.sluice.v1.RunCompleted;
import dev.sluice.v1.RunStatus;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class SampleAgentsIT {
  @Test
  void llmEndsWithItsAnswerThroughALimitAFailureAndABrokenStream() {
    try (var server = new ModelServer();
        var cluster = new TestCluster()) {
      server
          .reply(ModelServer.refuse(429, Map.of("Retry-After", "0"), "{}"))
          .reply(ModelServer.refuse(500, Map.of(), "oops"))
          .reply(ModelServer.dieAfter("Hel"))
          .reply(ModelServer.answer(9, 3, "Hel", "lo"));
      var environment =
          Map.of("OPENAI_BASE_URL", server.url().toString(), "OPENAI_API_KEY", "secret-key");
      cluster.startGate();
      cluster.startRunner("w1", 4, List.of(new LlmAgent(environment::get)));

      cluster.submit("acme", "r1", "llm", "{\"prompt\":\"Say hello\",\"max_tokens\":50}");

      var completed = cluster.awaitCompletions(1).getFirst();
      assertThat(completed.getStatus()).isEqualTo(RunStatus.SUCCEEDED);
      assertThat(output(completed)).isEqualTo("\"Hello\"");
      assertThat(completed.getAttempts()).as("the limit used none").isEqualTo(3);
      assertThat(completed.getCharged())
          .as("the broken answer, by estimate, and the whole one")
          .isEqualTo(Map.of("calls", 2L, "tokens", 4L + 12L));
      assertThat(server.requests()).hasSize(4);
    }
  }

  @Test
  void llmFailsAtOnceWhenTheEndpointRefusesItsKey() {
    try (var server = new ModelServer();
        var cluster = new TestCluster()) {
      server.reply(
          ModelServer.refuse(401, Map.of(), "{\"error\":{\"message\":\"Incorrect API key\"}}"));
      var environment =
          Map.of("OPENAI_BASE_URL", server.url().toString(), "OPENAI_API_KEY", "secret-key");
      cluster.startGate();
      cluster.startRunner("w1", 4, List.of(new LlmAgent(environment::get)));

      cluster.submit("acme", "r1", "llm", "{\"prompt\":\"Say hello\"}");

      var completed = cluster.awaitCompletions(1).getFirst();
      assertThat(completed.getStatus()).isEqualTo(RunStatus.FAILED);
      assertThat(completed.getAttempts()).isEqualTo(1);
      assertThat(completed.getError().getMessage())
          .contains("OPENAI_API_KEY", "Incorrect API key")
          .doesNotContain("secret-key");
      assertThat(completed.getCharged()).isEmpty();
    }
  }

  private static String output(RunCompleted completed) {
    var bytes = completed.getOutput();
    return bytes == null ? "" : StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
  }
}
