package dev.sluice.verification;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/architecture.md lists every package with the sentence that the package says of itself. */
final class PackagesTest {
  private static final Path ROOT = SpecificationTest.root();
  private static final Pattern COMMENT = Pattern.compile("/\\*\\*(.*?)\\*/", Pattern.DOTALL);
  private static final Pattern NAME =
      Pattern.compile("^package dev\\.sluice\\.([\\w.]+);", Pattern.MULTILINE);

  @Test
  void listsEveryPackageWithItsPurpose() throws IOException {
    var page = Files.readAllLines(ROOT.resolve("docs/architecture.md"));
    var listed = page.subList(page.indexOf("## Packages"), page.size());

    assertThat(listed.stream().filter(line -> line.startsWith("| `")))
        .as("rows: | `package` | its first sentence |")
        .containsExactlyElementsOf(rows());
  }

  private static List<String> rows() throws IOException {
    var rows = new TreeSet<String>();
    for (var module : modules()) {
      var sources = module.resolve("src/main/java");
      if (Files.isDirectory(sources)) {
        try (var files = Files.walk(sources)) {
          files
              .filter(file -> file.endsWith("package-info.java"))
              .forEach(file -> rows.add(row(file)));
        }
      }
    }
    return List.copyOf(rows);
  }

  private static List<Path> modules() throws IOException {
    try (Stream<Path> folders = Files.list(ROOT)) {
      return folders.filter(Files::isDirectory).toList();
    }
  }

  private static String row(Path file) {
    var text = read(file);
    var comment = COMMENT.matcher(text);
    var name = NAME.matcher(text);
    assertThat(comment.find() && name.find()).as("%s says what it is", file).isTrue();
    var words = comment.group(1).replaceAll("\\n \\*", " ").strip().replaceAll("\\s+", " ");
    var sentence = words.split("(?<=\\.) ", 2)[0];
    return "| `" + name.group(1) + "` | " + sentence + " |";
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
