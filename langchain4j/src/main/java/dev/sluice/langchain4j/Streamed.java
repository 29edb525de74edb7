package dev.sluice.langchain4j;

import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.CompleteToolCall;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.PartialThinking;
import dev.langchain4j.model.chat.response.PartialThinkingContext;
import dev.langchain4j.model.chat.response.PartialToolCall;
import dev.langchain4j.model.chat.response.PartialToolCallContext;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.chat.response.StreamingHandle;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Collects one streamed answer, whichever thread the model tells it on, and hands its parts to who
 * wants to see them as they come.
 */
final class Streamed implements StreamingChatResponseHandler {
  private final Consumer<String> parts;
  private final boolean needsFinishReason;

  /** All that the model has produced, for an estimate; guarded by itself. */
  private final StringBuilder produced = new StringBuilder();

  private final Set<Integer> toolCalls = new HashSet<>(); // that came in parts; guarded as well
  private final CompletableFuture<ChatResponse> whole = new CompletableFuture<>();
  private volatile @Nullable StreamingHandle handle;
  private volatile boolean cancelled;

  Streamed(Consumer<String> parts, boolean needsFinishReason) {
    this.parts = parts;
    this.needsFinishReason = needsFinishReason;
  }

  // --- what the model tells

  @Override
  public void onPartialResponse(String part) {
    came(part);
    if (!cancelled) {
      parts.accept(part); // else they would come among those of the next try
    }
  }

  @Override
  public void onPartialResponse(PartialResponse part, PartialResponseContext context) {
    streamsBy(context.streamingHandle());
    onPartialResponse(part.text());
  }

  @Override
  public void onPartialThinking(PartialThinking thinking) {
    came(thinking.text());
  }

  @Override
  public void onPartialThinking(PartialThinking thinking, PartialThinkingContext context) {
    streamsBy(context.streamingHandle());
    onPartialThinking(thinking);
  }

  @Override
  public void onPartialToolCall(PartialToolCall call) {
    synchronized (produced) {
      if (toolCalls.add(call.index())) {
        produced.append(call.name());
      }
      produced.append(call.partialArguments());
    }
  }

  @Override
  public void onPartialToolCall(PartialToolCall call, PartialToolCallContext context) {
    streamsBy(context.streamingHandle());
    onPartialToolCall(call);
  }

  /** Not all models give the parts of a call. */
  @Override
  public void onCompleteToolCall(CompleteToolCall call) {
    var request = call.toolExecutionRequest();
    synchronized (produced) {
      if (toolCalls.add(call.index())) {
        produced.append(request.name()).append(request.arguments());
      }
    }
  }

  private void came(String part) {
    synchronized (produced) {
      produced.append(part);
    }
  }

  @Override
  public void onCompleteResponse(ChatResponse response) {
    whole.complete(response);
  }

  /** A model may tell of the end as well: what it told first counts. */
  @Override
  public void onError(Throwable failure) {
    whole.completeExceptionally(failure);
  }

  /** Until the first part nobody knows how to end a stream. */
  private void streamsBy(StreamingHandle known) {
    handle = known;
    if (cancelled) {
      known.cancel();
    }
  }

  private void cancel() {
    cancelled = true;
    var known = handle;
    if (known != null) {
      known.cancel();
    }
  }

  // --- the step

  /**
   * The answer, when it is whole. One that is there is given to a thread that was interrupted, too:
   * it has been paid for.
   *
   * @throws BrokenAnswerException if it broke off, or was not awaited to its end. Servers and
   *     proxies that die politely end the stream as if it were complete, so an answer without a
   *     finish reason is one, too
   * @throws Exception what {@link Failures} makes of what happened
   */
  ChatResponse await(Cost cost) throws Exception {
    ChatResponse response;
    try {
      response = whole.get();
    } catch (InterruptedException e) {
      cancel();
      throw failed(e, cost);
    } catch (ExecutionException e) {
      throw failed(e.getCause() == null ? e : e.getCause(), cost);
    } finally {
      Thread.interrupted(); // what told the step to stop must not stop the record of what it cost
    }
    if (needsFinishReason && response.finishReason() == null) {
      throw broken("it ended without a finish_reason", cost, null);
    }
    return response;
  }

  private Exception failed(Throwable failure, Cost cost) {
    return produced().isEmpty()
        ? Failures.of(failure, Instant.now())
        : broken(Causes.of(failure).getLast().toString(), cost, failure);
  }

  private BrokenAnswerException broken(String why, Cost cost, @Nullable Throwable cause) {
    return new BrokenAnswerException(
        "the model's answer broke off: " + why, cost.likely(produced()), cause);
  }

  private String produced() {
    synchronized (produced) {
      return produced.toString();
    }
  }
}
