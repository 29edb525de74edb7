package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sluice.embedded.TestBroker;
import dev.sluice.runner.Runner;
import dev.sluice.runner.RunnerConfig;
import dev.sluice.v1.RunCompleted;
import dev.sluice.v1.RunStatus;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** A runner that cannot ask the registry what a dispatch's schema is reads it again later. */
final class RegistryOutageIT {
  private static final int RUNS = 40;

  /** Each failure is three requests; the later ones are of polls of several partitions. */
  private static final int REFUSED = 12;

  private static final Duration BOUND = Duration.ofSeconds(30);

  @Test
  void losesNoDispatchAndNoSlot() throws Exception {
    try (var cluster = new TestCluster();
        var registry = new ClosedRegistry()) {
      cluster.startGate();
      var settings =
          Map.of(
              "worker.id",
              "w",
              "slots",
              "8",
              "data.dir",
              cluster.dir.toString(),
              "schema.registry.url",
              registry.url());
      try (var runner =
          Runner.start(
              RunnerConfig.from(cluster.settings(settings)),
              TestCluster.sampleAgents(),
              () -> {})) {
        for (int i = 0; i < RUNS; i++) {
          cluster.submit("tenant-" + i, "run-" + i, "echo", "1");
        }
        Awaitility.await().atMost(BOUND).until(() -> registry.refused() >= REFUSED);
        assertThat(runner.active()).isZero();

        registry.open();

        // A dispatch that nobody answers is fenced after six minutes only.
        assertThat(cluster.awaitCompletions(RUNS, BOUND))
            .hasSize(RUNS)
            .extracting(RunCompleted::getStatus)
            .containsOnly(RunStatus.SUCCEEDED);
      }
    }
  }

  /** The real registry behind a door: what is written is let through, what is read is not. */
  private static final class ClosedRegistry implements AutoCloseable {
    private final URI real = TestBroker.shared().registry().url();
    private final HttpClient client = HttpClient.newHttpClient();
    private final HttpServer server;
    private final AtomicBoolean open = new AtomicBoolean();
    private final AtomicInteger refused = new AtomicInteger();

    private ClosedRegistry() throws IOException {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext("/", this::answer);
      server.start();
    }

    private void answer(HttpExchange exchange) throws IOException {
      try (exchange) {
        if (!open.get() && exchange.getRequestMethod().equals("GET")) {
          refused.incrementAndGet();
          exchange.sendResponseHeaders(503, -1);
          return;
        }
        var answer = client.send(forwarded(exchange), HttpResponse.BodyHandlers.ofByteArray());
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(answer.statusCode(), answer.body().length);
        exchange.getResponseBody().write(answer.body());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private HttpRequest forwarded(HttpExchange exchange) throws IOException {
      byte[] body = exchange.getRequestBody().readAllBytes();
      return HttpRequest.newBuilder(real.resolve(exchange.getRequestURI().toString()))
          .header("Content-Type", "application/json")
          .method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.ofByteArray(body))
          .build();
    }

    private String url() {
      return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private int refused() {
      return refused.get();
    }

    private void open() {
      open.set(true);
    }

    @Override
    public void close() {
      server.stop(0);
      client.close();
    }
  }
}
