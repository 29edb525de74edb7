package dev.sluice.local.agents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.local.model.ModelServer;
import dev.sluice.runner.NonRetryableException;
import dev.sluice.runner.StepFailedException;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class LlmAgentTest {
  private static final LlmAgent.Input INPUT = new LlmAgent.Input("Say hello", null, 50);

  private final ModelServer server = new ModelServer();
  private final Map<String, String> environment =
      Map.of("OPENAI_BASE_URL", server.url().toString(), "OPENAI_API_KEY", "secret-key");
  private final LlmAgent agent = new LlmAgent(environment::get);
  private final FakeRun run = new FakeRun();

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void chargesTheTokensThatTheEndpointCounted() {
    server.reply(ModelServer.answer(9, 3, "Hello"));

    var text = agent.run(run, INPUT);

    assertThat(text).isEqualTo("Hello");
    assertThat(run.charged).isEqualTo(Map.of("calls", 1L, "tokens", 12L));
  }

  @Test
  void doesNotAskAgainWhatHasBeenAnswered() {
    server.reply(ModelServer.answer(9, 3, "Hello"));
    agent.run(run, INPUT);

    var again = agent.run(run, INPUT);

    assertThat(again).isEqualTo("Hello");
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void chargesAnAnswerThatBrokeOffAndAsksAgain() {
    server.reply(ModelServer.dieAfter("Hel")).reply(ModelServer.answer(9, 3, "Hello"));
    assertThatThrownBy(() -> agent.run(run, INPUT)).isInstanceOf(StepFailedException.class);

    var text = agent.run(run, INPUT);

    assertThat(text).isEqualTo("Hello");
    assertThat(run.charged).isEqualTo(Map.of("calls", 2L, "tokens", 12L + (9 + 3) / 4 + 1));
  }

  @Test
  void chargesNothingForACallThatWasRefused() {
    server.reply(ModelServer.refuse(500, Map.of(), "oops"));

    assertThatThrownBy(() -> agent.run(run, INPUT)).hasMessageContaining("500");

    assertThat(run.charged).isEmpty();
  }

  @Test
  void saysWhatIsMissingInTheEnvironment() {
    var withoutKey = new LlmAgent(Map.of("OPENAI_BASE_URL", "http://127.0.0.1:1/v1")::get);

    assertThatThrownBy(() -> withoutKey.run(run, INPUT))
        .isInstanceOf(NonRetryableException.class)
        .hasMessageContaining("OPENAI_API_KEY")
        .message()
        .doesNotContain("OPENAI_BASE_URL");
  }

  @Test
  void saysWhatIsWrongWithTheInput() {
    assertThatThrownBy(() -> agent.run(run, new LlmAgent.Input(null, null, null)))
        .isInstanceOf(NonRetryableException.class)
        .hasMessage("prompt: required");
    assertThatThrownBy(() -> agent.run(run, new LlmAgent.Input("x", null, 0)))
        .isInstanceOf(NonRetryableException.class)
        .hasMessageContaining("max_tokens");
  }
}
