package dev.sluice.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The alerts under Prometheus' own tool; left out where it is missing, but required in CI. */
class AlertsTest {
  private static final Path CASES = Path.of("src", "test", "promtool", "alerts_test.yaml");
  private static final ForeignProgram PROMTOOL = new ForeignProgram("promtool", "prometheus");

  @BeforeAll
  static void requirePromtool() throws InterruptedException {
    PROMTOOL.require("--version");
  }

  @Test
  void fireWhenTheyShouldAndAreQuietBesideIt() throws Exception {
    var said = PROMTOOL.run("test", "rules", CASES.toString());

    assertThat(said.exit()).as(said.text()).isZero();
  }

  @Test
  void eachIsSeenToFireAndToBeQuiet() throws IOException {
    var cases = Files.readString(CASES);

    for (var alert : MetricsTest.alerts()) {
      var name = alert.path("alert").asText();
      assertThat(cases).contains("name: " + name + " fires\n", "name: " + name + " is quiet\n");
    }
  }

  @Test
  void everyQueryOfADashboardIsOne(@TempDir Path folder) throws Exception {
    var rules = new StringBuilder("groups:\n  - name: queries\n    rules:\n");
    int number = 0;
    for (var query : MetricsTest.queries()) {
      rules.append("      - record: query:").append(number++).append('\n');
      rules.append("        expr: '").append(query.replace("'", "''")).append("'\n");
    }
    var file = Files.writeString(folder.resolve("queries.yaml"), rules);

    var said = PROMTOOL.run("check", "rules", file.toString());

    assertThat(said.exit()).as(said.text()).isZero();
  }
}
