package dev.sluice.langchain4j.http;

import dev.langchain4j.http.client.HttpClient;
import dev.langchain4j.http.client.HttpClientBuilder;
import dev.langchain4j.http.client.HttpRequest;
import dev.langchain4j.http.client.SuccessfulHttpResponse;
import dev.langchain4j.http.client.sse.ServerSentEventListener;
import dev.langchain4j.http.client.sse.ServerSentEventParser;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * A transport for LangChain4j's models on the caller's thread: {@code
 * OpenAiChatModel.builder().httpClientBuilder(StepHttp.builder())}. So an interrupt of a step ends
 * its call, and a refusal keeps its headers ({@link RefusedException}), which LangChain4j's own
 * transport drops. Sends the step's {@link IdempotencyKey} as {@code Idempotency-Key}; with {@code
 * /2}, {@code /3}, … behind it from the second request of a step on.
 *
 * <p>Speaks HTTP/1.1 and sends text; it follows no redirects. Its only time-out is that of
 * connecting, 15 seconds: how long a call may take is the step's.
 */
public final class StepHttp implements HttpClient {
  private static final int MAX_REFUSAL_BYTES = 64 * 1024;
  private static final int OK = 200;
  private static final int MORE_THAN_OK = 300;
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(15);

  // Some servers hang on, or refuse, the offer to go on with HTTP/2 over an open text connection.
  private final java.net.http.HttpClient network =
      java.net.http.HttpClient.newBuilder()
          .version(java.net.http.HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT_TIMEOUT)
          .build();

  private StepHttp() {}

  /** A whole answer. */
  @Override
  public SuccessfulHttpResponse execute(HttpRequest request) {
    try {
      var response = network.send(translated(request), BodyHandlers.ofInputStream());
      try (var body = response.body()) {
        if (isRefused(response)) {
          throw refusal(response, body);
        }
        return SuccessfulHttpResponse.builder()
            .statusCode(response.statusCode())
            .headers(response.headers().map())
            .body(body.readAllBytes())
            .build();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UncheckedIOException(new IOException("interrupted", e));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A streamed answer: the listener has been told of all of it when this returns. */
  @Override
  public void execute(
      HttpRequest request, ServerSentEventParser parser, ServerSentEventListener listener) {
    try {
      var response = network.send(translated(request), BodyHandlers.ofInputStream());
      try (var body = response.body()) {
        receive(response, body, parser, listener);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      listener.onError(e);
    } catch (IOException | RuntimeException e) {
      listener.onError(e);
    }
  }

  private static void receive(
      HttpResponse<InputStream> response,
      InputStream body,
      ServerSentEventParser parser,
      ServerSentEventListener listener)
      throws IOException {
    if (isRefused(response)) {
      listener.onError(refusal(response, body));
      return;
    }
    listener.onOpen(
        SuccessfulHttpResponse.builder()
            .statusCode(response.statusCode())
            .headers(response.headers().map())
            .build());
    parser.parse(body, listener); // tells the listener of a broken stream
    listener.onClose();
  }

  private static boolean isRefused(HttpResponse<?> response) {
    return response.statusCode() < OK || response.statusCode() >= MORE_THAN_OK;
  }

  private static RefusedException refusal(HttpResponse<?> response, InputStream body)
      throws IOException {
    var text = new String(body.readNBytes(MAX_REFUSAL_BYTES), StandardCharsets.UTF_8);
    return new RefusedException(response.statusCode(), text, response.headers().map());
  }

  private static java.net.http.HttpRequest translated(HttpRequest request) {
    var body =
        request.body() == null ? BodyPublishers.noBody() : BodyPublishers.ofString(request.body());
    var builder =
        java.net.http.HttpRequest.newBuilder(URI.create(request.url()))
            .method(request.method().name(), body);
    request.headers().forEach((name, values) -> values.forEach(v -> builder.header(name, v)));
    IdempotencyKey.ofNextRequest().ifPresent(key -> builder.setHeader("Idempotency-Key", key));
    return builder.build();
  }

  /**
   * Each builder gives one client, which several models may share; their time-outs do not apply.
   */
  public static HttpClientBuilder builder() {
    return builder(new StepHttp());
  }

  private static HttpClientBuilder builder(StepHttp shared) {
    return new HttpClientBuilder() {
      @Override
      public Duration connectTimeout() {
        return CONNECT_TIMEOUT;
      }

      @Override
      public HttpClientBuilder connectTimeout(Duration timeout) {
        return this;
      }

      @Override
      public Duration readTimeout() {
        return Duration.ZERO;
      }

      @Override
      public HttpClientBuilder readTimeout(Duration timeout) {
        return this;
      }

      @Override
      public HttpClient build() {
        return shared;
      }
    };
  }
}
