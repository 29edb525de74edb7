package dev.sluice.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class NamesTest {
  static Stream<Arguments> rules() {
    return Stream.of(
        rule("run id", Names::runIdProblem, 128, "Aa0._:-"),
        rule("any run id", Names::anyRunIdProblem, 512, "Aa0._:~-"),
        rule("tenant", Names::tenantProblem, 128, "Aa0._:-"),
        rule("agent", Names::agentProblem, 128, "Aa0._-"),
        rule("signal", Names::signalProblem, 128, "Aa0._-"),
        rule("pool", Names::poolProblem, 64, "a0-"),
        rule("plan", Names::planProblem, 64, "Aa0_-"),
        rule("meter", Names::meterProblem, 64, "Aa0._-"),
        rule("worker", Names::workerProblem, 100, "Aa0._:-"),
        rule("incarnation", Names::incarnationProblem, 128, "Aa0._:-"),
        rule("label key", Names::labelKeyProblem, 128, "Aa0._/-"));
  }

  private static Arguments rule(
      String name, Function<String, Optional<String>> problem, int most, String characters) {
    return Arguments.of(name, problem, most, characters);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rules")
  void takesItsLengthsAndItsCharactersAlone(
      String name, Function<String, Optional<String>> problem, int most, String characters) {
    assertThat(problem.apply("")).isPresent();
    assertThat(problem.apply("a")).isEmpty();
    assertThat(problem.apply("a".repeat(most))).isEmpty();
    assertThat(problem.apply("a".repeat(most + 1))).isPresent();
    for (char c = 0; c < 0x300; c++) {
      boolean plain = c < 128 && Character.isLetterOrDigit(c);
      boolean allowed =
          characters.indexOf(c) >= 0
              || (plain && (!Character.isUpperCase(c) || characters.contains("A")));
      assertThat(problem.apply("a" + c).isEmpty()).as("a and U+%04X", (int) c).isEqualTo(allowed);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rules")
  void quotesLittleOfWhatIsWrong(String name, Function<String, Optional<String>> problem) {
    assertThat(problem.apply("x".repeat(4_000_000)).orElseThrow()).hasSizeLessThan(250);
  }
}
