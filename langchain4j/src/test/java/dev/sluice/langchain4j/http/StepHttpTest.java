package dev.sluice.langchain4j.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import dev.langchain4j.http.client.HttpClient;
import dev.langchain4j.http.client.HttpMethod;
import dev.langchain4j.http.client.HttpRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whole answers; the streamed ones are tested with the sample agents' model. */
final class StepHttpTest {
  private final HttpServer server = server();
  private final HttpClient http = StepHttp.builder().build();

  private static HttpServer server() {
    try {
      var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
      server.start();
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private HttpRequest to(HttpHandler handler) {
    server.createContext("/v1", handler);
    return HttpRequest.builder()
        .method(HttpMethod.POST)
        .url("http://127.0.0.1:" + server.getAddress().getPort() + "/v1")
        .addHeader("Content-Type", "application/json")
        .body("{\"say\":\"Ä\"}")
        .build();
  }

  private static HttpHandler answering(int status, String body) {
    return exchange -> {
      exchange.getRequestBody().readAllBytes();
      var bytes = body.getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Retry-After", "7");
      exchange.sendResponseHeaders(status, bytes.length);
      exchange.getResponseBody().write(bytes);
      exchange.close();
    };
  }

  @Test
  void sendsTheKeyOfTheStepAndGivesTheWholeAnswer() throws Exception {
    var key = new CompletableFuture<List<String>>();
    var said = new CompletableFuture<String>();
    var request =
        to(
            exchange -> {
              key.complete(exchange.getRequestHeaders().get("Idempotency-Key"));
              var body = exchange.getRequestBody().readAllBytes();
              said.complete(new String(body, StandardCharsets.UTF_8));
              answering(200, "Wörld").handle(exchange);
            });

    var answer = IdempotencyKey.during("acme/r1/1/model", () -> http.execute(request));

    assertThat(answer.body()).isEqualTo("Wörld");
    assertThat(said).isCompletedWithValue("{\"say\":\"Ä\"}");
    assertThat(key).isCompletedWithValue(List.of("acme/r1/1/model"));
  }

  @Test
  void givesEachRequestOfAStepAKeyOfItsOwnAndTheSameInTheNextTry() throws Exception {
    var keys = new CopyOnWriteArrayList<String>();
    var request =
        to(
            exchange -> {
              keys.add(exchange.getRequestHeaders().getFirst("Idempotency-Key"));
              answering(200, "").handle(exchange);
            });

    for (int tried = 0; tried < 2; tried++) {
      IdempotencyKey.during(
          "acme/r1/1/model",
          () -> {
            http.execute(request);
            http.execute(request);
            assertThat(IdempotencyKey.current()).contains("acme/r1/1/model");
            return http.execute(request);
          });
    }

    var first = List.of("acme/r1/1/model", "acme/r1/1/model/2", "acme/r1/1/model/3");
    assertThat(keys.subList(0, 3)).isEqualTo(first);
    assertThat(keys.subList(3, 6)).isEqualTo(first);
  }

  @Test
  void keepsWhatARefusalSays() {
    var request = to(answering(429, "slow down"));

    var refused = catchThrowableOfType(RefusedException.class, () -> http.execute(request));

    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(refused.body()).isEqualTo("slow down");
    assertThat(refused.headers()).containsEntry("retry-after", List.of("7"));
  }

  @Test
  void doesNotFollowARedirect() {
    var request = to(answering(302, ""));

    assertThatThrownBy(() -> http.execute(request)).isInstanceOf(RefusedException.class);
  }

  @Test
  void givesUpWhenItsThreadIsInterrupted() throws Exception {
    var asked = new CountDownLatch(1);
    var request = to(exchange -> asked.countDown());
    var outcome = new CompletableFuture<Throwable>();
    var asking =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    http.execute(request);
                    outcome.complete(new AssertionError("answered"));
                  } catch (RuntimeException e) {
                    outcome.complete(e);
                  }
                });
    assertThat(asked.await(60, TimeUnit.SECONDS)).isTrue();

    asking.interrupt();

    assertThat(outcome.get(60, TimeUnit.SECONDS))
        .isInstanceOf(UncheckedIOException.class)
        .hasRootCauseInstanceOf(InterruptedException.class);
  }
}
