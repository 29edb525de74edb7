package dev.sluice.topology.catalog.view;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import dev.sluice.admission.settings.SettingKey;
import dev.sluice.contract.Bounds;
import dev.sluice.contract.Texts;
import dev.sluice.v1.DeadLetter;
import dev.sluice.v1.TenantLimits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The JSON that the HTTP API answers with. */
public final class PublicJson {
  public static final ObjectMapper JSON = new ObjectMapper();

  /** Offset of the record that says a tenant's limits. */
  public static final String LIMITS_AT = "limits_at";

  private static final int MAX_DEPTH = 500;

  private PublicJson() {}

  /**
   * A run.
   *
   * @param brakes settings that keep it from being started, if nothing of its tenant does
   * @param progress tells of what a live one has done so far
   * @param output what one that has ended has returned
   */
  public static ObjectNode run(
      RunView view,
      @Nullable TenantView tenant,
      List<SettingKey> brakes,
      Progress progress,
      byte @Nullable [] output) {
    var json = JSON.createObjectNode();
    json.put("run_id", view.runId()).put("tenant", view.tenant()).put("agent", view.agent());
    var start = view.start();
    json.put("pool", start == null ? "default" : start.pool());
    json.put("status", view.status());
    waits(json, view, tenant, brakes);
    time(json, "submitted_at", view.submittedAtMs());
    json.set("labels", JSON.valueToTree(view.labels()));
    json.put("parent_run_id", view.parentRunId()).put("root_run_id", view.rootRunId());
    json.put("depth", start == null ? 0 : start.depth());
    json.put("redrive", Math.max(view.redrives(), view.end() == null ? 0 : view.end().redrive()));
    if (start != null && start.bodyHash() != null) {
      json.put("body_hash", HexFormat.of().toHexDigits(start.bodyHash()));
    }
    if (view.conflicts() > 0) {
      json.put("conflicts", view.conflicts());
    }
    var end = view.hasEnded() ? view.end() : null;
    if (end == null) {
      live(json, view, progress);
    } else {
      end(json, end, output);
    }
    return json;
  }

  /** A run of which the catalog has an entry that it cannot read back. */
  public static ObjectNode unreadable(String tenant, String runId) {
    return JSON.createObjectNode()
        .put("run_id", runId)
        .put("tenant", tenant)
        .put("status", "UNREADABLE")
        .put(
            "detail",
            "the catalog cannot read its entry of the run; the run itself is not affected");
  }

  private static void live(ObjectNode json, RunView view, Progress progress) {
    json.put("epoch", view.epoch()).put("attempt", view.attempt()).put("steps", progress.steps());
    if (!view.versions().isEmpty()) {
      json.set("versions", JSON.valueToTree(view.versions()));
    }
    time(json, "started_at", view.startedAtMs());
    json.set("charged", JSON.valueToTree(progress.charged()));
  }

  private static void waits(
      ObjectNode json, RunView view, @Nullable TenantView tenant, List<SettingKey> brakes) {
    if (view.hasEnded()) {
      return;
    }
    boolean queued = view.phase().equals("QUEUED") && tenant != null;
    var waitingFor = queued && tenant != null ? tenant.queuedFor() : view.waitingFor();
    if (queued && !brakes.isEmpty() && TenantView.WORKER.equals(waitingFor)) {
      json.put("waiting_for", "brake");
      json.set("brakes", JSON.valueToTree(brakes.stream().map(SettingKey::text).toList()));
    } else if (waitingFor != null) {
      json.put("waiting_for", waitingFor);
      time(json, "until", view.phase().equals("WAITING") ? view.untilMs() : null);
    }
  }

  private static void end(ObjectNode json, RunView.End end, byte @Nullable [] output) {
    json.put("epoch", end.epochs()).put("attempt", end.attempts()).put("steps", end.steps());
    time(json, "started_at", end.startedAtMs());
    json.set("charged", JSON.valueToTree(end.charged()));
    time(json, "completed_at", end.completedAtMs());
    if (output != null) {
      value(json, "output", output, end.contentType());
    }
    if (end.error() != null) {
      json.set("error", error(end.error()));
    }
    if (end.retryable()) {
      json.put("retryable", true);
    }
  }

  /**
   * Puts a value that somebody wrote: JSON as it is, digit by digit; anything else, and what only
   * claims to be JSON, in Base64 as {@code <field>_base64} with its type.
   */
  public static void value(ObjectNode json, String field, byte[] bytes, String contentType) {
    var text = contentType.startsWith("application/json") ? text(bytes) : null;
    if (text != null && isJson(text)) {
      json.putRawValue(field, new RawValue(text));
    } else {
      json.put(field + "_base64", Base64.getEncoder().encodeToString(bytes))
          .put("content_type", Texts.atMost(Bounds.CONTENT_TYPE_CHARS, contentType));
    }
  }

  private static @Nullable String text(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException notUtf8) {
      return null;
    }
  }

  /** Whether it is one JSON value, of a depth that readers can be expected to take. */
  private static boolean isJson(String text) {
    try (var parser = JSON.createParser(text)) {
      int depth = 0;
      int values = 0;
      for (var token = parser.nextToken(); token != null; token = parser.nextToken()) {
        values += depth == 0 ? 1 : 0;
        depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
        if (depth > MAX_DEPTH) {
          return false;
        }
      }
      return values == 1 && depth == 0;
    } catch (IOException notJson) {
      return false;
    }
  }

  private static ObjectNode error(RunView.Fault error) {
    var json =
        JSON.createObjectNode()
            .put("type", error.type())
            .put("message", error.message())
            .put("step", error.step());
    return error.stackTrace() == null ? json : json.put("stack_trace", error.stackTrace());
  }

  private static void time(ObjectNode json, String field, @Nullable Long ms) {
    if (ms != null) {
      json.put(field, Instant.ofEpochMilli(ms).toString());
    }
  }

  public static ObjectNode tenant(
      String name, @Nullable TenantView view, @Nullable JsonNode limits, long nowMs) {
    var json = JSON.createObjectNode().put("tenant", name);
    if (limits != null) {
      limits(json, limits);
    }
    if (view != null) {
      json.put("cap", view.cap()).put("weight", view.weight()).put("paused", view.paused());
      if (view.limitsRefused() != null) {
        json.put("limits_refused", view.limitsRefused());
      }
      age(json, "oldest_in_flight", view.oldestInFlightMs(), nowMs);
      age(json, "oldest_held", view.oldestHeldMs(), nowMs);
      age(json, "oldest_ready", view.oldestReadyMs(), nowMs);
    }
    return json.put("in_flight", view == null ? 0 : view.inFlight())
        .put("held", view == null ? 0 : view.held())
        .put("ready", view == null ? 0 : view.ready())
        .put("waiting", view == null ? 0 : view.waiting());
  }

  /** Limits that say nothing are none to the gate: nobody can expect to replace them. */
  private static void limits(ObjectNode json, JsonNode stored) {
    var limits = JSON.createObjectNode();
    boolean saySomething = false;
    for (var limit : stored.properties()) {
      var value = limit.getValue();
      if (!limit.getKey().equals(LIMITS_AT)) {
        limits.set(limit.getKey(), value);
        saySomething |= !value.isNull() && !(value.isBoolean() && !value.booleanValue());
      }
    }
    json.set("limits", limits);
    if (saySomething && stored.has(LIMITS_AT)) {
      json.set(LIMITS_AT, stored.path(LIMITS_AT));
    }
  }

  private static void age(ObjectNode json, String field, @Nullable Long sinceMs, long nowMs) {
    if (sinceMs != null) {
      json.put(field, Duration.ofMillis(Math.max(0, nowMs - sinceMs)).toString());
    }
  }

  public static ObjectNode limits(TenantLimits limits) {
    return JSON.createObjectNode()
        .put("plan", limits.getPlan() == null ? null : Kept.name(limits.getPlan()))
        .put("max_in_flight", limits.getMaxInFlight())
        .put("weight", limits.getWeight())
        .put("max_queued", limits.getMaxQueued())
        .put("max_live", limits.getMaxLive())
        .put("max_children", limits.getMaxChildren())
        .put("max_depth", limits.getMaxDepth())
        .put("max_descendants", limits.getMaxDescendants())
        .put("max_attempts", limits.getMaxAttempts())
        .put("max_steps", limits.getMaxSteps())
        .put("paused", limits.getPaused());
  }

  public static ObjectNode deadLetter(DeadLetter letter) {
    var json =
        JSON.createObjectNode()
            .put("kind", letter.getKind().name())
            .put("reason", Kept.reason(letter.getReason()))
            .put("tenant", letter.getTenant())
            .put("run_id", letter.getRunId())
            .put("agent", letter.getAgent() == null ? null : Kept.name(letter.getAgent()))
            .put("attempts", letter.getAttempts())
            .put("topic", Kept.reason(letter.getTopic()))
            .put("partition", letter.getPartition())
            .put("offset", letter.getOffset());
    time(json, "at", letter.getAtMs());
    var error = RunView.Fault.of(letter.getError());
    if (error != null) {
      json.set("error", error(error));
    }
    return json;
  }

  public static ObjectNode step(StepView view) {
    var json =
        JSON.createObjectNode()
            .put("kind", view.kind())
            .put("seq", view.seq())
            .put("epoch", view.epoch())
            .put("worker", view.worker());
    if (view.name() != null) {
      json.put("name", view.name());
    }
    if (view.tries() > 0) {
      json.put("tries", view.tries());
    }
    if (view.detail() != null) {
      json.setAll(JSON.<ObjectNode>valueToTree(view.detail()));
    }
    time(json, "started_at", view.startedAtMs());
    time(json, "ended_at", view.endedAtMs());
    json.set("charged", JSON.valueToTree(view.charged()));
    if (view.error() != null) {
      json.set("error", error(view.error()));
    }
    return json.put("bytes", view.bytes())
        .put("partition", view.partition())
        .put("offset", view.offset());
  }

  /** A page of a list. */
  public static ObjectNode page(String name, List<ObjectNode> items, @Nullable String next) {
    var json = JSON.createObjectNode();
    json.putArray(name).addAll(items);
    return json.put("next", next);
  }

  static ObjectNode problem(int status, String title, String detail) {
    return JSON.createObjectNode()
        .put("type", "about:blank")
        .put("title", title)
        .put("status", status)
        .put("detail", detail);
  }
}
