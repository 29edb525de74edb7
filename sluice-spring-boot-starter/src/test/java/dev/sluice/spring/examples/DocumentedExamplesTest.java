package dev.sluice.spring.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What docs/embedding.md shows is compiled here. */
final class DocumentedExamplesTest {
  private static final Pattern BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
  private static final int MOST_LINES = 40;

  @Test
  void eachExampleStandsInASourceThatIsCompiled() throws IOException {
    var sources = new ArrayList<String>();
    try (var files = Files.list(Path.of("src/test/java/dev/sluice/spring/examples"))) {
      for (var file : files.toList()) {
        sources.add(lines(Files.readString(file)));
      }
    }
    var blocks =
        BLOCK.matcher(Files.readString(Path.of("../docs/embedding.md"))).results().toList();

    assertThat(blocks).hasSize(2);
    for (var block : blocks) {
      assertThat(block.group(1).lines()).hasSizeLessThan(MOST_LINES);
      assertThat(sources)
          .as(block.group(1))
          .anyMatch(source -> source.contains(lines(block.group(1))));
    }
  }

  /** However they are indented. */
  private static String lines(String text) {
    return text.lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty())
        .collect(Collectors.joining("\n"));
  }
}
