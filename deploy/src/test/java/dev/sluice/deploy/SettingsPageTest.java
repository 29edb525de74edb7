package dev.sluice.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.GatewayConfig;
import dev.sluice.runner.RunnerConfig;
import dev.sluice.topology.catalog.CatalogConfig;
import dev.sluice.topology.gate.config.GateConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** docs/settings.md has each setting that the code reads, with the default that it has there. */
class SettingsPageTest {
  private static final Path ROOT = Path.of("..");
  private static final Pattern ROW =
      Pattern.compile("\\| `([^`]+)`(?: \\*)? \\| (`[^|]+?|[^|`]+) \\|.*");
  private static final Pattern READ =
      Pattern.compile(
          "(?:\\.(?:text|bool|integer|millis|positive|list)\\(\\s*|StateFolder\\.of\\(read, )"
              + "(prefix \\+ )?\"([a-z._]+)\"");

  /** What every process must be told. */
  private static final Map<String, String> LEAST =
      Map.of("bootstrap.servers", "kafka:9092", "schema.registry.url", "http://registry:8081");

  /**
   * A process.
   *
   * @param section of the page
   * @param source that reads the settings that only it has
   */
  record Role(String section, String source, Function<Map<String, String>, Object> config) {
    @Override
    public String toString() {
      return section;
    }
  }

  static Stream<Role> roles() {
    return Stream.of(
        new Role("Gate", "topology/gate/config/GateConfig", GateConfig::from),
        new Role("Runner", "runner/RunnerConfig", RunnerConfig::from),
        new Role(
            "Catalog",
            "topology/catalog/CatalogConfig",
            settings -> CatalogConfig.from(settings, false)),
        new Role(
            "Gateway", "gateway/GatewayConfig", settings -> GatewayConfig.from(settings, false)));
  }

  /** Settings and defaults of a section. */
  private static Map<String, String> rows(String section) throws IOException {
    var page = Files.readString(ROOT.resolve("docs/settings.md"));
    int begin = page.indexOf("## " + section + "\n");
    int end = page.indexOf("\n## ", begin + 1);
    var rows = new TreeMap<String, String>();
    page.substring(begin, end < 0 ? page.length() : end)
        .lines()
        .map(ROW::matcher)
        .filter(row -> row.matches())
        .forEach(row -> rows.put(row.group(1), row.group(2)));
    assertThat(rows).as(section).isNotEmpty();
    return rows;
  }

  private static Set<String> read(String source) throws IOException {
    var module = source.substring(0, source.indexOf('/'));
    var file = ROOT.resolve(module + "/src/main/java/dev/sluice/" + source + ".java");
    var keys = new TreeSet<String>();
    READ.matcher(Files.readString(file))
        .results()
        .forEach(call -> keys.add((call.group(1) == null ? "" : "plan.<name>.") + call.group(2)));
    return keys;
  }

  @ParameterizedTest
  @MethodSource("roles")
  void hasEachSettingThatTheProcessReads(Role role) throws IOException {
    var read = read(role.source());
    if (role.section().equals("Runner")) {
      read.addAll(read("runner/trace/TraceConfig"));
    }
    read.addAll(read("schemas/process/HttpSettings"));
    read.addAll(LEAST.keySet());
    read.addAll(List.of("kafka.<setting>", "serde.<setting>"));

    var described = new TreeSet<>(rows("All processes").keySet());
    described.addAll(rows(role.section()).keySet());

    assertThat(described).isEqualTo(read);
  }

  /** What is left out has the value that the page says: told so, it changes nothing. */
  @ParameterizedTest
  @MethodSource("roles")
  void hasTheDefaultsOfTheProcess(Role role) throws IOException {
    var untold = role.config().apply(LEAST);
    var rows = new TreeMap<>(rows("All processes"));
    rows.putAll(rows(role.section()));
    rows.forEach(
        (key, said) -> {
          var value = value(said, role);
          if (value != null) {
            var settings = new HashMap<>(LEAST);
            settings.put(key.replace("<name>", "free"), value);
            assertThat(role.config().apply(settings)).as(key + " = " + value).isEqualTo(untold);
          }
        });
  }

  /** The one of the role if a row has several; null for what is no value. */
  private static @Nullable String value(String said, Role role) {
    var ofRole =
        Pattern.compile("`([^`]+)` \\(" + role.section().toLowerCase(Locale.ROOT) + "\\)")
            .matcher(said);
    var ofOthers = Pattern.compile("`([^`]+)` \\(others\\)").matcher(said);
    if (ofRole.find()) {
      return ofRole.group(1);
    }
    if (ofOthers.find()) {
      return ofOthers.group(1);
    }
    return said.startsWith("`") ? said.replace("`", "") : null;
  }
}
