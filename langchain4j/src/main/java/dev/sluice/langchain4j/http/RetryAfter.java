package dev.sluice.langchain4j.http;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How long a refused client must wait: RFC 9110 §10.2.3, seconds or a date. */
public final class RetryAfter {
  /** Where nobody says how long. */
  public static final Duration DEFAULT = Duration.ofSeconds(5);

  private static final Duration SHORTEST = Duration.ofMillis(100);
  private static final Duration LONGEST = Duration.ofHours(24);

  private RetryAfter() {}

  /**
   * From 100 ms to 24 hours; five seconds if the headers do not tell.
   *
   * @param headers names in any case
   * @param now used where the answer carries no date of its own, which knows no skew between clocks
   */
  public static Duration of(Map<String, List<String>> headers, Instant now) {
    var value = header(headers, "retry-after");
    if (value == null) {
      return DEFAULT;
    }
    if (value.chars().allMatch(c -> c >= '0' && c <= '9')) {
      // Nine digits are more than a day, and as many as an int takes.
      return bounded(value.length() > 9 ? LONGEST : Duration.ofSeconds(Integer.parseInt(value)));
    }
    var until = date(value);
    if (until == null) {
      return DEFAULT;
    }
    var date = header(headers, "date");
    var sent = date == null ? null : date(date);
    return bounded(Duration.between(sent == null ? now : sent, until));
  }

  private static Duration bounded(Duration wait) {
    if (wait.compareTo(SHORTEST) < 0) {
      return SHORTEST;
    }
    return wait.compareTo(LONGEST) > 0 ? LONGEST : wait;
  }

  private static @Nullable Instant date(String value) {
    try {
      return ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
    } catch (DateTimeException e) {
      return null;
    }
  }

  private static @Nullable String header(Map<String, List<String>> headers, String name) {
    for (var entry : headers.entrySet()) {
      if (entry.getKey().toLowerCase(Locale.ROOT).equals(name) && !entry.getValue().isEmpty()) {
        var value = entry.getValue().getFirst().strip();
        return value.isEmpty() ? null : value;
      }
    }
    return null;
  }
}
