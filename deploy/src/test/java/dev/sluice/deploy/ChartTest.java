package dev.sluice.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.marcnuri.helm.Helm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The chart under the real Helm, and what it renders under Kubernetes' own types. */
class ChartTest {
  private static final Path MINIMAL = Chart.FOLDER.resolve("examples/minimal.yaml");

  @TempDir Path folder;

  static Collection<Path> examples() {
    return Chart.examples().values();
  }

  @ParameterizedTest
  @MethodSource("examples")
  void passesStrictLint(Path values) throws IOException {
    // Given the chart with these values for its defaults, since lint takes no values file here
    var copy = folder.resolve("sluice");
    Chart.copyTo(copy);
    var merged = Chart.YAML.readTree(copy.resolve("values.yaml").toFile());
    merge((ObjectNode) merged, (ObjectNode) Chart.YAML.readTree(values.toFile()));
    Chart.YAML.writeValue(copy.resolve("values.yaml").toFile(), merged);

    // When
    var result = new Helm(copy).lint().strict().call();

    // Then
    assertThat(result.isFailed()).as(String.join("\n", result.getMessages())).isFalse();
  }

  private static void merge(ObjectNode into, ObjectNode from) {
    for (var field : from.properties()) {
      if (into.get(field.getKey()) instanceof ObjectNode inner
          && field.getValue() instanceof ObjectNode more) {
        merge(inner, more);
      } else {
        into.set(field.getKey(), field.getValue());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("examples")
  void rendersOnlyFieldsThatKubernetesKnows(Path values) {
    var types = new KubernetesTypes();

    var problems =
        Chart.objects(values).stream().flatMap(object -> types.problems(object).stream()).toList();

    assertThat(problems).isEmpty();
  }

  @Test
  void aFieldThatKubernetesDoesNotKnowIsFound() throws IOException {
    var object =
        Chart.YAML.readTree(
            """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: one, lables: {}}
            spec:
              replicas: "2"
              template: {spec: {containers: [{image: a, readinesProbe: {}}]}}
            """);

    assertThat(new KubernetesTypes().problems(object))
        .containsExactlyInAnyOrder(
            "Deployment/one.metadata.lables: is not a field",
            "Deployment/one.spec.selector: is missing",
            "Deployment/one.spec.replicas: must be a number, got \"2\"",
            "Deployment/one.spec.template.spec.containers[0].name: is missing",
            "Deployment/one.spec.template.spec.containers[0].readinesProbe: is not a field");
  }

  @ParameterizedTest
  @MethodSource("examples")
  void namesEachObjectOnceInTheReleasesNamespace(Path values) {
    var ids = Chart.objects(values).stream().map(Chart::id).toList();

    assertThat(ids).doesNotHaveDuplicates();
    assertThat(Chart.objects(values))
        .allSatisfy(
            object -> assertThat(object.at("/metadata/namespace").asText()).isEqualTo("agents"));
  }

  @ParameterizedTest
  @MethodSource("examples")
  void letsNoPodWriteItsImageOrBecomeRoot(Path values) {
    Chart.pods(values)
        .forEach(
            (id, pod) -> {
              assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean()).as(id).isTrue();
              assertThat(pod.at("/automountServiceAccountToken").asBoolean(true)).as(id).isFalse();
              for (var container : pod.path("containers")) {
                var context = container.path("securityContext");
                assertThat(context.path("readOnlyRootFilesystem").asBoolean()).as(id).isTrue();
                assertThat(context.path("allowPrivilegeEscalation").asBoolean(true))
                    .as(id)
                    .isFalse();
                assertThat(context.at("/capabilities/drop/0").asText()).as(id).isEqualTo("ALL");
                assertThat(container.at("/resources/limits/memory").asText()).as(id).isNotEmpty();
              }
            });
  }

  @ParameterizedTest
  @MethodSource("examples")
  void selectsThePodsThatItMakes(Path values) {
    var labels = new ArrayList<JsonNode>();
    Chart.objects(values)
        .forEach(
            object -> {
              var template = object.at("/spec/template/metadata/labels");
              labels.add(template.isObject() ? template : object.at("/metadata/labels"));
            });

    for (var object : Chart.objects(values)) {
      var selector = selector(object);
      if (selector.isObject()) {
        assertThat(labels)
            .as(Chart.id(object))
            .anyMatch(
                pod ->
                    selector.properties().stream()
                        .allMatch(entry -> entry.getValue().equals(pod.get(entry.getKey()))));
      }
    }
  }

  private static JsonNode selector(JsonNode object) {
    return switch (object.path("kind").asText()) {
      case "Service" -> object.at("/spec/selector");
      case "NetworkPolicy" -> object.at("/spec/podSelector/matchLabels");
      default -> object.at("/spec/selector/matchLabels");
    };
  }

  @Test
  void restartsPodsWhenTheirSettingsChange() throws IOException {
    var more = folder.resolve("more.yaml");
    Files.writeString(
        more, Files.readString(MINIMAL).replace("gate: {", "gate: {settings: {tick.ms: 500}, "));

    assertThat(checksums(more)).hasSameSizeAs(checksums(MINIMAL));
    var changed = new TreeSet<>(checksums(more));
    changed.removeAll(checksums(MINIMAL));
    assertThat(changed).hasSize(1).first().asString().startsWith("StatefulSet/sluice-gate");
  }

  private static Set<String> checksums(Path values) {
    var sums = new TreeSet<String>();
    for (var object : Chart.objects(values)) {
      var sum = object.at("/spec/template/metadata/annotations/checksum~1config");
      if (sum.isTextual()) {
        sums.add(Chart.id(object) + " " + sum.asText());
      }
    }
    return sums;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "bootstrapServers: \"kafka:9092\" | bootstrapServers: \"\" | say where Kafka is",
        "url: \"http://registry:8081\" | url: \"\" | say where the schema registry is",
        "replicas: 1, persistence | replcas: 1, persistence | replcas",
        "insecure: true | insecure: true, settings: {http.port: 1} | http.port",
        "bootstrapServers | settings: {acks: 1}, bootstrapServers | acks",
        "pools: {default | pools: {With_Capital | With_Capital",
      })
  void refusesWrongValuesAndSaysWhy(String written, String instead, String told)
      throws IOException {
    var wrong = folder.resolve("wrong.yaml");
    var text = Files.readString(MINIMAL).replace(written, instead);
    assertThat(text).isNotEqualTo(Files.readString(MINIMAL));
    Files.writeString(wrong, text);

    assertThatThrownBy(() -> Chart.render(wrong)).hasMessageContaining(told);
  }
}
