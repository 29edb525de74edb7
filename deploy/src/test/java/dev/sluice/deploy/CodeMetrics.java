package dev.sluice.deploy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The metrics that the code registers, found in its text: what is there, not what somebody lists.
 */
final class CodeMetrics {
  private static final Pattern REGISTERED =
      Pattern.compile(
          "\\b(Counter\\.builder|Timer\\.builder|counter|(?:Multi)?Gauge\\.builder|gauge|register)"
              + "\\(\\s*\"(sluice\\.[a-z.]+)\"");
  private static final Pattern NAMED = Pattern.compile("\"(sluice\\.[a-z.]+)\"");

  private CodeMetrics() {}

  /** The type of each, by the name under which Prometheus knows it. */
  static Map<String, String> byName() {
    var found = new TreeMap<String, String>();
    for (var source : sources()) {
      var metrics = REGISTERED.matcher(source);
      while (metrics.find()) {
        var name = metrics.group(2).replace('.', '_');
        switch (metrics.group(1)) {
          case "Counter.builder", "counter" -> found.put(name + "_total", "counter");
          case "Timer.builder" -> found.put(name + "_seconds", "summary");
          default -> found.put(name, "gauge");
        }
      }
    }
    return found;
  }

  /** Names of metrics in the code which the search above does not see as registered. */
  static Set<String> overlooked() {
    var named = new TreeSet<String>();
    var seen = new TreeSet<String>();
    for (var source : sources()) {
      if (!source.contains("io.micrometer")) {
        continue; // other names begin so, too
      }
      NAMED.matcher(source).results().forEach(name -> named.add(name.group(1)));
      REGISTERED.matcher(source).results().forEach(name -> seen.add(name.group(2)));
    }
    named.removeAll(seen);
    return named;
  }

  /** The code of the processes. */
  private static List<String> sources() {
    var sources = new ArrayList<String>();
    for (var module : List.of("gateway", "runner", "topology", "schemas", "http")) {
      try (var files = Files.walk(Path.of("..", module, "src", "main", "java"))) {
        for (var file : files.filter(one -> one.toString().endsWith(".java")).toList()) {
          sources.add(Files.readString(file));
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return sources;
  }
}
