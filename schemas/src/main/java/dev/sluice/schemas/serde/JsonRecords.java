package dev.sluice.schemas.serde;

import dev.sluice.contract.Texts;
import dev.sluice.contract.json.JsonException;
import dev.sluice.contract.json.JsonFields;
import dev.sluice.contract.json.JsonValue;
import dev.sluice.schemas.avro.Reasons;
import dev.sluice.schemas.avro.TrustedClasses;
import dev.sluice.schemas.wire.Contained;
import dev.sluice.schemas.wire.SerdeException;
import dev.sluice.v1.CommandKind;
import dev.sluice.v1.RetryPolicy;
import dev.sluice.v1.RunCommand;
import dev.sluice.v1.RunLimits;
import dev.sluice.v1.RunSubmitted;
import dev.sluice.v1.TenantLimits;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The records that users may also write as UTF-8 JSON: the Avro record's fields, with {@code input}
 * and {@code payload} as any JSON value, and times and durations by the names and in the form that
 * HTTP has for them, too. A field that is missing takes its default; one that the record does not
 * have is an error that names it.
 */
public final class JsonRecords {
  static {
    TrustedClasses.trust();
  }

  private JsonRecords() {}

  /** Returns whether {@code data} is to be read as JSON: in the wire format the first byte is 0. */
  public static boolean isJson(byte[] data) {
    return data.length > 0 && data[0] == '{';
  }

  /**
   * Who submitted what, as far as a text says so that may be no sound submission. Fields that are
   * no strings are empty.
   */
  public record Names(String tenant, String runId, String agent) {}

  /**
   * The names in a submission.
   *
   * @throws SerdeException of kind MALFORMED if it is no JSON object, or beyond the bounds of one
   */
  public static Names names(byte[] data) {
    return read(data, object -> names(object.members()));
  }

  /** The same of a text that is too large to be read: as far as its first bytes tell. */
  public static Names namesAtStart(byte[] data, int bytes) {
    return Contained.read(
        "not readable",
        () -> names(JsonValue.textsAtStart(data, bytes, Set.of("tenant", "run_id", "agent"))));
  }

  private static Names names(Map<String, JsonValue> members) {
    return new Names(
        name(members.get("tenant")), name(members.get("run_id")), name(members.get("agent")));
  }

  private static String name(@Nullable JsonValue value) {
    return value == null || value.kind() != JsonValue.Kind.STRING ? "" : value.text();
  }

  private static <T> T read(byte[] data, Function<JsonValue, T> reader) {
    return Contained.read(
        "not readable",
        () -> {
          try {
            return reader.apply(JsonValue.object(data));
          } catch (JsonException e) {
            throw new SerdeException(
                SerdeException.Kind.MALFORMED,
                Reasons.shortened(String.valueOf(e.getMessage())),
                e);
          }
        });
  }

  /**
   * Reads a submission.
   *
   * @throws SerdeException of kind MALFORMED that names the field and what it must be
   */
  public static RunSubmitted runSubmitted(byte[] data) {
    return read(data, object -> runSubmitted(JsonFields.of(object)));
  }

  private static RunSubmitted runSubmitted(JsonFields fields) {
    var run =
        RunSubmitted.newBuilder()
            .setRunId(fields.text("run_id"))
            .setTenant(fields.text("tenant"))
            .setAgent(fields.text("agent"))
            .setPool(fields.text("pool", "default"))
            .setInput(bytes(fields.any("input")))
            .setContentType(fields.text("content_type", "application/json"))
            .setPriority(fields.integer("priority", 0))
            .setLabels(fields.texts("labels"))
            .setBudget(fields.amounts("budget"))
            .setMaxDurationMs(fields.durationMs("max_duration"))
            .setExpiresAtMs(fields.timeMs("expires_at"))
            .setEndByMs(fields.timeMs("end_by"))
            .setStartAtMs(fields.timeMs("start_at"))
            .setRetry(retry(fields))
            .setLimits(limits(fields))
            .setBudgetReserve(fields.amounts("budget_reserve"))
            .setTraceparent(fields.optionalText("traceparent"))
            .setBodyHash(fields.optionalText("body_hash"))
            .build();
    fields.failOnOthers();
    return run;
  }

  private static @Nullable RetryPolicy retry(JsonFields fields) {
    var retry = fields.object("retry");
    if (retry == null) {
      return null;
    }
    var policy =
        RetryPolicy.newBuilder()
            .setMaxAttempts(retry.integer("max_attempts"))
            .setBackoffMs(retry.durationMs("backoff", 1_000))
            .setMaxBackoffMs(retry.durationMs("max_backoff", 60_000))
            .build();
    retry.failOnOthers();
    return policy;
  }

  private static @Nullable RunLimits limits(JsonFields fields) {
    var limits = fields.object("limits");
    if (limits == null) {
      return null;
    }
    var read =
        RunLimits.newBuilder()
            .setMaxChildren(limits.optionalInteger("max_children"))
            .setMaxDepth(limits.optionalInteger("max_depth"))
            .setMaxDescendants(limits.optionalInteger("max_descendants"))
            .build();
    limits.failOnOthers();
    return read;
  }

  /**
   * Reads a command.
   *
   * @throws SerdeException of kind MALFORMED that names the field and what it must be
   */
  public static RunCommand runCommand(byte[] data) {
    return read(data, object -> runCommand(JsonFields.of(object)));
  }

  private static RunCommand runCommand(JsonFields fields) {
    var kind = fields.text("kind");
    var payload = fields.any("payload");
    var command =
        RunCommand.newBuilder()
            .setCommandId(fields.text("command_id"))
            .setTenant(fields.text("tenant"))
            .setRunId(fields.text("run_id"))
            .setKind(commandKind(kind))
            .setName(fields.optionalText("name"))
            .setPayload(payload == null ? null : bytes(payload))
            .setContentType(fields.text("content_type", "application/json"))
            .build();
    fields.failOnOthers();
    return command;
  }

  private static CommandKind commandKind(String text) {
    for (var kind : CommandKind.values()) {
      if (kind.name().equals(text)) {
        return kind;
      }
    }
    throw new JsonException(
        "kind must be CANCEL, SIGNAL or REDRIVE, got '" + Texts.quoted(text) + "'");
  }

  /**
   * Reads a tenant's limits.
   *
   * @throws SerdeException of kind MALFORMED that names the field and what it must be
   */
  public static TenantLimits tenantLimits(byte[] data) {
    return read(data, object -> tenantLimits(JsonFields.of(object)));
  }

  private static TenantLimits tenantLimits(JsonFields fields) {
    var limits =
        TenantLimits.newBuilder()
            .setTenant(fields.text("tenant"))
            .setPlan(fields.optionalText("plan"))
            .setMaxInFlight(fields.optionalInteger("max_in_flight"))
            .setWeight(fields.optionalDouble("weight"))
            .setMaxQueued(fields.optionalInteger("max_queued"))
            .setMaxLive(fields.optionalInteger("max_live"))
            .setMaxChildren(fields.optionalInteger("max_children"))
            .setMaxDepth(fields.optionalInteger("max_depth"))
            .setMaxDescendants(fields.optionalInteger("max_descendants"))
            .setMaxAttempts(fields.optionalInteger("max_attempts"))
            .setMaxSteps(fields.optionalInteger("max_steps"))
            .setPaused(fields.bool("paused", false))
            .setExpected(fields.optionalLong("expected"))
            .build();
    fields.failOnOthers();
    return limits;
  }

  /** What came in goes out, bit by bit. */
  private static ByteBuffer bytes(@Nullable JsonValue value) {
    return value == null ? ByteBuffer.allocate(0) : value.bytes();
  }
}
