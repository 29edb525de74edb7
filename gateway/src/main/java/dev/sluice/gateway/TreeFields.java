package dev.sluice.gateway;

import dev.sluice.contract.Bounds;
import dev.sluice.contract.json.JsonFields;
import dev.sluice.http.message.Problem;
import dev.sluice.v1.RetryPolicy;
import dev.sluice.v1.RunLimits;
import dev.sluice.v1.RunSubmitted;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The fields of a submission that bound its attempts and its tree. */
final class TreeFields {
  private static final long DEFAULT_BACKOFF_MS = 1_000;
  private static final long DEFAULT_MAX_BACKOFF_MS = 60_000;

  private TreeFields() {}

  static @Nullable RetryPolicy retry(JsonFields body) {
    var retry = body.object("retry");
    if (retry == null) {
      return null;
    }
    int attempts = retry.integer("max_attempts");
    if (attempts < 1 || attempts > Bounds.ATTEMPTS) {
      throw Problem.badRequest(
          "retry.max_attempts must be 1 to " + Bounds.ATTEMPTS + ", got " + attempts);
    }
    long backoff = pause(retry, "backoff", 0, DEFAULT_BACKOFF_MS);
    long fallback = Math.max(backoff, DEFAULT_MAX_BACKOFF_MS);
    var policy =
        RetryPolicy.newBuilder()
            .setMaxAttempts(attempts)
            .setBackoffMs(backoff)
            .setMaxBackoffMs(pause(retry, "max_backoff", backoff, fallback))
            .build();
    retry.failOnOthers();
    return policy;
  }

  private static long pause(JsonFields retry, String field, long least, long fallback) {
    long value = retry.durationMs(field, fallback);
    if (value < least || value > Bounds.DURATION_MS) {
      throw Problem.badRequest(
          "retry.%s must be %s to %s, got %s"
              .formatted(
                  field,
                  Duration.ofMillis(least),
                  Duration.ofMillis(Bounds.DURATION_MS),
                  Duration.ofMillis(value)));
    }
    return value;
  }

  static @Nullable RunLimits limits(JsonFields body) {
    var limits = body.object("limits");
    if (limits == null) {
      return null;
    }
    var read =
        RunLimits.newBuilder()
            .setMaxChildren(Requests.atLeast(0, limits, "max_children"))
            .setMaxDepth(Requests.atLeast(0, limits, "max_depth"))
            .setMaxDescendants(Requests.atLeast(0, limits, "max_descendants"))
            .build();
    limits.failOnOthers();
    return read;
  }

  static void requireReserveFits(RunSubmitted run) {
    run.getBudgetReserve()
        .forEach(
            (meter, reserve) -> {
              var ceiling = run.getBudget().get(meter);
              if (ceiling == null) {
                throw Problem.badRequest(
                    "budget_reserve." + meter + " needs a budget." + meter + " to be kept from");
              }
              if (reserve > ceiling) {
                throw Problem.badRequest(
                    "budget_reserve.%s must be at most budget.%s (%d), got %d"
                        .formatted(meter, meter, ceiling, reserve));
              }
            });
  }
}
