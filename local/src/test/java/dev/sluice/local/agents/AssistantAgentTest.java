package dev.sluice.local.agents;

import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.output.FinishReason;
import dev.langchain4j.model.output.TokenUsage;
import dev.sluice.sdk.TypeRef;
import dev.sluice.testkit.TestKit;
import dev.sluice.testkit.TestRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.junit.jupiter.api.Test;

final class AssistantAgentTest {
  private final List<ChatRequest> asked = new ArrayList<>();
  private final Queue<AiMessage> answers = new ArrayDeque<>();
  private final StreamingChatModel model =
      new StreamingChatModel() {
        @Override
        public void doChat(ChatRequest request, StreamingChatResponseHandler handler) {
          asked.add(request);
          handler.onCompleteResponse(
              ChatResponse.builder()
                  .aiMessage(answers.remove())
                  .finishReason(FinishReason.STOP)
                  .tokenUsage(new TokenUsage(30, 10))
                  .build());
        }
      };

  private static ToolExecutionRequest call(String id, String tool, String arguments) {
    return ToolExecutionRequest.builder().id(id).name(tool).arguments(arguments).build();
  }

  @Test
  void usesThreeToolsAtOnceAndRemembersWhatWasSaid() {
    answers.add(
        AiMessage.from(
            call("1", "time", "{\"zone\":\"Europe/Rome\"}"),
            call("2", "days", "{\"from\":\"2026-12-01\",\"to\":\"2026-12-24\"}"),
            call("3", "roll", "{\"sides\":1}")));
    answers.add(AiMessage.from("23 days, and a 1."));
    answers.add(AiMessage.from("You asked for days."));
    var kit = TestKit.of(new AssistantAgent(() -> model));

    var run =
        kit.submit(AssistantAgent.class, new AssistantAgent.Said("How long until Christmas?"))
            .signal("say", new AssistantAgent.Said("What did I ask?"), Duration.ofMinutes(5))
            .run();

    assertThat(run.output(new TypeRef<List<String>>() {}))
        .containsExactly("23 days, and a 1.", "You asked for days.");
    assertThat(run.steps())
        .extracting(TestRun.Step::name)
        .contains("tool time", "tool days", "tool roll");
    assertThat(asked.getLast().messages())
        .as("system, question, calls, three results, answer, question")
        .hasSize(8);
    assertThat(run.charged()).isEqualTo(Map.of("calls", 3L, "tokens", 120L));
    assertThat(run.took()).isEqualTo(Duration.ofMinutes(65));
    run.survivesCrashes();
    assertThat(asked).hasSize(3);
  }

  @Test
  void isShort() throws Exception {
    var source = Path.of("src/main/java/dev/sluice/local/agents/AssistantAgent.java");

    assertThat(Files.readAllLines(source))
        .filteredOn(line -> !line.isBlank() && !line.startsWith("import "))
        .as("lines of code")
        .hasSizeLessThan(60);
  }
}
