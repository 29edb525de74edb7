package dev.sluice.schemas.process;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Serves an operator's probes: {@code /healthz}, {@code /readyz} and {@code /metrics}. */
public final class OperatorServer implements AutoCloseable {
  /** Prometheus' text format. */
  public static final String METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private static final int BACKLOG = 16;
  private static final int OK = 200;
  private static final int NOT_FOUND = 404;
  private static final int UNAVAILABLE = 503;

  private final HttpServer http;

  private OperatorServer(HttpServer http) {
    this.http = http;
  }

  /** The same for a process that says no more than whether it is ready. */
  public static OperatorServer start(
      String host,
      int port,
      BooleanSupplier live,
      BooleanSupplier ready,
      Supplier<String> metrics) {
    Supplier<ProbeAnswer> answer =
        () -> new ProbeAnswer(ready.getAsBoolean() ? null : "it does not work now", List.of());
    return start(host, port, live, answer, metrics);
  }

  /**
   * Starts to serve.
   *
   * @param host the interface; loopback unless probes come from elsewhere
   * @param port 0 lets the system choose
   * @param live whether the process works or had better be restarted
   * @param ready whether it does its work now, and what is wrong around it
   * @param metrics everything measured, in Prometheus' text format
   * @throws UncheckedIOException if the port is taken
   */
  public static OperatorServer start(
      String host,
      int port,
      BooleanSupplier live,
      Supplier<ProbeAnswer> ready,
      Supplier<String> metrics) {
    try {
      var http = HttpServer.create(new InetSocketAddress(host, port), BACKLOG);
      http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
      http.createContext("/", exchange -> send(exchange, NOT_FOUND, "not found\n"));
      http.createContext("/healthz", exchange -> probe(exchange, answer(live.getAsBoolean())));
      http.createContext("/readyz", exchange -> probe(exchange, ready.get()));
      http.createContext("/metrics", exchange -> send(exchange, OK, metrics.get()));
      http.start();
      return new OperatorServer(http);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot serve probes on " + host + ":" + port, e);
    }
  }

  private static ProbeAnswer answer(boolean good) {
    return new ProbeAnswer(good ? null : "it does not work any more", List.of());
  }

  private static void probe(HttpExchange exchange, ProbeAnswer answer) throws IOException {
    send(exchange, answer.isReady() ? OK : UNAVAILABLE, answer.text());
  }

  private static void send(HttpExchange exchange, int status, String text) throws IOException {
    try (exchange) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", METRICS_TYPE);
      exchange.sendResponseHeaders(status, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  /** The port it serves on. */
  public int port() {
    return http.getAddress().getPort();
  }

  @Override
  public void close() {
    http.stop(0);
  }
}
