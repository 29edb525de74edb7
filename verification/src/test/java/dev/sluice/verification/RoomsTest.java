package dev.sluice.verification;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Packages of every module stay small enough to be read as a list, and look one way. */
final class RoomsTest {
  private static final Path ROOT = SpecificationTest.root();
  private static final int MOST_CLASSES = 25;
  private static final Pattern PACKAGE = Pattern.compile("^package ([\\w.]+);", Pattern.MULTILINE);

  /** What may name a class without using it: texts and line comments. */
  private static final Pattern NO_USE =
      Pattern.compile("\"\"\".*?\"\"\"|\"(?:\\\\.|[^\"\\\\\\n])*\"|//[^\\n]*", Pattern.DOTALL);

  /** Imports, and whatever is named in full, in Javadoc too. */
  private static final Pattern USED = Pattern.compile("\\b(dev\\.sluice(?:\\.[a-z]\\w*)*)\\.[A-Z]");

  @Test
  void noPackageHasMoreClassesThanAListingShowsAtAGlance() throws IOException {
    var large = new TreeMap<>(new Sources().sizes);
    large.values().removeIf(size -> size <= MOST_CLASSES);

    assertThat(large).as("packages of more than %d source files", MOST_CLASSES).isEmpty();
  }

  @Test
  void packagesFormNoCircle() throws IOException {
    var left = new TreeMap<>(new Sources().uses);
    assertThat(left).hasSizeGreaterThan(20);
    // Whoever uses nothing that is left is in no circle, and nor is who uses only such.
    while (left.keySet()
        .removeIf(
            room -> left.getOrDefault(room, Set.of()).stream().noneMatch(left::containsKey))) {}
    // The same the other way round leaves the circles and what lies between two of them.
    boolean isLess = true;
    while (isLess) {
      var used = new TreeSet<String>();
      left.values().forEach(used::addAll);
      isLess = left.keySet().retainAll(used);
    }
    left.values().forEach(used -> used.retainAll(left.keySet()));

    assertThat(left).as("packages in a circle, and which of each other they use").isEmpty();
  }

  /** All modules' own sources; generated ones are elsewhere. */
  private static final class Sources {
    private final Map<String, Integer> sizes = new HashMap<>();
    private final Map<String, Set<String>> uses = new HashMap<>();

    Sources() throws IOException {
      for (var module : modules()) {
        try (var files = Files.walk(module.resolve("src/main/java"))) {
          for (var file : files.filter(Sources::isClass).toList()) {
            add(Files.readString(file));
          }
        }
      }
    }

    private static List<Path> modules() throws IOException {
      try (var folders = Files.list(ROOT)) {
        return folders
            .filter(folder -> Files.isDirectory(folder.resolve("src/main/java")))
            .toList();
      }
    }

    private static boolean isClass(Path file) {
      return file.toString().endsWith(".java") && !file.endsWith("package-info.java");
    }

    private void add(String source) {
      var name = PACKAGE.matcher(source);
      assertThat(name.find()).isTrue();
      var room = name.group(1);
      sizes.merge(room, 1, Integer::sum);
      var used = uses.computeIfAbsent(room, key -> new TreeSet<>());
      USED.matcher(NO_USE.matcher(source).replaceAll(""))
          .results()
          .map(use -> use.group(1))
          .filter(other -> !other.equals(room))
          .forEach(used::add);
    }
  }
}
