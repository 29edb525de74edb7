package dev.sluice.langchain4j;

import dev.langchain4j.exception.HttpException;
import dev.langchain4j.exception.NonRetriableException;
import dev.langchain4j.exception.RateLimitException;
import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.sluice.langchain4j.http.RefusedException;
import dev.sluice.langchain4j.http.RetryAfter;
import dev.sluice.sdk.NonRetryableException;
import dev.sluice.sdk.RetryLaterException;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Says of a call that failed what a step has to: wait, try again, or give up. */
final class Failures {
  // Request timeout, conflict, too early: as the providers' own clients do.
  private static final Set<Integer> TRANSIENT = Set.of(408, 409, 425);
  private static final int TOO_MANY_REQUESTS = 429;
  private static final String SPENT_QUOTA = "insufficient_quota";
  private static final int SHOWN = 300;

  private Failures() {}

  /**
   * What a step's body has to throw. What a model threw of the SDK's own exceptions stays as it is.
   *
   * @param now for a provider that says until when to wait
   */
  static Exception of(Throwable failure, Instant now) {
    for (var cause : Causes.of(failure)) {
      switch (cause) {
        case RetryLaterException later -> {
          return later;
        }
        case NonRetryableException never -> {
          return never;
        }
        case InterruptedException interrupted -> {
          return interrupted;
        }
        case HttpException refused -> {
          return refused(refused, now);
        }
        default -> {}
      }
    }
    return byType(failure);
  }

  private static Exception refused(HttpException refused, Instant now) {
    int status = refused.statusCode();
    var said = "the model answered with status " + status + ": " + shown(refused.getMessage());
    if (status == TOO_MANY_REQUESTS
        && !String.valueOf(refused.getMessage()).contains(SPENT_QUOTA)) {
      var headers = refused instanceof RefusedException known ? known.headers() : null;
      return new RetryLaterException(
          RetryAfter.of(headers == null ? Map.of() : headers, now), said);
    }
    return status >= 500 || TRANSIENT.contains(status)
        ? new IOException(said, refused)
        : new NonRetryableException(said, refused);
  }

  private static Exception byType(Throwable failure) {
    return switch (failure) {
      case RateLimitException limit ->
          limit.getMessage() != null && limit.getMessage().contains(SPENT_QUOTA)
              ? new NonRetryableException(shown(limit.getMessage()), limit)
              : new RetryLaterException(RetryAfter.DEFAULT, shown(limit.getMessage()));
      case NonRetriableException never ->
          new NonRetryableException(shown(never.getMessage()), never);
      case UnsupportedFeatureException never ->
          new NonRetryableException(shown(never.getMessage()), never);
      case Exception other -> other;
      default -> throw asError(failure);
    };
  }

  private static Error asError(Throwable failure) {
    return failure instanceof Error error ? error : new AssertionError(failure);
  }

  private static String shown(@Nullable String message) {
    var text = String.valueOf(message).strip();
    return text.length() > SHOWN ? text.substring(0, SHOWN) + " …" : text;
  }
}
