package dev.sluice.local.model;

import dev.langchain4j.http.client.HttpClient;
import dev.langchain4j.http.client.HttpClientBuilder;
import dev.langchain4j.http.client.HttpRequest;
import dev.langchain4j.http.client.SuccessfulHttpResponse;
import dev.langchain4j.http.client.sse.ServerSentEventListener;
import dev.langchain4j.http.client.sse.ServerSentEventParser;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * The client's transport, on the caller's thread. So an interrupt of a step ends its call, and a
 * refusal keeps its headers, which the client's own transport drops.
 */
final class StreamingHttp implements HttpClient {
  private static final int MAX_REFUSAL_BYTES = 64 * 1024;
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(15);

  // Some servers hang on, or refuse, the offer to go on with HTTP/2 over an open text connection.
  private final java.net.http.HttpClient network =
      java.net.http.HttpClient.newBuilder()
          .version(java.net.http.HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT_TIMEOUT)
          .build();

  @Override
  public SuccessfulHttpResponse execute(HttpRequest request) {
    throw new UnsupportedOperationException("answers are streamed, so that a broken one is seen");
  }

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
    var headers = response.headers().map();
    int status = response.statusCode();
    if (status != 200) {
      var text = new String(body.readNBytes(MAX_REFUSAL_BYTES), StandardCharsets.UTF_8);
      listener.onError(new RefusedException(status, text, headers));
      return;
    }
    listener.onOpen(SuccessfulHttpResponse.builder().statusCode(status).headers(headers).build());
    parser.parse(body, listener); // tells the listener of a broken stream
    listener.onClose();
  }

  private static java.net.http.HttpRequest translated(HttpRequest request) {
    var builder =
        java.net.http.HttpRequest.newBuilder(URI.create(request.url()))
            .method(request.method().name(), BodyPublishers.ofString(request.body()));
    request.headers().forEach((name, values) -> values.forEach(v -> builder.header(name, v)));
    return builder.build();
  }

  /** Gives the client this way; its time-outs are the step's. */
  static HttpClientBuilder builder(StreamingHttp shared) {
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
