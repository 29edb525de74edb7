package dev.sluice.local.agents;

import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.sluice.langchain4j.CallOptions;
import dev.sluice.langchain4j.DurableChat;
import dev.sluice.sdk.RetryPolicy;
import dev.sluice.sdk.RunContext;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Questions to a model, each a durable step that charges {@code tokens} and {@code calls}.
 *
 * <p>A step has one try: when the model fails the whole run is tried again later, by its retry
 * policy, and holds no slot until then. A limit (429) is waited for as long as the endpoint says,
 * and costs no attempt.
 */
final class ModelSteps {
  /** Pauses of a second, two, four, … by the gate: a minute's outage of a model fails no run. */
  static final RetryPolicy ATTEMPTS = RetryPolicy.of(7);

  /**
   * A question.
   *
   * @param model which model shall answer; null takes the endpoint's default
   * @param maxTokens most tokens of the answer, at least 1
   */
  record Question(String prompt, @Nullable String model, int maxTokens) {
    private ChatRequest request() {
      var request =
          ChatRequest.builder().messages(UserMessage.from(prompt)).maxOutputTokens(maxTokens);
      return (model == null ? request : request.modelName(model)).build();
    }
  }

  private final Supplier<StreamingChatModel> model;

  ModelSteps(Supplier<StreamingChatModel> model) {
    this.model = model;
  }

  /** The answer's text. */
  String ask(RunContext run, String step, Question question) {
    return ask(run, step, question, asked -> asked);
  }

  /** The same, but half as long when the budget of the run's tree is low. */
  String askThriftily(RunContext run, String step, Question question) {
    // What is left differs between epochs, so it is looked at inside the step.
    return ask(run, step, question, asked -> run.budget().isLow() ? halved(asked) : asked);
  }

  private String ask(
      RunContext run, String step, Question question, UnaryOperator<ChatRequest> inStep) {
    var late = new Late(model, inStep);
    var chat = DurableChat.of(run, late, CallOptions.DEFAULT);
    return chat.model(step).chat(question.request()).aiMessage().text();
  }

  private static ChatRequest halved(ChatRequest request) {
    var less = ChatRequest.builder().messages(request.messages());
    less.maxOutputTokens(Math.max(1, request.maxOutputTokens() / 2));
    return (request.modelName() == null ? less : less.modelName(request.modelName())).build();
  }

  /** Makes the model inside a step, so that a missing setting fails that step; and asks it. */
  private record Late(Supplier<StreamingChatModel> model, UnaryOperator<ChatRequest> inStep)
      implements StreamingChatModel {
    @Override
    public void doChat(ChatRequest request, StreamingChatResponseHandler handler) {
      model.get().chat(inStep.apply(request), handler);
    }
  }
}
