package dev.sluice.client.http;

import java.net.http.HttpHeaders;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a gateway answered.
 *
 * @param status of HTTP
 * @param body at most as long as the options allow
 */
public record ApiAnswer(int status, HttpHeaders headers, byte[] body) {
  private static final int FIRST_BEYOND_SUCCESS = 300;
  private static final Duration LONGEST = Duration.ofHours(1);

  /** Whether it is anything but a success; redirects are not followed. */
  public boolean isError() {
    return status < 200 || status >= FIRST_BEYOND_SUCCESS;
  }

  public Optional<String> header(String name) {
    return headers.firstValue(name);
  }

  /** When to come again, in whole seconds and up to an hour; null if the gateway does not say. */
  @Nullable Duration retryAfter() {
    var text = header("retry-after").map(String::strip).orElse("");
    try {
      var after = text.isEmpty() ? null : Duration.ofSeconds(Long.parseLong(text));
      if (after == null || after.isNegative()) {
        return null;
      }
      return after.compareTo(LONGEST) > 0 ? LONGEST : after;
    } catch (NumberFormatException | DateTimeException | ArithmeticException aDateOrNothing) {
      return null;
    }
  }
}
