package dev.sluice.models;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The protocol's invariants hold in its models, and each rule that is taken away breaks one. */
class ModelsTest {
  private static final Path MODELS = Path.of("").toAbsolutePath();

  static List<Check> wanted() throws IOException {
    boolean all = "all".equals(System.getProperty("models.rows"));
    return rows().stream().filter(check -> all || check.quick()).toList();
  }

  private static List<Check> rows() throws IOException {
    return Check.parseAll(Files.readAllLines(MODELS.resolve("checks.txt")));
  }

  @ParameterizedTest
  @MethodSource("wanted")
  void theCheckerFindsWhatIsExpected(Check check) throws IOException, InterruptedException {
    var tlc = new Tlc(MODELS, MODELS.resolve("target/tlc"));

    var verdict = tlc.run(check);

    System.out.printf("%-28s %s, %s states%n", check.name(), verdict.found(), verdict.states());
    assertThat(verdict.found()).as(check.name()).isEqualTo(check.verdict());
  }

  @Test
  void everyRowHasANameOfItsOwn() throws IOException {
    assertThat(rows()).extracting(Check::name).doesNotHaveDuplicates();
  }
}
