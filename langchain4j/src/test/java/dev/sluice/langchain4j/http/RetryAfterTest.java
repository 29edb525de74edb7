package dev.sluice.langchain4j.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RetryAfterTest {
  private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");

  @ParameterizedTest(name = "{0} sent at {1} is {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          7                             |                               | PT7S
          0                             |                               | PT0.1S
          999999999999                  |                               | PT24H
          Thu, 26 Nov 2026 12:01:30 GMT |                               | PT1M30S
          Thu, 26 Nov 2026 12:01:30 GMT | Thu, 26 Nov 2026 12:01:00 GMT | PT30S
          Thu, 26 Nov 2026 11:00:00 GMT |                               | PT0.1S
          soon                          |                               | PT5S
                                        |                               | PT5S
          """)
  void tellsHowLongToWait(@Nullable String retryAfter, @Nullable String date, Duration expected) {
    var headers =
        Map.of(
            "Retry-After", retryAfter == null ? List.<String>of() : List.of(retryAfter),
            "date", date == null ? List.<String>of() : List.of(date));

    assertThat(RetryAfter.of(headers, NOW)).isEqualTo(expected);
  }
}
