package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.embedded.EmbeddedBroker;
import dev.sluice.embedded.RegistryServer;
import dev.sluice.gateway.Gateway;
import dev.sluice.gateway.GatewayConfig;
import dev.sluice.schemas.topic.CatalogueConfig;
import dev.sluice.schemas.topic.TopicAdmin;
import dev.sluice.schemas.topic.TopicCatalogue;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** A gateway whose Kafka cannot be reached says so in time, and what to do. */
final class GatewayWithoutKafkaIT {
  private static final String SUBMISSION = "{\"agent\":\"echo\",\"run_id\":\"mine\"}";

  /** A second, and what a busy machine takes to make an answer and to read it. */
  private static final Duration IN_TIME = Duration.ofSeconds(2);

  private static Gateway gateway(String bootstrap, RegistryServer registry) throws IOException {
    return Gateway.start(
        GatewayConfig.from(
            Map.of(
                "bootstrap.servers",
                bootstrap,
                "schema.registry.url",
                registry.url().toString(),
                "catalogs",
                "http://" + nowhere(),
                "http.port",
                "0",
                "http.auth",
                "none"),
            false));
  }

  /** An address at which nothing listens. */
  private static String nowhere() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return "127.0.0.1:" + socket.getLocalPort();
    }
  }

  private static void assertUnavailableInTime(HttpCaller http, String said) throws Exception {
    long began = System.nanoTime();
    var answer = http.post("/v1/tenants/acme/runs", SUBMISSION);
    var took = Duration.ofNanos(System.nanoTime() - began);
    answer.assertProblem(503, said, "run_id mine", "repeating the request with it is safe");
    assertThat(answer.json().path("run_id").asText()).isEqualTo("mine");
    assertThat(Integer.parseInt(answer.header("Retry-After"))).isPositive();
    assertThat(took).isLessThan(IN_TIME);

    var made = http.post("/v1/tenants/acme/runs", "{\"agent\":\"echo\"}", "Idempotency-Key", "k");
    made.assertProblem(503, said, made.json().path("run_id").asText());
    assertThat(made.json().path("run_id").asText()).isNotEmpty();
  }

  @Test
  void saysNotAcceptedWithinASecondWhenKafkaWasNeverThere() throws Exception {
    try (var registry = RegistryServer.start(0, null);
        var gateway = gateway(nowhere(), registry)) {
      var http = new HttpCaller(gateway.address());
      http.get("/healthz"); // the first request of a process is no measure
      assertUnavailableInTime(http, "was not accepted");
      assertThat(http.get("/healthz").status()).isEqualTo(200);
      assertThat(http.get("/readyz").status()).isEqualTo(503);
      http.get("/v1/tenants").assertProblem(503, "no catalog answers");
      http.put("/v1/tenants/acme", "{}").assertProblem(503, "was not accepted");
    }
  }

  @Test
  void saysUnknownWithinASecondWhenKafkaIsGone() throws Exception {
    try (var registry = RegistryServer.start(0, null)) {
      var broker = EmbeddedBroker.start(EmbeddedBroker.Config.defaults());
      try (var gateway = gateway(broker.bootstrapServers(), registry)) {
        try (var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
          TopicAdmin.create(admin, new TopicCatalogue(CatalogueConfig.local()));
        }
        var http = new HttpCaller(gateway.address());
        Awaitility.await()
            .atMost(TestCluster.BOUND)
            .until(() -> http.get("/readyz/submissions").status() == 200);
        var accepted =
            Awaitility.await()
                .atMost(TestCluster.BOUND)
                .until(
                    () -> http.post("/v1/tenants/acme/runs", SUBMISSION),
                    answer -> answer.status() != 503);
        assertThat(accepted.status()).isEqualTo(202);

        broker.close();
        assertUnavailableInTime(http, "unknown");
      } finally {
        broker.close();
      }
    }
  }
}
