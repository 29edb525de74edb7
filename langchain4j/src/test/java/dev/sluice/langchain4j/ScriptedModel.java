package dev.sluice.langchain4j;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.output.FinishReason;
import dev.langchain4j.model.output.TokenUsage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/** A model that answers what it was told to, in order, and keeps what it was asked. */
final class ScriptedModel implements ChatModel {
  /** Gives an answer or throws. */
  @FunctionalInterface
  interface Reply {
    ChatResponse to(ChatRequest request);
  }

  final List<ChatRequest> requests = new ArrayList<>();
  private final Queue<Reply> replies = new ArrayDeque<>();

  ScriptedModel reply(Reply reply) {
    replies.add(reply);
    return this;
  }

  ScriptedModel says(String text) {
    return reply(request -> answer(AiMessage.from(text)));
  }

  /** Asks for tools; each call is a name and its arguments. */
  ScriptedModel calls(String... namesAndArguments) {
    return reply(request -> answer(AiMessage.from(toolCalls(namesAndArguments))));
  }

  ScriptedModel fails(RuntimeException failure) {
    return reply(
        request -> {
          throw failure;
        });
  }

  static List<ToolExecutionRequest> toolCalls(String... namesAndArguments) {
    var calls = new ArrayList<ToolExecutionRequest>();
    for (int i = 0; i < namesAndArguments.length; i += 2) {
      calls.add(
          ToolExecutionRequest.builder()
              .id("call-" + i / 2)
              .name(namesAndArguments[i])
              .arguments(namesAndArguments[i + 1])
              .build());
    }
    return calls;
  }

  /** Costs twelve tokens. */
  static ChatResponse answer(AiMessage message) {
    return ChatResponse.builder()
        .aiMessage(message)
        .id("answer-1")
        .modelName("scripted")
        .tokenUsage(new TokenUsage(9, 3))
        .finishReason(
            message.hasToolExecutionRequests() ? FinishReason.TOOL_EXECUTION : FinishReason.STOP)
        .build();
  }

  @Override
  public ChatResponse doChat(ChatRequest request) {
    requests.add(request);
    return replies.remove().to(request);
  }

  /** The same model, which streams each answer in two parts. */
  StreamingChatModel streaming() {
    return new StreamingChatModel() {
      @Override
      public void doChat(ChatRequest request, StreamingChatResponseHandler handler) {
        var answer = ScriptedModel.this.doChat(request);
        var text = answer.aiMessage().text();
        if (text != null) {
          handler.onPartialResponse(text.substring(0, text.length() / 2));
          handler.onPartialResponse(text.substring(text.length() / 2));
        }
        handler.onCompleteResponse(answer);
      }
    };
  }
}
