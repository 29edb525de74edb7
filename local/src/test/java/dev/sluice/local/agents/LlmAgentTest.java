package dev.sluice.local.agents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.local.model.ModelServer;
import dev.sluice.sdk.NonRetryableException;
import dev.sluice.sdk.StepFailedException;
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
  void chargesTheTokensThatTheEndpointCounted() throws Exception {
    server.reply(ModelServer.answer(9, 3, "Hello"));

    var text = run.execute(agent, INPUT);

    assertThat(text).isEqualTo("Hello");
    assertThat(run.shown()).isEqualTo("Hello");
    assertThat(run.charged).isEqualTo(Map.of("calls", 1L, "tokens", 12L));
  }

  @Test
  void doesNotAskAgainWhatHasBeenAnswered() throws Exception {
    server.reply(ModelServer.answer(9, 3, "Hello"));
    run.execute(agent, INPUT);

    var again = run.execute(agent, INPUT);

    assertThat(again).isEqualTo("Hello");
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void chargesAnAnswerThatBrokeOffAndAsksAgain() throws Exception {
    server.reply(ModelServer.dieAfter("Hel")).reply(ModelServer.answer(9, 3, "Hello"));
    assertThatThrownBy(() -> run.execute(agent, INPUT)).isInstanceOf(StepFailedException.class);

    var text = run.execute(agent, INPUT);

    assertThat(text).isEqualTo("Hello");
    assertThat(run.charged).isEqualTo(Map.of("calls", 2L, "tokens", 12L + (9 + 3) / 4 + 1));
  }

  @Test
  void seesThatAnAnswerEndedWithoutItsReason() {
    server.reply(ModelServer.stopAfter("Hello th"));

    assertThatThrownBy(() -> run.execute(agent, INPUT)).hasMessageContaining("finish_reason");

    assertThat(run.charged).containsEntry("calls", 1L);
  }

  @Test
  void estimatesTheTokensOfAServerThatTellsNoUsage() throws Exception {
    server.reply(ModelServer.answerWithoutUsage("Hello there"));

    run.execute(agent, INPUT);

    assertThat(run.charged).containsEntry("tokens", (9 + 11) / 4 + 1L);
  }

  @Test
  void chargesNothingForACallThatWasRefused() throws Exception {
    server.reply(ModelServer.refuse(500, Map.of(), "oops"));

    assertThatThrownBy(() -> run.execute(agent, INPUT)).hasMessageContaining("500");

    assertThat(run.charged).isEmpty();
  }

  @Test
  void saysWhatIsMissingInTheEnvironment() throws Exception {
    var withoutKey = new LlmAgent(Map.of("OPENAI_BASE_URL", "http://127.0.0.1:1/v1")::get);

    assertThatThrownBy(() -> run.execute(withoutKey, INPUT))
        .hasCauseInstanceOf(NonRetryableException.class)
        .hasMessageContaining("OPENAI_API_KEY")
        .message()
        .doesNotContain("OPENAI_BASE_URL");
  }

  @Test
  void saysWhatIsWrongWithTheInput() throws Exception {
    assertThatThrownBy(() -> run.execute(agent, new LlmAgent.Input(null, null, null)))
        .isInstanceOf(NonRetryableException.class)
        .hasMessage("prompt: required");
    assertThatThrownBy(() -> run.execute(agent, new LlmAgent.Input("x", null, 0)))
        .isInstanceOf(NonRetryableException.class)
        .hasMessageContaining("max_tokens");
  }
}
