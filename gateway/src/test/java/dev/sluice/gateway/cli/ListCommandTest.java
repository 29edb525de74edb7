package dev.sluice.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ListCommandTest {
  /** {@code submit} says {@code KEY=VALUE}; values may have both signs. */
  @ParameterizedTest
  @CsvSource({
    "team=blue, team:blue",
    "team:blue, team:blue",
    "url=http://a, url:http://a",
    "at:x=y, at:x=y",
    "empty=, empty:",
    "plain, plain"
  })
  void aLabelIsSpelledAsWhereItIsGiven(String given, String asked) {
    assertThat(ListCommand.asAsked(given)).isEqualTo(asked);
  }
}
