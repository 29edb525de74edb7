package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.regex.Pattern;

/** Parses Prometheus' text format and holds names to its rules, as {@code promtool check} does. */
final class PrometheusText {
  private static final Pattern SAMPLE =
      Pattern.compile(
          "([a-zA-Z_:][a-zA-Z0-9_:]*)(\\{([a-zA-Z_][a-zA-Z0-9_]*=\"([^\"\\\\]|\\\\.)*\",?)*})? "
              + "(NaN|[+-]?Inf|-?[0-9.]+(E-?[0-9]+)?)");
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]*(_[a-z0-9]+)*");

  private PrometheusText() {}

  /** Fails where a scrape would, or where a name of ours breaks the naming rules. */
  static void check(String text) {
    Map<String, String> types = new HashMap<>();
    var helped = new HashSet<String>();
    for (var line : text.lines().toList()) {
      var words = line.split(" ", 4);
      if (line.startsWith("# HELP ")) {
        assertThat(words).as(line).hasSize(4);
        helped.add(words[2]);
      } else if (line.startsWith("# TYPE ")) {
        types.put(words[2], words[3]);
      } else {
        assertThat(SAMPLE.matcher(line).matches()).as("a sample: %s", line).isTrue();
      }
    }
    assertThat(types).isNotEmpty();
    types.forEach(
        (name, type) -> {
          assertThat(name).as("no unit cut short").doesNotMatch(".*_(ns|ms)(_.*)?");
          assertThat(type.equals("gauge") && name.endsWith("_count")).as(name).isFalse();
          if (name.startsWith("sluice_")) {
            assertThat(helped).as("help of %s", name).contains(name);
            assertThat(name).matches(NAME);
            assertThat(name.endsWith("_total")).as(name).isEqualTo(type.equals("counter"));
          }
        });
  }
}
