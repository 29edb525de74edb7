package dev.sluice.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What the chart tells KEDA; its objects' fields are checked with those of all others. */
class ScaledObjectsTest {
  private static final Path KEDA = Chart.FOLDER.resolve("examples/keda.yaml");

  /** What each trigger may be told, by KEDA 2.20.2: pkg/scalers/*_scaler.go, which no CRD has. */
  private static final Map<String, Set<String>> METADATA =
      Map.of(
          "metrics-api",
          Set.of(
              "url", "format", "valueLocation", "targetValue", "activationTargetValue", "timeout"),
          "prometheus",
          Set.of(
              "serverAddress",
              "query",
              "threshold",
              "activationThreshold",
              "ignoreNullValues",
              "timeout"));

  @TempDir Path folder;

  static List<Path> others() {
    return Chart.examples().values().stream().filter(file -> !file.equals(KEDA)).toList();
  }

  private static Map<String, JsonNode> named(Path values, String kind) {
    var named = new TreeMap<String, JsonNode>();
    Chart.ofKind(values, kind)
        .forEach(object -> named.put(object.at("/metadata/name").asText(), object));
    return named;
  }

  private static JsonNode object(String kind, String name) {
    return Objects.requireNonNull(named(KEDA, kind).get(name), () -> "no " + kind + " " + name);
  }

  private static String setting(String configMap, String key) {
    return Objects.requireNonNull(settings(configMap).getProperty(key), key);
  }

  private static Properties settings(String configMap) {
    var properties = new Properties();
    var text = object("ConfigMap", configMap).at("/data/sluice.properties").asText();
    try {
      properties.load(new StringReader(text));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties;
  }

  private static List<JsonNode> triggers(JsonNode scaled) {
    var triggers = new ArrayList<JsonNode>();
    scaled.at("/spec/triggers").forEach(triggers::add);
    return triggers;
  }

  @ParameterizedTest
  @MethodSource("others")
  void nobodyIsScaledUnlessToldSo(Path values) {
    assertThat(named(values, "ScaledObject")).isEmpty();
    assertThat(named(values, "Deployment").values())
        .allSatisfy(one -> assertThat(one.at("/spec/replicas").isInt()).isTrue());
  }

  @Test
  void scalesTheDeploymentsOfThePoolsThatSaySoAndLeavesTheirReplicasToKeda() {
    var scaled = named(KEDA, "ScaledObject");

    assertThat(scaled)
        .containsOnlyKeys("sluice-runner-burst", "sluice-runner-default", "sluice-runner-llm");
    scaled.forEach(
        (name, object) -> {
          assertThat(object.at("/spec/scaleTargetRef/name").asText()).isEqualTo(name);
          assertThat(object.at("/spec/scaleTargetRef/kind").asText()).isEqualTo("Deployment");
          assertThat(object("Deployment", name).at("/spec").has("replicas")).as(name).isFalse();
        });
    assertThat(object("Deployment", "sluice-runner-fixed").at("/spec/replicas").asInt())
        .isEqualTo(3);
  }

  @Test
  void asksTheGatewayByANameThatItAnswersToForWhatAWorkerOfThePoolHas() {
    var names = Set.of(setting("sluice-gateway", "http.hosts").split(","));
    var port = object("Service", "sluice-gateway").at("/spec/ports/0/port").asInt();
    for (var pool : List.of("default", "llm")) {
      var slots = setting("sluice-runner-" + pool, "slots");
      var metadata =
          object("ScaledObject", "sluice-runner-" + pool).at("/spec/triggers/0/metadata");
      var url = URI.create(metadata.path("url").asText());

      assertThat(url.getHost()).isIn(names);
      assertThat(url.getPort()).isEqualTo(port);
      assertThat(url.getPath()).isEqualTo("/v1/pools/" + pool + "/scaling");
      assertThat(url.getQuery().split("&"))
          .contains("slots_per_worker=" + slots)
          .allMatch(one -> one.matches("(slots_per_worker=\\d+|late_after=PT\\d+S)"));
      assertThat(metadata.path("valueLocation").asText()).isEqualTo("wanted_slots");
      assertThat(metadata.path("targetValue").asText()).isEqualTo(slots);
    }
  }

  @Test
  void theRouteIsOneThatTheGatewayHas() throws IOException {
    var described = Files.readString(Path.of("..", "docs", "http-api", "openapi.yaml"));

    assertThat(described)
        .contains("  /v1/pools/{pool}/scaling:", "name: slots_per_worker", "name: late_after")
        .contains("        wanted_slots:");
  }

  @Test
  void asksPrometheusForMetricsThatThereAreAndTakesNoEmptyAnswerForZero() throws IOException {
    var metadata = object("ScaledObject", "sluice-runner-burst").at("/spec/triggers/0/metadata");

    assertThat(metadata.path("query").asText())
        .isEqualTo(
            "max(sluice_pool_ready{namespace=\"agents\",pool=\"burst\"}"
                + " + sluice_pool_in_flight{namespace=\"agents\",pool=\"burst\"})");
    assertThat(CodeMetrics.byName()).containsKeys("sluice_pool_ready", "sluice_pool_in_flight");
    assertThat(metadata.path("ignoreNullValues").asText()).isEqualTo("false");
    assertThat(metadata.path("threshold").asText()).isEqualTo("16");
  }

  @Test
  void neverGoesByCpuNorBelowWhatThereIsWhileNobodyAnswersAndDownInSmallSteps() {
    for (var scaled : named(KEDA, "ScaledObject").values()) {
      for (var trigger : triggers(scaled)) {
        var type = trigger.path("type").asText();
        assertThat(METADATA).containsKey(type);
        assertThat(trigger.path("metricType").asText()).isEqualTo("AverageValue");
        var told = new TreeSet<String>();
        trigger.path("metadata").fieldNames().forEachRemaining(told::add);
        assertThat(told).isSubsetOf(METADATA.getOrDefault(type, Set.of()));
      }
      assertThat(scaled.at("/spec/fallback/behavior").asText())
          .isEqualTo("currentReplicasIfHigher");
      assertThat(scaled.at("/spec/minReplicaCount").asInt()).isPositive();
      var down = scaled.at("/spec/advanced/horizontalPodAutoscalerConfig/behavior/scaleDown");
      assertThat(down.path("stabilizationWindowSeconds").asInt()).isEqualTo(300);
      assertThat(down.at("/policies/0/value").asInt()).isEqualTo(1);
      assertThat(down.path("policies")).hasSize(1);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "minReplicas: 2 | minReplicas: 0 | minReplicas",
        "minReplicas: 2 | minReplicas: 33 | minReplicas 33 is above maxReplicas 32",
        "maxReplicas: 32 | maxReplicas: 33 | above topics.dispatchPartitions 32",
        "trigger: prometheus, | trigger: cpu, | trigger",
        "lateAfter: PT30S | lateAfter: 30s | lateAfter",
        "'prometheusAddress: \"http://prometheus.monitoring.svc:9090\"' | prometheusAddress: \"\" | say where Prometheus is",
        "keda: {trigger | keda: {triger | triger",
      })
  void refusesWhatWouldScaleWrong(String written, String instead, String told) throws IOException {
    var wrong = folder.resolve("wrong.yaml");
    var text = Files.readString(KEDA).replace(written, instead);
    assertThat(text).isNotEqualTo(Files.readString(KEDA));
    Files.writeString(wrong, text);

    assertThatThrownBy(() -> Chart.render(wrong)).hasMessageContaining(told);
  }
}
