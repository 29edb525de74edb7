package dev.sluice.verification;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.schemas.topic.CatalogueConfig;
import dev.sluice.schemas.topic.TopicCatalogue;
import dev.sluice.schemas.topic.TopicSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Comments cite rules that docs/protocol.md has, and the documents' links lead somewhere. */
final class SpecificationTest {
  private static final Pattern CITED = Pattern.compile("\\brules? (\\d+)\\b|\\b(I[1-9])\\b");
  private static final Pattern ANCHOR = Pattern.compile("<a id=\"(?:rule-(\\d+)|(i[1-9]))\">");
  private static final Pattern LINK = Pattern.compile("]\\(([^)#\\s]*)(?:#([^)\\s]*))?\\)");
  private static final Pattern OUTSIDE = Pattern.compile("\\b(?:DESIGN|CONTRACT)\\b");

  private static final Path ROOT = root();

  @Test
  void citesRulesThatExist() {
    var known = new TreeSet<>(found(ANCHOR, read(ROOT.resolve("docs/protocol.md"))));

    var unknown = new ArrayList<String>();
    for (var file : files(".java")) {
      for (var cited : found(CITED, read(file))) {
        if (!known.contains(cited)) {
          unknown.add(ROOT.relativize(file) + " cites " + cited);
        }
      }
    }

    assertThat(known).hasSize(11 + 9);
    assertThat(unknown).isEmpty();
  }

  @Test
  void citesNothingOutsideTheRepository() {
    assertThat(files(".java"))
        .filteredOn(file -> !file.endsWith("SpecificationTest.java"))
        .allSatisfy(file -> assertThat(read(file)).doesNotContainPattern(OUTSIDE));
  }

  @Test
  void linksLeadSomewhere() {
    var dead = new ArrayList<String>();
    for (var file : files(".md")) {
      LINK.matcher(read(file))
          .results()
          .filter(link -> !link.group(1).contains(":") && isDead(file, link))
          .forEach(link -> dead.add(ROOT.relativize(file) + " links to " + link.group()));
    }

    assertThat(dead).isEmpty();
  }

  /** A link names a file, a heading or an anchor of this one, or of that one. */
  private static boolean isDead(Path file, MatchResult link) {
    var target = link.group(1).isEmpty() ? file : file.resolveSibling(link.group(1));
    var anchor = link.group(2);
    return !Files.exists(target) || (anchor != null && !hasAnchor(target, anchor));
  }

  private static boolean hasAnchor(Path target, String anchor) {
    return target.toString().endsWith(".md")
        ? Anchors.of(read(target)).contains(anchor)
        : anchor.matches("L\\d+");
  }

  @Test
  void describesEveryTopic() {
    var page = read(ROOT.resolve("docs/protocol.md"));
    var topics =
        new TopicCatalogue(new CatalogueConfig("", 4, 8, (short) 1, List.of("default"))).topics();

    assertThat(topics).allSatisfy(topic -> assertThat(page).containsPattern(row(topic)));
  }

  private static Pattern row(TopicSpec topic) {
    var name = topic.name().replace("dispatch.default", "dispatch.<pool>");
    return Pattern.compile(
        "(?m)^\\| `" + Pattern.quote(name) + "` \\|[^|]*\\| " + cleanup(topic) + " \\|");
  }

  private static String cleanup(TopicSpec topic) {
    var policy = topic.configs().getOrDefault("cleanup.policy", "none");
    var retention = topic.configs().get("retention.ms");
    if (retention == null) {
      return policy;
    }
    var kept = Duration.ofMillis(Long.parseLong(retention));
    return policy + ", " + (kept.toDays() > 0 ? kept.toDays() + " d" : kept.toHours() + " h");
  }

  private static List<String> found(Pattern pattern, String text) {
    return pattern.matcher(text).results().map(SpecificationTest::name).toList();
  }

  private static String name(MatchResult match) {
    return match.group(1) != null
        ? "rule " + match.group(1)
        : match.group(2).toUpperCase(Locale.ROOT);
  }

  private static List<Path> files(String ending) {
    try (Stream<Path> all = Files.walk(ROOT)) {
      return all.filter(file -> file.toString().endsWith(ending))
          .filter(file -> !hasPart(file, "target") && !hasPart(file, "node_modules"))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean hasPart(Path file, String name) {
    for (var part : ROOT.relativize(file)) {
      if (part.toString().equals(name)) {
        return true;
      }
    }
    return false;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Path root() {
    var folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("docs/protocol.md"))) {
      var above = folder.getParent();
      if (above == null) {
        throw new IllegalStateException("the tests run outside of the repository");
      }
      folder = above;
    }
    return folder;
  }
}
