package dev.sluice.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.gateway.GatewayConfig;
import dev.sluice.runner.RunnerConfig;
import dev.sluice.topology.catalog.CatalogConfig;
import dev.sluice.topology.gate.config.GateConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The compose file, as far as it can be checked without an engine. */
class ComposeTest {
  private static final Path FOLDER = Path.of("compose");
  private static final Path FILE = FOLDER.resolve("compose.yaml");
  private static final List<String> ROLES = List.of("gate", "catalog", "gateway", "runner");

  private static JsonNode yaml(Path file) {
    try {
      return Chart.YAML.readTree(file.toFile());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Each process of ours by its service's name, with its arguments. */
  private static Map<String, List<String>> processes() {
    var processes = new TreeMap<String, List<String>>();
    yaml(FILE)
        .path("services")
        .properties()
        .forEach(
            service -> {
              var args = new ArrayList<String>();
              service.getValue().path("command").forEach(arg -> args.add(arg.asText()));
              if (!args.isEmpty() && ROLES.contains(args.getFirst())) {
                processes.put(service.getKey(), args);
              }
            });
    return processes;
  }

  private static Map<String, String> settings(List<String> args) {
    var names = Map.of("--bootstrap", "bootstrap.servers", "--registry", "schema.registry.url");
    var settings = new HashMap<String, String>();
    for (var arg : args.subList(1, args.size())) {
      var parts = arg.split("=", 2);
      switch (parts[0]) {
        case "--set" -> {
          var setting = parts[1].split("=", 2);
          settings.put(setting[0], setting[1]);
        }
        case "--slots" -> settings.put("slots", parts[1]);
        case "--insecure" -> {}
        default -> settings.put(names.get(parts[0]), parts[1]);
      }
    }
    return settings;
  }

  @Test
  void startsEachRoleWithSettingsThatItHas() {
    var slots = new TreeMap<String, Integer>();
    processes()
        .forEach(
            (service, args) -> {
              var settings = settings(args);
              switch (args.getFirst()) {
                case "gate" -> GateConfig.from(settings);
                case "catalog" -> CatalogConfig.from(settings, true);
                case "gateway" -> GatewayConfig.from(settings, true);
                default -> slots.put(service, RunnerConfig.from(settings).slots());
              }
            });

    assertThat(processes()).hasSize(5);
    assertThat(slots).isEqualTo(Map.of("runner-1", 16, "runner-2", 16));
  }

  @Test
  void askEachOtherByNamesThatTheyServe() {
    var catalog = settings(processes().getOrDefault("catalog", List.of()));
    var gateway = settings(processes().getOrDefault("gateway", List.of()));

    assertThat(gateway)
        .containsEntry("catalogs", "http://" + catalog.get("http.hosts") + ":8080")
        .containsEntry("http.hosts", "gateway,localhost,127.0.0.1");
  }

  @Test
  void isScrapedAsAWhole() {
    var targets = new TreeSet<String>();
    yaml(FOLDER.resolve("prometheus.yml"))
        .at("/scrape_configs/0/static_configs/0/targets")
        .forEach(target -> targets.add(target.asText()));

    assertThat(targets)
        .isEqualTo(
            new TreeSet<>(processes().keySet().stream().map(name -> name + ":8080").toList()));
  }

  @Test
  void mountsFilesThatExist() {
    var mounted = new TreeSet<String>();
    for (var service : yaml(FILE).path("services")) {
      for (var volume : service.path("volumes")) {
        if (volume.asText().startsWith(".")) {
          mounted.add(volume.asText().substring(0, volume.asText().indexOf(':')));
        }
      }
    }

    assertThat(mounted).hasSize(5).allMatch(path -> Files.exists(FOLDER.resolve(path)));
  }

  @Test
  void opensNoPortToOtherMachines() {
    var ports =
        yaml(FILE).path("services").valueStream().flatMap(one -> one.path("ports").valueStream());

    assertThat(ports.map(JsonNode::asText)).isNotEmpty().allMatch(p -> p.startsWith("127.0.0.1:"));
  }

  @Test
  void isOneForDocker() throws Exception {
    var compose = new ForeignProgram("docker-compose", "docker-compose");
    compose.require("version");

    var said = compose.run("-f", FILE.toString(), "config", "--quiet");

    assertThat(said.exit()).as(said.text()).isZero();
  }

  @Test
  void isOneForPrometheus() throws Exception {
    var promtool = new ForeignProgram("promtool", "prometheus");
    promtool.require("--version");

    var said =
        promtool.run(
            "check", "config", "--syntax-only", FOLDER.resolve("prometheus.yml").toString());

    assertThat(said.exit()).as(said.text()).isZero();
  }

  @Test
  void buildsAnImageThatTheDockerfileHas() throws IOException {
    var build = yaml(FILE).at("/services/topics/build");
    var context = FOLDER.resolve(build.path("context").asText());
    var dockerfile = context.resolve(build.path("dockerfile").asText()).normalize();

    try (Stream<String> lines = Files.lines(dockerfile)) {
      assertThat(lines).anyMatch(line -> line.endsWith(" AS " + build.path("target").asText()));
    }
  }
}
