package dev.sluice.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The alerts under Prometheus' own tool; left out where it is missing, but required in CI. */
class AlertsTest {
  private static final Path CASES = Path.of("src", "test", "promtool", "alerts_test.yaml");
  private static final long WITHIN_S = 60;

  private record Said(int exit, String text) {}

  @BeforeAll
  static void requirePromtool() throws InterruptedException {
    var otherwise = "promtool is not installed (Debian: apt-get install prometheus)";
    try {
      assertThat(promtool("--version").exit()).isZero();
    } catch (IOException missing) {
      if ("true".equals(System.getenv("CI"))) {
        fail(otherwise, missing);
      }
      abort(otherwise);
    }
  }

  private static Said promtool(String... arguments) throws IOException, InterruptedException {
    var command = new ArrayList<String>();
    command.add("promtool");
    command.addAll(List.of(arguments));
    var out = Files.createTempFile("promtool", ".txt");
    try {
      var process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(out.toFile())
              .start();
      process.getOutputStream().close();
      boolean ended = process.waitFor(WITHIN_S, TimeUnit.SECONDS);
      process.destroyForcibly();
      assertThat(ended).as("%s ended by itself", command).isTrue();
      return new Said(process.exitValue(), Files.readString(out, StandardCharsets.UTF_8));
    } finally {
      Files.delete(out);
    }
  }

  @Test
  void fireWhenTheyShouldAndAreQuietBesideIt() throws Exception {
    var said = promtool("test", "rules", CASES.toString());

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

    var said = promtool("check", "rules", file.toString());

    assertThat(said.exit()).as(said.text()).isZero();
  }
}
