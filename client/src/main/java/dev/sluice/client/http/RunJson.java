package dev.sluice.client.http;

import dev.sluice.client.Payload;
import dev.sluice.client.Retry;
import dev.sluice.client.Run;
import dev.sluice.client.RunEnd;
import dev.sluice.client.RunStatus;
import dev.sluice.client.Submission;
import dev.sluice.client.TreeLimits;
import dev.sluice.contract.json.JsonException;
import dev.sluice.contract.json.JsonFields;
import dev.sluice.contract.json.JsonValue;
import org.jspecify.annotations.Nullable;

/** Runs as HTTP has them. */
final class RunJson {
  private RunJson() {}

  /**
   * The body that submits a run.
   *
   * @param runId null if a key names it
   * @throws IllegalArgumentException if the input is no JSON
   */
  static byte[] of(Submission run, @Nullable String runId) {
    var limits = run.limits();
    var retry = run.retry();
    return new JsonWriter()
        .text("run_id", runId)
        .text("agent", run.agent())
        .text("pool", run.pool())
        .raw("input", input(run.input()))
        .plain("priority", run.priority() == 0 ? null : run.priority())
        .texts("labels", run.labels())
        .numbers("budget", run.budget())
        .numbers("budget_reserve", run.budgetReserve())
        .text("max_duration", run.maxDuration())
        .text("start_at", run.startAt())
        .text("expires_at", run.expiresAt())
        .text("end_by", run.endBy())
        .raw("retry", retry == null ? null : of(retry))
        .raw("limits", limits == null ? null : of(limits))
        .bytes();
  }

  /** One JSON value: it must not be able to say other fields of the submission. */
  private static byte @Nullable [] input(Payload input) {
    if (input.bytes().length == 0) {
      return null;
    }
    if (!input.isJson()) {
      throw new IllegalArgumentException(
          "over HTTP an input must be application/json, got " + input.contentType());
    }
    try {
      JsonValue.check(input.bytes());
    } catch (JsonException e) {
      throw new IllegalArgumentException("the input is no JSON: " + e.getMessage(), e);
    }
    return input.bytes();
  }

  private static byte[] of(Retry retry) {
    return new JsonWriter()
        .plain("max_attempts", retry.maxAttempts())
        .text("backoff", retry.backoff())
        .text("max_backoff", retry.maxBackoff())
        .bytes();
  }

  private static byte[] of(TreeLimits limits) {
    return new JsonWriter()
        .plain("max_children", limits.maxChildren())
        .plain("max_depth", limits.maxDepth())
        .plain("max_descendants", limits.maxDescendants())
        .bytes();
  }

  static Run read(JsonFields fields) {
    var status = RunStatus.of(fields.text("status"));
    return new Run(
        fields.text("tenant"),
        fields.text("run_id"),
        fields.text("agent", ""),
        fields.text("pool", ""),
        status,
        fields.optionalText("waiting_for"),
        Fields.texts(fields, "brakes"),
        Fields.time(fields, "until"),
        Fields.time(fields, "submitted_at"),
        Fields.time(fields, "started_at"),
        fields.texts("labels"),
        fields.optionalText("parent_run_id"),
        fields.optionalText("root_run_id"),
        fields.integer("depth", 0),
        fields.integer("redrive", 0),
        fields.integer("conflicts", 0),
        fields.integer("epoch", 0),
        fields.integer("attempt", 0),
        fields.integer("steps", 0),
        fields.amounts("charged"),
        fields.amounts("children"),
        status.isEnd() ? end(fields, status) : null);
  }

  private static RunEnd end(JsonFields fields, RunStatus status) {
    return new RunEnd(
        fields.text("tenant"),
        fields.text("run_id"),
        fields.text("agent", ""),
        status,
        Fields.payload(fields, "output"),
        Fields.failure(fields),
        Fields.time(fields, "submitted_at"),
        Fields.time(fields, "started_at"),
        Fields.time(fields, "completed_at"),
        fields.integer("epoch", 0),
        fields.integer("attempt", 0),
        fields.integer("steps", 0),
        fields.amounts("charged"),
        fields.texts("labels"),
        fields.optionalText("parent_run_id"),
        fields.optionalText("root_run_id"),
        fields.integer("redrive", 0),
        fields.bool("retryable", false));
  }
}
