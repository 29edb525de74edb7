package dev.sluice.client.http;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** Answers on loopback as a test tells it to, and remembers what it was asked. */
final class FakeGateway implements AutoCloseable {
  /** What came in. */
  record Asked(String method, String target, Headers headers, byte[] body) {
    @Nullable String header(String name) {
      return headers.getFirst(name);
    }

    String text() {
      return new String(body, StandardCharsets.UTF_8);
    }
  }

  /** What goes out. */
  interface Answer {
    void write(HttpExchange exchange) throws IOException;

    static Answer of(int status, String json, String... headers) {
      return exchange -> {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        for (int i = 0; i < headers.length; i += 2) {
          exchange.getResponseHeaders().set(headers[i], headers[i + 1]);
        }
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        if (body.length > 0) {
          exchange.getResponseBody().write(body);
        }
      };
    }

    static Answer problem(int status, String detail, String... headers) {
      var json =
          "{\"type\":\"about:blank\",\"title\":\"T\",\"status\":%d,\"detail\":\"%s\"}"
              .formatted(status, detail);
      return of(status, json, headers);
    }

    /** Begins an answer of a hundred bytes and ends the connection after one. */
    static Answer cut() {
      return exchange -> {
        exchange.sendResponseHeaders(200, 100);
        exchange.getResponseBody().write('{');
        exchange.getResponseBody().flush();
      };
    }
  }

  final List<Asked> asked = new CopyOnWriteArrayList<>();
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private List<Answer> answers = List.of();

  FakeGateway() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::take);
    server.start();
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  HttpOptions options() {
    return HttpOptions.to(uri());
  }

  /** The answers in turn; the last one again and again. */
  FakeGateway answering(Answer... inTurn) {
    synchronized (this) {
      answers = List.of(inTurn);
    }
    asked.clear();
    return this;
  }

  private void take(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    var target = exchange.getRequestURI().toString();
    asked.add(new Asked(exchange.getRequestMethod(), target, exchange.getRequestHeaders(), body));
    Answer next;
    synchronized (this) {
      next = answers.getFirst();
      if (answers.size() > 1) {
        answers = answers.subList(1, answers.size());
      }
    }
    try (exchange) {
      next.write(exchange);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
