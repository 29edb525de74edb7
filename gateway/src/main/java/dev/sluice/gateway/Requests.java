package dev.sluice.gateway;

import dev.sluice.contract.Bounds;
import dev.sluice.contract.Labels;
import dev.sluice.contract.Meters;
import dev.sluice.contract.Names;
import dev.sluice.contract.Texts;
import dev.sluice.contract.json.JsonFields;
import dev.sluice.http.message.Problem;
import dev.sluice.v1.RunSubmitted;
import dev.sluice.v1.TenantLimits;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Turns requests into records. */
final class Requests {
  private static final Duration MAX_WAIT = Duration.ofSeconds(60);

  private Requests() {}

  static RunSubmitted submission(
      String tenant, @Nullable String idempotencyKey, byte[] bytes, long nowMs) {
    require(Names.tenantProblem(tenant));
    var run =
        JsonBody.read(
            bytes,
            body -> {
              var given = body.optionalText("run_id");
              boolean chosen = given != null || idempotencyKey != null;
              return submission(body)
                  .setRunId(runId(tenant, given, idempotencyKey, nowMs))
                  .setTenant(tenant)
                  .setBodyHash(chosen ? RunIds.sha256(bytes) : null)
                  .build();
            });
    TreeFields.requireReserveFits(run);
    return run;
  }

  private static RunSubmitted.Builder submission(JsonFields body) {
    var agent = body.text("agent");
    require(Names.agentProblem(agent));
    var pool = body.text("pool", "default");
    require(Names.poolProblem(pool));
    return RunSubmitted.newBuilder()
        .setAgent(agent)
        .setPool(pool)
        .setInput(input(body))
        .setPriority(priority(body))
        .setLabels(labels(body))
        .setBudget(amounts(body, "budget"))
        .setMaxDurationMs(maxDurationMs(body))
        .setStartAtMs(body.timeMs("start_at"))
        .setExpiresAtMs(body.timeMs("expires_at"))
        .setEndByMs(body.timeMs("end_by"))
        .setRetry(TreeFields.retry(body))
        .setLimits(TreeFields.limits(body))
        .setBudgetReserve(amounts(body, "budget_reserve"));
  }

  private static String runId(
      String tenant, @Nullable String given, @Nullable String idempotencyKey, long nowMs) {
    if (idempotencyKey == null) {
      if (given == null) {
        return RunIds.next(nowMs);
      }
      require(Names.runIdProblem(given));
      return given;
    }
    if (given != null) {
      throw Problem.badRequest("give run_id or the header Idempotency-Key, not both");
    }
    if (idempotencyKey.isBlank() || idempotencyKey.length() > Bounds.IDEMPOTENCY_KEY_CHARS) {
      throw Problem.badRequest(
          "Idempotency-Key must have 1 to " + Bounds.IDEMPOTENCY_KEY_CHARS + " characters");
    }
    return RunIds.ofKey(tenant, idempotencyKey);
  }

  /** The value's bytes as they came: whoever parses them loses nothing on the way. */
  private static ByteBuffer input(JsonFields body) {
    var input = body.any("input");
    if (input == null) {
      return ByteBuffer.allocate(0);
    }
    var bytes = input.bytes();
    if (bytes.remaining() > Bounds.VALUE_BYTES) {
      throw Problem.tooLarge(
          "input must be at most " + Bounds.VALUE_BYTES + " bytes, got " + bytes.remaining());
    }
    return bytes;
  }

  private static Map<String, String> labels(JsonFields body) {
    var labels = body.texts("labels");
    require(Labels.problem(labels));
    return labels;
  }

  private static Map<String, Long> amounts(JsonFields body, String field) {
    var amounts = body.amounts(field);
    require(Meters.problem(field, amounts));
    return amounts;
  }

  private static @Nullable Long maxDurationMs(JsonFields body) {
    var ms = body.durationMs("max_duration");
    if (ms != null && (ms < 1 || ms > Bounds.DURATION_MS)) {
      throw Problem.badRequest(
          "max_duration must be PT0.001S to %s, got %s"
              .formatted(Duration.ofMillis(Bounds.DURATION_MS), Duration.ofMillis(ms)));
    }
    return ms;
  }

  private static int priority(JsonFields body) {
    int priority = body.integer("priority", 0);
    if (priority < -Bounds.PRIORITY || priority > Bounds.PRIORITY) {
      throw Problem.badRequest("priority must be -100 to 100, got " + priority);
    }
    return priority;
  }

  /**
   * A tenant's limits.
   *
   * @param expected offset of those that they replace, −1 for none; null for whichever there are
   */
  static TenantLimits limits(String tenant, byte[] bytes, @Nullable Long expected) {
    require(Names.tenantProblem(tenant));
    return JsonBody.read(bytes, Requests::limits).setTenant(tenant).setExpected(expected).build();
  }

  private static TenantLimits.Builder limits(JsonFields body) {
    return TenantLimits.newBuilder()
        .setPlan(plan(body))
        .setMaxInFlight(atLeast(0, body, "max_in_flight"))
        .setWeight(weight(body))
        .setMaxQueued(atLeast(0, body, "max_queued"))
        .setMaxLive(atLeast(0, body, "max_live"))
        .setMaxChildren(within(0, Bounds.CHILDREN, body, "max_children"))
        .setMaxDepth(within(0, Bounds.DEPTH, body, "max_depth"))
        .setMaxDescendants(within(0, Bounds.DESCENDANTS, body, "max_descendants"))
        .setMaxAttempts(atLeast(1, body, "max_attempts"))
        .setMaxSteps(within(1, Bounds.STEPS, body, "max_steps"))
        .setPaused(body.bool("paused", false));
  }

  /** The plan need not be known: it may come. */
  private static @Nullable String plan(JsonFields body) {
    var plan = body.optionalText("plan");
    if (plan != null) {
      require(Names.planProblem(plan));
    }
    return plan;
  }

  static @Nullable Double weight(JsonFields body) {
    var weight = body.optionalDouble("weight");
    if (weight != null && !(weight > 0 && weight <= Bounds.WEIGHT)) {
      throw Problem.badRequest("weight must be above 0 and at most 1000000, got " + weight);
    }
    return weight;
  }

  static @Nullable Integer atLeast(int least, JsonFields body, String field) {
    var value = body.optionalInteger(field);
    if (value != null && value < least) {
      throw Problem.badRequest(field + " must be at least " + least + ", got " + value);
    }
    return value;
  }

  static @Nullable Integer within(int least, int most, JsonFields body, String field) {
    var value = body.optionalInteger(field);
    if (value != null && (value < least || value > most)) {
      throw Problem.badRequest("%s must be %d to %d, got %d".formatted(field, least, most, value));
    }
    return value;
  }

  /**
   * How long a command's sender waits for the decision.
   *
   * @throws Problem 400 if it is no duration of at most a minute
   */
  static Duration wait(@Nullable String text) {
    if (text == null) {
      return Duration.ZERO;
    }
    try {
      var wait = Duration.parse(text);
      if (!wait.isNegative() && wait.compareTo(MAX_WAIT) <= 0) {
        return wait;
      }
    } catch (DateTimeParseException e) {
      // said below
    }
    throw Problem.badRequest(
        "wait must be an ISO-8601 duration of PT0S to PT60S, got " + Texts.quoted(text));
  }

  static void require(Optional<String> problem) {
    if (problem.isPresent()) {
      throw Problem.badRequest(problem.get());
    }
  }
}
