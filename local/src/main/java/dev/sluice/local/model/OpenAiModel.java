package dev.sluice.local.model;

import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A model at any endpoint that speaks OpenAI's chat completions protocol, streamed. */
public final class OpenAiModel implements Model {
  private final Endpoint endpoint;
  private final Failures failures;
  private final StreamingHttp http = new StreamingHttp();

  public OpenAiModel(Endpoint endpoint) {
    this(endpoint, InstantSource.system());
  }

  OpenAiModel(Endpoint endpoint, InstantSource clock) {
    this.endpoint = endpoint;
    this.failures = new Failures(endpoint, clock);
  }

  @Override
  public Answer ask(Question question) throws IOException, InterruptedException {
    var received = new Received();
    client(question)
        .chat(
            ChatRequest.builder().messages(UserMessage.from(question.prompt())).build(), received);
    if (Thread.interrupted()) {
      throw new InterruptedException("interrupted while the model answered");
    }
    return received.answer(question);
  }

  /** One for each question: it is small, and what differs between questions is set on it. */
  private OpenAiStreamingChatModel client(Question question) {
    var builder =
        OpenAiStreamingChatModel.builder()
            .httpClientBuilder(StreamingHttp.builder(http))
            .baseUrl(endpoint.baseUrl().toString())
            .apiKey(endpoint.apiKey())
            .modelName(Objects.requireNonNullElse(question.model(), endpoint.model()))
            .customHeaders(Map.of("Idempotency-Key", question.idempotencyKey()));
    return endpoint.limitsCompletionTokens()
        ? builder.maxCompletionTokens(question.maxTokens()).build()
        : builder.maxTokens(question.maxTokens()).build();
  }

  /** Collects one answer; everything happens on the thread of the caller. */
  private final class Received implements StreamingChatResponseHandler {
    private final StringBuilder text = new StringBuilder();
    private @Nullable ChatResponse complete;
    private @Nullable Throwable error;

    @Override
    public void onPartialResponse(String part) {
      text.append(part);
    }

    @Override
    public void onCompleteResponse(ChatResponse response) {
      complete = response;
    }

    /** The client wraps what happened, and may tell of the end as well: the first cause counts. */
    @Override
    public void onError(Throwable failure) {
      var cause = failure;
      while (cause.getCause() != null) {
        cause = cause.getCause();
      }
      if (error == null) {
        error = cause;
      }
    }

    Answer answer(Question question) throws IOException {
      if (error instanceof RefusedException refused) {
        throw failures.refused(refused);
      }
      if (error != null && text.isEmpty()) {
        throw new IOException("no answer from " + endpoint.baseUrl() + ": " + error, error);
      }
      // Servers and proxies that die politely end the stream as if it were complete.
      if (error != null || complete == null || complete.finishReason() == null) {
        var why = error == null ? "it ended without a finish_reason" : error.toString();
        throw new BrokenAnswerException(
            "the answer of " + endpoint.baseUrl() + " broke off: " + why,
            question.likelyTokens(text.toString()),
            error);
      }
      return new Answer(text.toString(), tokens(question, complete));
    }

    private long tokens(Question question, ChatResponse response) {
      var usage = response.tokenUsage();
      var total = usage == null ? null : usage.totalTokenCount();
      return total == null ? question.likelyTokens(text.toString()) : total;
    }
  }
}
