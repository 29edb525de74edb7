package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.access.Rights;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Whoever reads the description of the HTTP interface learns of every path that there is. */
final class DescribedRoutesTest {
  private static final Pattern PATH = Pattern.compile("  (/\\S*):");
  private static final Pattern METHOD = Pattern.compile("    (get|put|post|delete):");

  private static Set<String> described() throws Exception {
    var found = new TreeSet<String>();
    var path = "";
    for (var line : Files.readAllLines(Path.of("../docs/http-api/openapi.yaml"))) {
      var isPath = PATH.matcher(line);
      var isMethod = METHOD.matcher(line);
      if (isPath.matches()) {
        path = isPath.group(1);
      } else if (isMethod.matches()) {
        found.add(isMethod.group(1).toUpperCase(Locale.ROOT) + " " + path);
      }
    }
    return found;
  }

  private static Set<String> served() {
    return ServedRoutes.all().stream()
        .map(Rights::name)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void theDescriptionHasTheRoutesOfTheApiAndTheProbes() throws Exception {
    var served = served();
    served.add("GET /healthz");
    served.add("GET /readyz");
    served.add("GET /readyz/submissions");
    served.add("GET /metrics");

    assertThat(described()).isEqualTo(served);
  }
}
