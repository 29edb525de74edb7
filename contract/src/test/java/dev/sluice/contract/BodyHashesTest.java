package dev.sluice.contract;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class BodyHashesTest {
  @Test
  void takesSixtyFourHexadecimalDigits() {
    var hash = "ffffffffffffff80" + "0aF".repeat(16);

    assertThat(BodyHashes.problem(hash)).isEmpty();
    assertThat(BodyHashes.firstBytes(hash)).isEqualTo(-128);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 63, 65, 100_000})
  void refusesAnotherLength(int digits) {
    assertThat(BodyHashes.problem("a".repeat(digits)))
        .hasValueSatisfying(problem -> assertThat(problem).hasSizeLessThan(400));
  }

  @ParameterizedTest
  @ValueSource(strings = {"g", "-", " ", "\u0661", "\ud800"})
  void refusesOtherCharacters(String character) {
    assertThat(BodyHashes.problem(character + "a".repeat(63))).isPresent();
  }
}
