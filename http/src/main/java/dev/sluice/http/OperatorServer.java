package dev.sluice.http;

import dev.sluice.http.config.HttpConfig;
import dev.sluice.http.message.Answer;
import dev.sluice.http.message.ProbeAnswer;
import dev.sluice.http.route.Route;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Serves an operator's probes: {@code /healthz}, {@code /readyz} and {@code /metrics}. */
public final class OperatorServer implements AutoCloseable {
  /** Prometheus' text format. */
  public static final String METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private static final String TEXT = "text/plain; charset=utf-8";

  private final HttpServer http;

  private OperatorServer(HttpServer http) {
    this.http = http;
  }

  /**
   * Starts to serve.
   *
   * @param live whether the process works, or should be restarted
   * @param ready whether it does its work now, and what is wrong around it
   * @param metrics everything measured, in Prometheus' text format
   * @throws java.io.UncheckedIOException if the port is taken
   */
  public static OperatorServer start(
      HttpConfig config,
      BooleanSupplier live,
      Supplier<ProbeAnswer> ready,
      Supplier<String> metrics) {
    var routes = List.of(health(live), readiness("/readyz", ready), metrics(metrics));
    return new OperatorServer(HttpServer.start(config, routes, status -> {}, Duration.ZERO));
  }

  /** The route {@code /healthz}: whether the process works or had better be restarted. */
  public static Route health(BooleanSupplier live) {
    return readiness(
        "/healthz",
        () -> new ProbeAnswer(live.getAsBoolean() ? null : "it has stopped working", List.of()));
  }

  /** A route such as {@code /readyz}. */
  public static Route readiness(String path, Supplier<ProbeAnswer> state) {
    return Route.get(
            path,
            request -> {
              var answer = state.get();
              return Answer.text(answer.isReady() ? 200 : 503, TEXT, answer.text());
            })
        .asProbe();
  }

  /** The route {@code /metrics}. */
  public static Route metrics(Supplier<String> scrape) {
    return Route.get("/metrics", request -> Answer.text(200, METRICS_TYPE, scrape.get())).asProbe();
  }

  /** The port it serves on. */
  public int port() {
    return http.port();
  }

  @Override
  public void close() {
    http.close();
  }
}
