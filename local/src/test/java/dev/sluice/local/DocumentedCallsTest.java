package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The calls that documentation shows: a body without its type is refused. */
final class DocumentedCallsTest {
  private static final Pattern UNTYPED =
      Pattern.compile("\\bcurl\\b.*\\s(-d|--data\\S*|-F|--form)\\b.*");

  @Test
  void sendBodiesWithTheirType() throws IOException {
    var calls = new ArrayList<String>();
    for (var file : documents()) {
      for (var line : Files.readAllLines(file)) {
        if (line.contains("curl ")) {
          calls.add(line);
        }
      }
    }
    assertThat(calls).hasSizeGreaterThan(3).noneMatch(line -> UNTYPED.matcher(line).find());
  }

  private static List<Path> documents() throws IOException {
    var root = Path.of("..");
    try (var top = Files.list(root);
        var docs = Files.walk(root.resolve("docs"))) {
      var all = new ArrayList<>(top.toList());
      all.addAll(docs.toList());
      return all.stream()
          .filter(file -> file.toString().endsWith(".md") || file.endsWith("sluice"))
          .filter(Files::isRegularFile)
          .filter(file -> !file.endsWith("CHANGELOG.md"))
          .toList();
    }
  }
}
