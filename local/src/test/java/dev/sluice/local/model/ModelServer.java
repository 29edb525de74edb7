package dev.sluice.local.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** A server that speaks the protocol of chat completions; each request gets the next reply. */
public final class ModelServer implements AutoCloseable {
  /** How to answer one request. */
  @FunctionalInterface
  public interface Reply {
    void to(HttpExchange exchange) throws IOException;
  }

  /** A request as it came. */
  public record Request(String path, Map<String, List<String>> headers, String body) {}

  private static final JsonMapper JSON = new JsonMapper();
  private final Queue<Reply> replies = new ConcurrentLinkedQueue<>();
  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private final CountDownLatch stalled = new CountDownLatch(1);
  private final CountDownLatch closing = new CountDownLatch(1);
  private final HttpServer server;

  public ModelServer() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::handle);
    server.start();
  }

  public URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/v1");
  }

  public ModelServer reply(Reply reply) {
    replies.add(reply);
    return this;
  }

  public List<Request> requests() {
    return List.copyOf(requests);
  }

  /** A whole answer in parts, with the usage behind it. */
  public static Reply answer(int promptTokens, int answerTokens, String... parts) {
    return exchange -> {
      open(exchange);
      for (var part : parts) {
        event(exchange, part(part, "null"));
      }
      event(exchange, part("", "\"stop\""));
      event(
          exchange,
          """
          {"id":"c1","choices":[],"usage":{"prompt_tokens":%d,"completion_tokens":%d,\
          "total_tokens":%d}}"""
              .formatted(promptTokens, answerTokens, promptTokens + answerTokens));
      event(exchange, "[DONE]");
    };
  }

  /** Asks for tools, each a name and its arguments; costs twelve tokens. */
  public static Reply toolCalls(String... namesAndArguments) {
    return exchange -> {
      open(exchange);
      for (int i = 0; i < namesAndArguments.length / 2; i++) {
        event(exchange, toolCall(i, namesAndArguments[2 * i], namesAndArguments[2 * i + 1]));
      }
      event(exchange, part("", "\"tool_calls\""));
      event(
          exchange,
          """
          {"id":"c1","choices":[],"usage":{"prompt_tokens":9,"completion_tokens":3,\
          "total_tokens":12}}""");
      event(exchange, "[DONE]");
    };
  }

  private static String toolCall(int index, String name, String arguments) {
    try {
      return """
          {"id":"c1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,\
          "delta":{"tool_calls":[{"index":%d,"id":"call-%d","type":"function","function":\
          {"name":"%s","arguments":%s}}]},"finish_reason":null}]}"""
          .formatted(index, index, name, JSON.writeValueAsString(arguments));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A whole answer from a server that tells no usage. */
  public static Reply answerWithoutUsage(String text) {
    return exchange -> {
      open(exchange);
      event(exchange, part(text, "\"stop\""));
      event(exchange, "[DONE]");
    };
  }

  /** The connection dies in mid-answer. */
  public static Reply dieAfter(String text) {
    return exchange -> {
      open(exchange);
      event(exchange, part(text, "null"));
      throw new IOException("told to die");
    };
  }

  /** The answer ends too early, but as if it were whole. */
  public static Reply stopAfter(String text) {
    return exchange -> {
      open(exchange);
      event(exchange, part(text, "null"));
    };
  }

  public static Reply refuse(int status, Map<String, String> headers, String body) {
    return exchange -> {
      headers.forEach(exchange.getResponseHeaders()::set);
      var bytes = body.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
    };
  }

  /** Says a word and then nothing until this server closes. */
  public Reply stall(String text) {
    return exchange -> {
      open(exchange);
      event(exchange, part(text, "null"));
      stalled.countDown();
      await(closing);
    };
  }

  /** Waits until a request has met {@link #stall}. */
  public void awaitStalled() {
    await(stalled);
  }

  private static void await(CountDownLatch latch) {
    try {
      if (!latch.await(60, TimeUnit.SECONDS)) {
        throw new IllegalStateException("nothing came in 60 s");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A reply that throws leaves its exchange open: the server then drops the connection. */
  private void handle(HttpExchange exchange) throws IOException {
    var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    requests.add(
        new Request(
            exchange.getRequestURI().getPath(), Map.copyOf(exchange.getRequestHeaders()), body));
    var reply = replies.poll();
    (reply == null ? refuse(400, Map.of(), "no reply left") : reply).to(exchange);
    exchange.close();
  }

  private static void open(HttpExchange exchange) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
    exchange.sendResponseHeaders(200, 0);
  }

  private static void event(HttpExchange exchange, String data) throws IOException {
    var out = exchange.getResponseBody();
    out.write(("data: " + data + "\n\n").getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  private static String part(String text, String finishReason) {
    try {
      return """
          {"id":"c1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,\
          "delta":{"content":%s},"finish_reason":%s}]}"""
          .formatted(JSON.writeValueAsString(text), finishReason);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    closing.countDown();
    server.stop(0);
  }
}
