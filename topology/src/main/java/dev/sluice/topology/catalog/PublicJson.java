package dev.sluice.topology.catalog;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.v1.DeadLetter;
import dev.sluice.v1.TenantLimits;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The JSON that the HTTP API answers with. */
final class PublicJson {
  static final ObjectMapper JSON = new ObjectMapper();

  private PublicJson() {}

  /** A run; {@code progress} tells of what a live one has done so far. */
  static ObjectNode run(RunView view, @Nullable TenantView tenant, Progress progress) {
    var json = JSON.createObjectNode();
    json.put("run_id", view.runId()).put("tenant", view.tenant()).put("agent", view.agent());
    var start = view.start();
    json.put("pool", start == null ? "default" : start.pool());
    json.put("status", view.status());
    waits(json, view, tenant);
    time(json, "submitted_at", view.submittedAtMs());
    json.set("labels", JSON.valueToTree(view.labels()));
    json.put("parent_run_id", view.parentRunId()).put("root_run_id", view.rootRunId());
    json.put("depth", start == null ? 0 : start.depth());
    json.put("redrive", Math.max(view.redrives(), view.end() == null ? 0 : view.end().redrive()));
    var end = view.hasEnded() ? view.end() : null;
    if (end == null) {
      live(json, view, progress);
    } else {
      end(json, end);
    }
    return json;
  }

  private static void live(ObjectNode json, RunView view, Progress progress) {
    json.put("epoch", view.epoch()).put("attempt", view.attempt()).put("steps", progress.steps());
    time(json, "started_at", view.startedAtMs());
    json.set("charged", JSON.valueToTree(progress.charged()));
  }

  private static void waits(ObjectNode json, RunView view, @Nullable TenantView tenant) {
    if (view.hasEnded()) {
      return;
    }
    boolean queued = view.phase().equals("QUEUED") && tenant != null;
    var waitingFor = queued && tenant != null ? tenant.queuedFor() : view.waitingFor();
    if (waitingFor != null) {
      json.put("waiting_for", waitingFor);
      time(json, "until", view.phase().equals("WAITING") ? view.untilMs() : null);
    }
  }

  private static void end(ObjectNode json, RunView.End end) {
    json.put("epoch", end.epochs()).put("attempt", end.attempts()).put("steps", end.steps());
    time(json, "started_at", end.startedAtMs());
    json.set("charged", JSON.valueToTree(end.charged()));
    time(json, "completed_at", end.completedAtMs());
    if (end.output() != null) {
      output(json, end.output(), end.contentType());
    }
    if (end.error() != null) {
      json.set("error", error(end.error()));
    }
  }

  private static void output(ObjectNode json, String base64, String contentType) {
    var parsed =
        contentType.startsWith("application/json")
            ? parse(Base64.getDecoder().decode(base64))
            : null;
    if (parsed == null) {
      json.put("output_base64", base64).put("content_type", contentType);
    } else {
      json.set("output", parsed);
    }
  }

  private static @Nullable JsonNode parse(byte[] bytes) {
    try {
      return JSON.readTree(new String(bytes, StandardCharsets.UTF_8));
    } catch (JsonProcessingException notJson) {
      return null;
    }
  }

  private static ObjectNode error(RunView.Fault error) {
    return JSON.createObjectNode()
        .put("type", error.type())
        .put("message", error.message())
        .put("step", error.step());
  }

  private static void time(ObjectNode json, String field, @Nullable Long ms) {
    if (ms != null) {
      json.put(field, Instant.ofEpochMilli(ms).toString());
    }
  }

  static ObjectNode tenant(
      String name, @Nullable TenantView view, @Nullable JsonNode limits, long nowMs) {
    var json = JSON.createObjectNode().put("tenant", name);
    if (limits != null) {
      json.set("limits", limits);
    }
    if (view != null) {
      json.put("cap", view.cap()).put("weight", view.weight()).put("paused", view.paused());
      if (view.limitsRefused() != null) {
        json.put("limits_refused", view.limitsRefused());
      }
    }
    return json.put("in_flight", view == null ? 0 : view.inFlight())
        .put("held", view == null ? 0 : view.held())
        .put("ready", view == null ? 0 : view.ready())
        .put("waiting", view == null ? 0 : view.waiting());
  }

  static ObjectNode limits(TenantLimits limits) {
    return JSON.createObjectNode()
        .put("plan", limits.getPlan() == null ? null : Kept.name(limits.getPlan()))
        .put("max_in_flight", limits.getMaxInFlight())
        .put("weight", limits.getWeight())
        .put("max_queued", limits.getMaxQueued())
        .put("max_children", limits.getMaxChildren())
        .put("max_depth", limits.getMaxDepth())
        .put("max_descendants", limits.getMaxDescendants())
        .put("max_attempts", limits.getMaxAttempts())
        .put("max_steps", limits.getMaxSteps())
        .put("paused", limits.getPaused());
  }

  static ObjectNode deadLetter(DeadLetter letter) {
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

  static ObjectNode step(StepView view) {
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
  static ObjectNode page(String name, List<ObjectNode> items, @Nullable String next) {
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
