package dev.sluice.local.agents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.sluice.local.agents.ResearchAgent.Approval;
import dev.sluice.local.agents.ResearchAgent.Outcome;
import dev.sluice.local.model.BuiltInModel;
import dev.sluice.sdk.NonRetryableException;
import dev.sluice.sdk.RunStoppedError;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ResearchAgentTest {
  private static final ResearchAgent.Input INPUT =
      new ResearchAgent.Input("solar sails", 3, "PT1M");

  private final BuiltInModel builtIn = new BuiltInModel(Duration.ZERO);
  private final List<ChatRequest> asked = new ArrayList<>();
  private final StreamingChatModel model =
      new StreamingChatModel() {
        @Override
        public void doChat(ChatRequest request, StreamingChatResponseHandler handler) {
          asked.add(request);
          builtIn.chat(request, handler);
        }
      };
  private final ResearchAgent agent = new ResearchAgent(() -> model);
  private final ResearchQuestionAgent child = new ResearchQuestionAgent(() -> model);
  private final FakeRun run = new FakeRun().with(agent, child);

  @Test
  void answersItsQuestionsAndWaitsForTheApproval() {
    assertThatThrownBy(() -> run.execute(agent, INPUT))
        .isInstanceOf(RunStoppedError.class)
        .hasMessageContaining("approval");

    assertThat(run.children).hasSize(3);
    assertThat(asked).as("plan, three answers, draft").hasSize(5);
    assertThat(run.journaled()).as("behind the checkpoint").isEmpty();
  }

  @Test
  void reportsWhatWasApprovedWithoutAskingAgainWhatItKnows() throws Exception {
    assertThatThrownBy(() -> run.execute(agent, INPUT)).isInstanceOf(RunStoppedError.class);
    run.signal("approval", new Approval(null, "mind the cost"));

    var report = run.execute(agent, INPUT);

    assertThat(report.outcome()).isEqualTo(Outcome.APPROVED);
    assertThat(report.findings())
        .hasSize(3)
        .allSatisfy(finding -> assertThat(finding.question()).contains("solar sails"));
    assertThat(asked)
        .hasSize(6)
        .last()
        .extracting(ResearchAgentTest::prompt)
        .asString()
        .contains("cost");
    long calls = run.charged.getOrDefault("calls", 0L);
    assertThat(calls).isEqualTo(6);
  }

  @Test
  void keepsTheDraftWhenItIsRejected() throws Exception {
    run.signal("approval", new Approval(false, null));

    var report = run.execute(agent, INPUT);

    assertThat(report.outcome()).isEqualTo(Outcome.REJECTED);
    assertThat(report.text()).isNotBlank();
    assertThat(asked).hasSize(5);
  }

  @Test
  void keepsTheDraftWhenNobodySaysAnything() throws Exception {
    run.timeOut("approval");

    assertThat(run.execute(agent, INPUT).outcome()).isEqualTo(Outcome.UNAPPROVED);
  }

  @Test
  void handsBackWhatItHasWhenTheBudgetIsSpent() throws Exception {
    var poor = new FakeRun("r1", Map.of("calls", 3L)).with(agent, child); // the plan, two answers

    var report = poor.execute(agent, INPUT);

    assertThat(report.outcome()).isEqualTo(Outcome.PARTIAL);
    assertThat(report.findings()).hasSize(2);
    assertThat(poor.charged).containsEntry("calls", 3L);
  }

  @Test
  void answersInHalfTheLengthWhenTheBudgetIsLow() throws Exception {
    var poor = new FakeRun("r1", Map.of("calls", 20L)).with(agent, child);
    poor.charge("calls", 14);
    poor.timeOut("approval");

    poor.execute(agent, INPUT);

    assertThat(asked)
        .extracting(ChatRequest::maxOutputTokens)
        .containsExactly(300, 400, 200, 200, 600);
  }

  @Test
  void reportsWithoutTheAnswerOfAChildThatFailed() throws Exception {
    var broken = new ResearchQuestionAgent(Failing::new);
    var unlucky = new FakeRun().with(agent, broken);
    unlucky.timeOut("approval");

    assertThat(unlucky.execute(agent, INPUT).findings()).isEmpty();
  }

  private static final class Failing implements StreamingChatModel {
    @Override
    public void doChat(ChatRequest request, StreamingChatResponseHandler handler) {
      handler.onError(new IOException("told to fail: " + prompt(request)));
    }
  }

  private static String prompt(ChatRequest request) {
    return ((UserMessage) request.messages().getLast()).singleText();
  }

  @Test
  void saysWhatIsWrongWithTheInput() {
    var inputs =
        Map.of(
            "topic", new ResearchAgent.Input(" ", null, null),
            "questions", new ResearchAgent.Input("x", 101, null),
            "approval_timeout", new ResearchAgent.Input("x", 1, "10 minutes"));

    inputs.forEach(
        (field, input) ->
            assertThatThrownBy(() -> run.execute(agent, input))
                .isInstanceOf(NonRetryableException.class)
                .hasMessageContaining(field));
  }
}
