package dev.sluice.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What each version of the chart rendered, kept in {@code src/test/goldens/<version>} beside the
 * values. {@code -Dgoldens.write=true} writes those of the version now; a diff shows what changed.
 */
class GoldensTest {
  private static final Path GOLDENS = Path.of("src", "test", "goldens");
  private static final Path NOW = GOLDENS.resolve("0.1.0");

  /** What Kubernetes lets nobody change, by kind; a release that changes it cannot be upgraded. */
  private static final Map<String, List<String>> IMMUTABLE =
      Map.of(
          "Deployment", List.of("/spec/selector"),
          "StatefulSet",
              List.of(
                  "/spec/selector",
                  "/spec/serviceName",
                  "/spec/podManagementPolicy",
                  "/spec/volumeClaimTemplates"),
          "Service", List.of("/spec/clusterIP"),
          "Job", List.of("/spec/selector", "/spec/template"),
          "PersistentVolumeClaim", List.of("/spec"));

  static Collection<Path> values() {
    var all = new ArrayList<Path>();
    try (var versions = Files.list(GOLDENS)) {
      versions
          .sorted()
          .forEach(version -> all.addAll(Chart.valuesIn(version, ".values.yaml").values()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return all;
  }

  @Test
  void everyExampleHasItsGolden() throws IOException {
    if (Boolean.getBoolean("goldens.write")) {
      Files.createDirectories(NOW);
      for (var example : Chart.examples().entrySet()) {
        Files.copy(
            example.getValue(),
            NOW.resolve(example.getKey() + ".values.yaml"),
            java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        Files.writeString(golden(example.getKey()), shown(example.getValue()));
      }
    }
    for (var example : Chart.examples().entrySet()) {
      assertThat(NOW.resolve(example.getKey() + ".values.yaml"))
          .hasSameTextualContentAs(example.getValue());
      assertThat(golden(example.getKey())).content().isEqualTo(shown(example.getValue()));
    }
  }

  private static Path golden(String example) {
    return NOW.resolve(example + ".golden.yaml");
  }

  /** In one order; what is copied from a file of the chart is not shown again. */
  private static String shown(Path values) throws IOException {
    var text = new StringBuilder();
    var sorted = new TreeMap<String, JsonNode>();
    Chart.objects(values).forEach(object -> sorted.put(Chart.id(object), object.deepCopy()));
    for (var object : sorted.values()) {
      if (object
          .at("/metadata/labels/app.kubernetes.io~1component")
          .asText()
          .equals("monitoring")) {
        ((ObjectNode) object).remove(Set.of("data", "groups"));
        if (object.get("spec") instanceof ObjectNode spec) {
          spec.remove("groups");
        }
      }
      text.append(Chart.YAML.writeValueAsString(object));
    }
    return text.toString();
  }

  @ParameterizedTest
  @MethodSource("values")
  void upgradesEveryReleaseThatWasMadeWithOlderValues(Path values) throws IOException {
    var file = values.getFileName().toString().replace(".values.yaml", ".golden.yaml");
    var before = new ArrayList<JsonNode>();
    try (var documents =
        Chart.YAML
            .readerFor(JsonNode.class)
            .<JsonNode>readValues(values.resolveSibling(file).toFile())) {
      documents.forEachRemaining(before::add);
    }

    assertThat(refused(before, Chart.objects(values))).isEmpty();
  }

  /** The changes that Kubernetes would refuse. */
  private static List<String> refused(
      Collection<? extends JsonNode> before, Collection<? extends JsonNode> after) {
    var known = new TreeMap<String, JsonNode>();
    before.forEach(object -> known.put(Chart.id(object), object));
    var refused = new ArrayList<String>();
    for (var object : after) {
      var former = known.get(Chart.id(object));
      // A hook's object is deleted and made anew.
      if (former != null && !object.at("/metadata/annotations").has("helm.sh/hook")) {
        for (var path : IMMUTABLE.getOrDefault(object.path("kind").asText(), List.of())) {
          if (!former.at(path).equals(object.at(path))) {
            refused.add(Chart.id(object) + " " + path);
          }
        }
      }
    }
    return refused;
  }

  @Test
  void findsWhatKubernetesWouldRefuse() {
    var objects = Chart.objects(Chart.FOLDER.resolve("examples/large.yaml"));
    var changed = new ArrayList<JsonNode>();
    for (var object : objects) {
      var copy = object.deepCopy();
      if (copy.path("kind").asText().equals("StatefulSet")) {
        ((ObjectNode) copy.path("spec")).put("serviceName", "another");
      }
      changed.add(copy);
    }

    assertThat(refused(objects, changed))
        .containsExactlyInAnyOrder(
            "StatefulSet/sluice-gate /spec/serviceName",
            "StatefulSet/sluice-catalog /spec/serviceName");
  }
}
