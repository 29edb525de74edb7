package dev.sluice.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What documentation, alerts and dashboards call a metric is one that the code has. */
class MetricsTest {
  private static final Path DOCS = Path.of("..", "docs");
  private static final Path ALERTS = Chart.FOLDER.resolve("files/alerts.yaml");
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| `(sluice_[a-z_]+)` \\| ([a-z]+) \\|");
  private static final Pattern NAME = Pattern.compile("\\bsluice_[a-z_]+");

  @Test
  void seesEveryMetricOfTheCode() {
    assertThat(CodeMetrics.overlooked()).isEmpty();
    assertThat(CodeMetrics.byName()).hasSizeGreaterThan(20);
  }

  @Test
  void theTableHasEveryMetricWithItsTypeAndNoOther() throws IOException {
    var documented = new TreeMap<String, String>();
    var rows = ROW.matcher(Files.readString(DOCS.resolve("metrics.md")));
    while (rows.find()) {
      assertThat(documented.put(rows.group(1), rows.group(2))).as(rows.group(1)).isNull();
    }

    assertThat(documented).isEqualTo(CodeMetrics.byName());
  }

  @Test
  void documentationNamesNoMetricThatIsNotThere() throws IOException {
    try (var pages = Files.walk(DOCS)) {
      for (var page : pages.filter(one -> one.toString().endsWith(".md")).toList()) {
        assertThat(unknown(Files.readString(page))).as(page.toString()).isEmpty();
      }
    }
  }

  @Test
  void everyQueryNamesMetricsThatAreThere() throws IOException {
    for (var query : queries()) {
      assertThat(NAME.matcher(query).find()).as(query).isTrue();
      assertThat(unknown(query)).as(query).isEmpty();
    }
  }

  private static Set<String> unknown(String text) {
    var unknown = new TreeSet<String>();
    NAME.matcher(text).results().forEach(match -> unknown.add(match.group()));
    for (var metric : CodeMetrics.byName().entrySet()) {
      unknown.remove(metric.getKey());
      if (metric.getValue().equals("summary")) {
        for (var part : List.of("_count", "_sum", "_max")) {
          unknown.remove(metric.getKey() + part);
        }
      }
    }
    // A family of metrics, as in sluice_tenant_*.
    unknown.removeIf(name -> name.endsWith("_") && anyBeginsWith(name));
    return unknown;
  }

  private static boolean anyBeginsWith(String family) {
    return CodeMetrics.byName().keySet().stream().anyMatch(name -> name.startsWith(family));
  }

  /** The expressions of all alerts and all panels. */
  static List<String> queries() throws IOException {
    var queries = new ArrayList<String>();
    alerts().forEach(alert -> queries.add(alert.path("expr").asText()));
    for (var dashboard :
        Chart.valuesIn(Chart.FOLDER.resolve("files/dashboards"), ".json").values()) {
      for (var panel : Chart.YAML.readTree(dashboard.toFile()).path("panels")) {
        assertThat(panel.path("targets")).as(dashboard + " " + panel.path("title")).isNotEmpty();
        panel.path("targets").forEach(target -> queries.add(target.path("expr").asText()));
      }
    }
    return queries;
  }

  static List<JsonNode> alerts() throws IOException {
    var alerts = new ArrayList<JsonNode>();
    for (var group : Chart.YAML.readTree(ALERTS.toFile()).path("groups")) {
      group.path("rules").forEach(alerts::add);
    }
    return alerts;
  }

  @Test
  void everyAlertHasItsRunbookAndEveryRunbookItsAlert() throws IOException {
    var pages = new TreeSet<String>();
    for (var alert : alerts()) {
      var page = "docs/runbooks/" + alert.path("alert").asText() + ".md";
      assertThat(alert.at("/annotations/runbook").asText()).isEqualTo(page);
      assertThat(Path.of("..", page)).isRegularFile();
      assertThat(Files.readString(Path.of("..", page)))
          .contains("**Symptom.**", "**First command.**", "| cause | cure |");
      assertThat(alert.at("/labels/severity").asText()).isIn("critical", "warning", "info");
      pages.add(alert.path("alert").asText());
    }
    assertThat(Chart.valuesIn(DOCS.resolve("runbooks"), ".md").keySet())
        .containsOnlyOnceElementsOf(pages)
        .hasSize(pages.size() + 1);
    assertThat(Files.readString(DOCS.resolve("runbooks/README.md")))
        .contains(pages.stream().map(name -> "[" + name + "](" + name + ".md)").toList());
  }
}
