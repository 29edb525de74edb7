package dev.sluice.local;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sluice.embedded.TestBroker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;

/** The real registry behind a door, where others may answer for it. */
final class RegistryDoor implements AutoCloseable {
  /** Who answers. */
  enum Answers {
    REGISTRY,
    NOBODY,
    /** Knows no id. */
    AN_EMPTY_ONE,
    /** Has the same other schema under every id. */
    ANOTHER
  }

  private static final String OTHER =
      "{\"schema\":\"{\\\"type\\\":\\\"record\\\",\\\"name\\\":\\\"Theirs\\\",\\\"fields\\\":[]}\"}";

  private final URI real = TestBroker.shared().registry().url();
  private final HttpClient client = HttpClient.newHttpClient();
  private final HttpServer server;
  private volatile Answers who = Answers.REGISTRY;

  RegistryDoor() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
  }

  void answers(Answers by) {
    who = by;
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      boolean isRead = exchange.getRequestMethod().equals("GET");
      switch (isRead || who == Answers.NOBODY ? who : Answers.REGISTRY) {
        case REGISTRY -> forward(exchange);
        case NOBODY -> reply(exchange, 503, "away".getBytes(StandardCharsets.UTF_8));
        case AN_EMPTY_ONE ->
            reply(
                exchange,
                404,
                "{\"error_code\":40403,\"message\":\"Schema not found\"}"
                    .getBytes(StandardCharsets.UTF_8));
        case ANOTHER -> reply(exchange, 200, OTHER.getBytes(StandardCharsets.UTF_8));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void forward(HttpExchange exchange) throws IOException, InterruptedException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    var request =
        HttpRequest.newBuilder(real.resolve(exchange.getRequestURI().toString()))
            .header("Content-Type", "application/json")
            .method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.ofByteArray(body))
            .build();
    var answer = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
    reply(exchange, answer.statusCode(), answer.body());
  }

  private static void reply(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }

  @Override
  public void close() {
    server.stop(0);
    client.close();
  }
}
