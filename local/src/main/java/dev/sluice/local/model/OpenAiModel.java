package dev.sluice.local.model;

import dev.langchain4j.http.client.HttpClientBuilder;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.CompleteToolCall;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.PartialThinking;
import dev.langchain4j.model.chat.response.PartialThinkingContext;
import dev.langchain4j.model.chat.response.PartialToolCall;
import dev.langchain4j.model.chat.response.PartialToolCallContext;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.openai.OpenAiChatRequestParameters;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import dev.sluice.langchain4j.http.RefusedException;
import dev.sluice.langchain4j.http.StepHttp;
import java.io.IOException;
import java.time.InstantSource;

/**
 * A model at any endpoint that speaks OpenAI's chat completions protocol, streamed. Says in its
 * failures which setting is wrong, and keeps the key out of them.
 */
public final class OpenAiModel implements StreamingChatModel {
  private static final int MOST_CAUSES = 20;

  private final Endpoint endpoint;
  private final Failures failures;
  private final OpenAiStreamingChatModel client;

  public OpenAiModel(Endpoint endpoint) {
    this(endpoint, InstantSource.system());
  }

  OpenAiModel(Endpoint endpoint, InstantSource clock) {
    this.endpoint = endpoint;
    this.failures = new Failures(endpoint, clock);
    this.client = client(endpoint, StepHttp.builder());
  }

  private static OpenAiStreamingChatModel client(Endpoint endpoint, HttpClientBuilder http) {
    return OpenAiStreamingChatModel.builder()
        .httpClientBuilder(http)
        .baseUrl(endpoint.baseUrl().toString())
        .apiKey(endpoint.apiKey())
        .modelName(endpoint.model())
        .build();
  }

  @Override
  public void doChat(ChatRequest request, StreamingChatResponseHandler handler) {
    client.chat(limited(request), new Explained(handler));
  }

  /** The newest models of the provider itself know the limit of an answer by its new name alone. */
  private ChatRequest limited(ChatRequest request) {
    Integer most = request.maxOutputTokens();
    if (most == null || !endpoint.limitsCompletionTokens()) {
      return request;
    }
    var parameters =
        OpenAiChatRequestParameters.builder()
            .modelName(request.modelName())
            .toolSpecifications(request.toolSpecifications())
            .maxCompletionTokens(most)
            .build();
    return ChatRequest.builder().messages(request.messages()).parameters(parameters).build();
  }

  /** Tells what a failure means for whoever runs the agent; everything else it passes on. */
  private final class Explained implements StreamingChatResponseHandler {
    private final StreamingChatResponseHandler handler;

    Explained(StreamingChatResponseHandler handler) {
      this.handler = handler;
    }

    @Override
    public void onPartialResponse(String part) {
      handler.onPartialResponse(part);
    }

    @Override
    public void onPartialResponse(PartialResponse part, PartialResponseContext context) {
      handler.onPartialResponse(part, context);
    }

    @Override
    public void onPartialThinking(PartialThinking thinking) {
      handler.onPartialThinking(thinking);
    }

    @Override
    public void onPartialThinking(PartialThinking thinking, PartialThinkingContext context) {
      handler.onPartialThinking(thinking, context);
    }

    @Override
    public void onPartialToolCall(PartialToolCall call) {
      handler.onPartialToolCall(call);
    }

    @Override
    public void onPartialToolCall(PartialToolCall call, PartialToolCallContext context) {
      handler.onPartialToolCall(call, context);
    }

    @Override
    public void onCompleteToolCall(CompleteToolCall call) {
      handler.onCompleteToolCall(call);
    }

    @Override
    public void onCompleteResponse(ChatResponse response) {
      handler.onCompleteResponse(response);
    }

    /** The client wraps what happened, a few times; a chain of causes may be a circle. */
    @Override
    public void onError(Throwable failure) {
      var root = failure;
      for (int depth = 0; root.getCause() != null && depth < MOST_CAUSES; depth++) {
        root = root.getCause();
      }
      handler.onError(
          root instanceof RefusedException refused
              ? failures.refused(refused)
              : new IOException("no answer from " + endpoint.baseUrl() + ": " + root, root));
    }
  }
}
