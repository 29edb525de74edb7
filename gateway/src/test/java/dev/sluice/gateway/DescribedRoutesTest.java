package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.http.route.Route;
import dev.sluice.schemas.serde.SluiceSerdes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Whoever reads the description of the HTTP interface learns of every path that there is. */
final class DescribedRoutesTest {
  private static final Pattern PATH = Pattern.compile("  (/\\S*):");
  private static final Pattern METHOD = Pattern.compile("    (get|put|post|delete):");

  /** Nothing answers there; the routes are known all the same. */
  private static final Map<String, String> NOWHERE =
      Map.of(
          "bootstrap.servers",
          "127.0.0.1:1",
          "schema.registry.url",
          "http://127.0.0.1:1",
          "http.port",
          "0",
          "catalogs",
          "http://127.0.0.1:1");

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
    var config = GatewayConfig.from(NOWHERE, false);
    try (var sender = new RecordSender(config);
        var catalogs = new Catalogs(config.catalogs(), config.catalogWithin())) {
      var serdes = SluiceSerdes.create(config.serdes());
      var api = new GatewayApi("", serdes, sender, catalogs, new GatewayMeasures());
      var settings = new SettingsApi("", serdes, sender);
      return Stream.of(api.routes(), settings.routes())
          .flatMap(List::stream)
          .map(DescribedRoutesTest::name)
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private static String name(Route route) {
    return route.method() + " /" + String.join("/", route.template());
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
