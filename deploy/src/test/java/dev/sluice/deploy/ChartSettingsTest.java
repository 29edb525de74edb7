package dev.sluice.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.app.TopicsCommand;
import dev.sluice.gateway.GatewayCommand;
import dev.sluice.gateway.GatewayConfig;
import dev.sluice.gateway.cli.TenantsCommand;
import dev.sluice.runner.RunnerCommand;
import dev.sluice.runner.RunnerConfig;
import dev.sluice.schemas.topic.CatalogueConfig;
import dev.sluice.schemas.topic.TopicCatalogue;
import dev.sluice.topology.CatalogCommand;
import dev.sluice.topology.GateCommand;
import dev.sluice.topology.catalog.CatalogConfig;
import dev.sluice.topology.gate.config.GateConfig;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** Every flag and setting that the chart renders is one of ours, and says what was meant. */
class ChartSettingsTest {
  static Collection<Path> examples() {
    return Chart.examples().values();
  }

  @ParameterizedTest
  @MethodSource("examples")
  void startsEachRoleWithFlagsThatItHas(Path values) {
    for (var pod : Chart.pods(values).entrySet()) {
      var args = args(pod.getValue());
      var command = command(args.getFirst());

      assertThatCode(
              () ->
                  new CommandLine(command)
                      .parseArgs(args.subList(1, args.size()).toArray(String[]::new)))
          .as(pod.getKey() + " " + args)
          .doesNotThrowAnyException();
    }
  }

  private static Object command(String name) {
    return switch (name) {
      case "gate" -> new GateCommand();
      case "catalog" -> new CatalogCommand();
      case "gateway" -> new GatewayCommand();
      case "runner" -> new RunnerCommand();
      case "topics" -> new TopicsCommand();
      case "tenants" -> new TenantsCommand();
      default -> throw new AssertionError("no command " + name);
    };
  }

  private static List<String> args(JsonNode pod) {
    var args = new ArrayList<String>();
    pod.at("/containers/0/args").forEach(arg -> args.add(arg.asText()));
    return args;
  }

  @ParameterizedTest
  @MethodSource("examples")
  void givesEachRoleSettingsThatItHas(Path values) {
    for (var map : Chart.ofKind(values, "ConfigMap")) {
      var component = map.at("/metadata/labels/app.kubernetes.io~1component").asText();
      if (!component.equals("monitoring")) {
        assertThatCode(() -> read(component, settings(map)))
            .as(Chart.id(map))
            .doesNotThrowAnyException();
      }
    }
  }

  private static void read(String component, Map<String, String> settings) {
    switch (component) {
      case "gate" -> GateConfig.from(settings);
      case "catalog" -> CatalogConfig.from(settings, true);
      case "gateway" -> GatewayConfig.from(settings, true);
      case "runner" -> RunnerConfig.from(settings);
      case "topics" -> assertThat(settings).containsKey("bootstrap.servers");
      default -> throw new AssertionError("no role " + component);
    }
  }

  private static Map<String, String> settings(JsonNode map) {
    var properties = new Properties();
    try {
      properties.load(new StringReader(map.at("/data/sluice.properties").asText()));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    var settings = new TreeMap<String, String>();
    properties.forEach((key, value) -> settings.put(key.toString(), value.toString()));
    return settings;
  }

  private static Map<String, String> settings(String example, String name) {
    return Chart.ofKind(values(example), "ConfigMap").stream()
        .filter(map -> map.at("/metadata/name").asText().equals(name))
        .map(ChartSettingsTest::settings)
        .findFirst()
        .orElseThrow();
  }

  private static Path values(String example) {
    return Chart.FOLDER.resolve("examples/" + example + ".yaml");
  }

  @Test
  void writesNumbersAndTextsAsTheyWereGiven() {
    var gate = GateConfig.from(settings("large", "sluice-gate"));

    assertThat(gate.duplicateWindow()).hasDays(7);
    assertThat(gate.core().plans().get("enterprise")).isNotNull();
    assertThat(settings("large", "sluice-gate"))
        .containsEntry("plan.enterprise.weight", "2.5")
        .containsEntry("standby.replicas", "1")
        .containsEntry("pools", "default,gpu-outside,llm");
    assertThat(settings("strimzi-mtls", "sluice-gate"))
        .containsEntry("kafka.ssl.keystore.key", "${dir:/etc/sluice/user:user.key}");
  }

  @ParameterizedTest
  @MethodSource("examples")
  void killsNoRunnerWhileItDrains(Path values) {
    for (var runner : Chart.ofKind(values, "Deployment")) {
      var pod = runner.at("/spec/template/spec");
      if (args(pod).getFirst().equals("runner")) {
        var name = runner.at("/metadata/name").asText();
        var map =
            Chart.ofKind(values, "ConfigMap").stream()
                .filter(one -> one.at("/metadata/name").asText().equals(name))
                .findFirst()
                .orElseThrow();
        assertThat(pod.path("terminationGracePeriodSeconds").asLong())
            .isGreaterThan(RunnerConfig.from(settings(map)).drainTimeout().toSeconds() + 5);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("examples")
  void servesTheNamesByWhichPodsAskEachOther(Path values) {
    var byRole = new HashMap<String, Map<String, String>>();
    for (var map : Chart.ofKind(values, "ConfigMap")) {
      byRole.put(map.at("/metadata/labels/app.kubernetes.io~1component").asText(), settings(map));
    }
    var catalogHosts = hosts(byRole, "catalog");
    for (var catalog :
        GatewayConfig.from(byRole.getOrDefault("gateway", Map.of()), true).catalogs()) {
      var host = catalog.getHost();
      assertThat(catalogHosts).contains("*" + host.substring(host.indexOf('.')));
    }
    var test =
        args(Chart.pods(values).getOrDefault("Pod/sluice-test", Chart.YAML.createObjectNode()));
    assertThat(hosts(byRole, "gateway")).contains(java.net.URI.create(test.getLast()).getHost());
  }

  private static List<String> hosts(Map<String, Map<String, String>> byRole, String role) {
    var settings = byRole.getOrDefault(role, Map.of());
    return Arrays.asList(settings.getOrDefault("http.hosts", "").split(","));
  }

  @Test
  void makesTheTopicsThatTheCatalogueHas() {
    var catalogue =
        new TopicCatalogue(new CatalogueConfig("", 4, 32, (short) 3, List.of("default")));

    var rendered = new TreeMap<String, String>();
    for (var topic : Chart.ofKind(values("strimzi-mtls"), "KafkaTopic")) {
      var config = new TreeMap<String, String>();
      topic
          .at("/spec/config")
          .properties()
          .forEach(e -> config.put(e.getKey(), e.getValue().asText()));
      rendered.put(
          topic.at("/spec/topicName").asText(),
          topic.at("/spec/partitions") + " " + topic.at("/spec/replicas") + " " + config);
    }

    var wanted = new TreeMap<String, String>();
    for (var topic : catalogue.topics()) {
      wanted.put(
          topic.name(),
          topic.partitions()
              + " "
              + topic.replicationFactor()
              + " "
              + new TreeMap<>(topic.configs()));
    }
    assertThat(rendered).isEqualTo(wanted);
  }

  @Test
  void letsKafkaReadWhatConfigProvidersName() {
    var settings = new HashMap<String, Object>();
    settings("strimzi-mtls", "sluice-gate")
        .forEach(
            (key, value) -> {
              if (key.startsWith("kafka.config.") || key.startsWith("kafka.security.")) {
                settings.put(key.substring("kafka.".length()), value);
              }
            });
    settings.put("bootstrap.servers", "kafka:9092");
    settings.put(
        "ssl.truststore.certificates", "${dir:" + Chart.FOLDER.toAbsolutePath() + ":.helmignore}");

    var config = new AdminClientConfig(settings);

    assertThat(config.getPassword("ssl.truststore.certificates").value()).contains(".DS_Store");
  }
}
