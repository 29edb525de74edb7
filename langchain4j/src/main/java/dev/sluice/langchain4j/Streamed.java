package dev.sluice.langchain4j;

import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.chat.response.StreamingHandle;
import java.time.Instant;
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
  private final StringBuilder text = new StringBuilder(); // guarded by itself
  private final CompletableFuture<ChatResponse> whole = new CompletableFuture<>();
  private volatile @Nullable StreamingHandle handle;

  Streamed(Consumer<String> parts) {
    this.parts = parts;
  }

  @Override
  public void onPartialResponse(String part) {
    synchronized (text) {
      text.append(part);
    }
    parts.accept(part);
  }

  @Override
  public void onPartialResponse(PartialResponse part, PartialResponseContext context) {
    handle = context.streamingHandle();
    onPartialResponse(part.text());
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

  /**
   * The answer, when it is whole.
   *
   * @throws BrokenAnswerException if it broke off. Servers and proxies that die politely end the
   *     stream as if it were complete, so an answer without a finish reason is one, too
   * @throws Exception what {@link Failures} makes of what happened
   */
  ChatResponse await(Cost cost) throws Exception {
    if (Thread.interrupted()) {
      throw new InterruptedException("interrupted while the model answered");
    }
    ChatResponse response;
    try {
      response = whole.get();
    } catch (InterruptedException e) {
      cancel();
      throw e;
    } catch (ExecutionException e) {
      throw failed(e, cost);
    }
    if (response.finishReason() == null) {
      throw broken("it ended without a finish_reason", cost, null);
    }
    return response;
  }

  private Exception failed(ExecutionException thrown, Cost cost) {
    var failure = thrown.getCause() == null ? thrown : thrown.getCause();
    if (said().isEmpty()) {
      return Failures.of(failure, Instant.now());
    }
    return broken(root(failure).toString(), cost, failure);
  }

  private BrokenAnswerException broken(String why, Cost cost, @Nullable Throwable cause) {
    return new BrokenAnswerException(
        "the model's answer broke off: " + why, cost.likely(said()), cause);
  }

  private String said() {
    synchronized (text) {
      return text.toString();
    }
  }

  private static Throwable root(Throwable failure) {
    var root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }

  private void cancel() {
    var known = handle;
    if (known != null) {
      known.cancel();
    }
  }
}
