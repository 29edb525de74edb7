package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.embedded.EmbeddedBroker;
import dev.sluice.embedded.RegistryServer;
import dev.sluice.gateway.Gateway;
import dev.sluice.gateway.GatewayConfig;
import dev.sluice.runner.Runner;
import dev.sluice.runner.RunnerConfig;
import dev.sluice.schemas.process.SettingsException;
import dev.sluice.schemas.topic.CatalogueConfig;
import dev.sluice.schemas.topic.TopicAdmin;
import dev.sluice.schemas.topic.TopicCatalogue;
import dev.sluice.topology.catalog.CatalogConfig;
import dev.sluice.topology.catalog.CatalogServer;
import dev.sluice.topology.gate.GateServer;
import dev.sluice.topology.gate.config.GateConfig;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a broker that makes a topic for whoever asks for it, as Kafka does by default. */
final class MissingTopicsIT {
  private static final String SUBMISSION = "{\"agent\":\"echo\",\"run_id\":\"mine\"}";

  @TempDir private Path dir;

  private Map<String, String> settings(EmbeddedBroker broker, RegistryServer registry) {
    var settings = new HashMap<String, String>();
    settings.put("bootstrap.servers", broker.bootstrapServers());
    settings.put("schema.registry.url", registry.url().toString());
    settings.put("http.port", "0");
    settings.put("catalogs", "http://127.0.0.1:1");
    return settings;
  }

  private Map<String, String> with(Map<String, String> settings, String... more) {
    var all = new HashMap<>(settings);
    all.remove("catalogs");
    for (int i = 0; i < more.length; i += 2) {
      all.put(more[i], more[i + 1]);
    }
    return all;
  }

  private static void assertRefuses(ThrowingCallable start, String topic) {
    assertThatThrownBy(start)
        .isInstanceOf(SettingsException.class)
        .hasMessageContainingAll(
            topic + ": topic should be there, is missing", "sluice topics create");
  }

  @Test
  void noProcessStartsAndNoneMakesATopicWrongly() throws Exception {
    var eager = EmbeddedBroker.Config.defaults();
    try (var broker =
            EmbeddedBroker.start(eager.withOverrides(Map.of("auto.create.topics.enable", "true")));
        var registry = RegistryServer.start(0, null);
        var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      var settings = settings(broker, registry);
      var state = dir.resolve("state").toString();
      assertRefuses(
          () -> GateServer.start(GateConfig.from(with(settings, "state.dir", state))), "runs");
      assertRefuses(
          () -> CatalogServer.start(CatalogConfig.from(with(settings, "state.dir", state), false)),
          "decisions");
      var runner = RunnerConfig.from(with(settings, "data.dir", dir.toString(), "worker.id", "w"));
      for (int life = 0; life < 2; life++) { // the second one has a predecessor to report
        assertRefuses(() -> Runner.start(runner, List.of(), () -> {}), "dispatch.default");
      }

      try (var gateway =
          Gateway.start(GatewayConfig.from(with(settings, "http.auth", "none"), false))) {
        var http = new HttpCaller(gateway.address());
        Awaitility.await()
            .atMost(TestCluster.BOUND)
            .until(
                () ->
                    http.get("/readyz")
                        .http()
                        .body()
                        .contains("submissions: topic should be there"));
        http.post("/v1/tenants/acme/runs", SUBMISSION)
            .assertProblem(
                503, "was not accepted", "mine", "submissions: topic should be there, is missing");
        assertThat(admin.listTopics().names().get()).isEmpty();

        TopicAdmin.create(admin, new TopicCatalogue(CatalogueConfig.local()));
        Awaitility.await()
            .atMost(TestCluster.BOUND)
            .until(() -> http.get("/readyz/submissions").status() == 200);
        assertThat(http.post("/v1/tenants/acme/runs", SUBMISSION).status()).isEqualTo(202);
      }
    }
  }
}
