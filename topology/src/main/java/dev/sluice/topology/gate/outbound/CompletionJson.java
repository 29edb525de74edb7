package dev.sluice.topology.gate.outbound;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import dev.sluice.contract.json.JsonException;
import dev.sluice.contract.json.JsonValue;
import dev.sluice.v1.RunCompleted;
import dev.sluice.v1.RunError;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Writes a completion as JSON, with the fields that the HTTP interface has for an ended run. */
final class CompletionJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  private CompletionJson() {}

  /**
   * One object in UTF-8.
   *
   * @param withOutput false leaves the output out and says so in {@code output_omitted}, with its
   *     size in bytes
   */
  static byte[] of(RunCompleted completed, boolean withOutput) {
    var json = JSON.createObjectNode();
    json.put("run_id", completed.getRunId())
        .put("tenant", completed.getTenant())
        .put("agent", completed.getAgent())
        .put("status", completed.getStatus().name());
    time(json, "submitted_at", completed.getSubmittedAtMs());
    time(json, "started_at", completed.getStartedAtMs());
    time(json, "completed_at", completed.getCompletedAtMs());
    json.put("epoch", completed.getEpochs())
        .put("attempt", completed.getAttempts())
        .put("steps", completed.getSteps());
    json.set("charged", JSON.valueToTree(completed.getCharged()));
    json.set("labels", JSON.valueToTree(completed.getLabels()));
    json.put("parent_run_id", completed.getParentRunId())
        .put("root_run_id", completed.getRootRunId())
        .put("redrive", completed.getRedrive());
    if (completed.getRetryable()) {
      json.put("retryable", true);
    }
    error(json, completed.getError());
    output(json, completed, withOutput);
    return json.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void time(ObjectNode json, String field, @Nullable Long ms) {
    if (ms != null) {
      json.put(field, Instant.ofEpochMilli(ms).toString());
    }
  }

  private static void error(ObjectNode json, @Nullable RunError error) {
    if (error != null) {
      var told =
          json.putObject("error")
              .put("type", error.getType())
              .put("message", error.getMessage())
              .put("step", error.getStep());
      if (error.getStackTrace() != null) {
        told.put("stack_trace", error.getStackTrace());
      }
    }
  }

  /** JSON as it is, digit by digit; anything else, and what only claims to be JSON, in Base64. */
  private static void output(ObjectNode json, RunCompleted completed, boolean withOutput) {
    if (completed.getOutput() == null) {
      return;
    }
    byte[] output = bytes(completed.getOutput());
    if (!withOutput) {
      json.put("output_omitted", output.length);
    } else if (completed.getContentType().startsWith("application/json") && isJson(output)) {
      json.putRawValue("output", new RawValue(new String(output, StandardCharsets.UTF_8)));
    } else {
      json.put("output_base64", Base64.getEncoder().encodeToString(output))
          .put("content_type", completed.getContentType());
    }
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }

  private static boolean isJson(byte[] text) {
    try {
      JsonValue.check(text);
      return true;
    } catch (JsonException notJson) {
      return false;
    }
  }
}
