package dev.sluice.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What is published hangs together, and says of itself what Maven Central wants. */
final class PublishedTest {
  private static final Pattern ROW = Pattern.compile("^\\| `(sluice[\\w-]*)` \\|.*");

  private static List<String> published() throws Exception {
    return Pom.published().stream().map(Pom::artifact).toList();
  }

  @Test
  void dependsOnNothingOfOursThatIsNot() throws Exception {
    var published = new HashSet<>(published());
    for (var pom : Pom.published()) {
      assertThat(published).as("what %s brings", pom.artifact()).containsAll(pom.brings());
    }
  }

  @Test
  void standsInTheBomWithTheSameVersion() throws Exception {
    var bom = Pom.read(Pom.ROOT.resolve("bom/pom.xml"));
    var jars = Pom.published().stream().filter(Pom::isJar).map(Pom::artifact).toList();

    assertThat(bom.manages()).containsExactlyInAnyOrderElementsOf(jars);
    assertThat(bom.text("version")).isEqualTo(Pom.parent().text("version"));
    assertThat(bom.text("parent")).as("it would bring our libraries' versions").isEmpty();
  }

  @Test
  void isListedInTheDocumentation() throws Exception {
    var rows =
        Files.readAllLines(Pom.ROOT.resolve("docs/artifacts.md")).stream()
            .map(ROW::matcher)
            .filter(row -> row.matches())
            .map(row -> row.group(1))
            .toList();

    assertThat(rows).containsExactlyInAnyOrderElementsOf(published());
  }

  @Test
  void saysWhatItIsAndWhoseItIs() throws Exception {
    for (var pom : Pom.published()) {
      assertThat(pom.text("name")).as(pom.artifact()).isPresent();
      assertThat(pom.text("description")).as(pom.artifact()).isPresent();
    }
    for (var pom : List.of(Pom.parent(), Pom.read(Pom.ROOT.resolve("bom/pom.xml")))) {
      assertThat(pom.text("url")).isPresent();
      assertThat(pom.text("licenses", "license", "url")).isPresent();
      assertThat(pom.text("developers", "developer", "name")).isPresent();
      assertThat(pom.text("scm", "connection")).isPresent();
      assertThat(pom.text("scm", "url")).isPresent();
    }
  }
}
