package dev.sluice.gateway.events;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.v1.Decision;
import dev.sluice.v1.Output;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Events as callers read them: server-sent events whose data is JSON. */
final class Events {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Callers come back after a second. */
  static final byte[] BEGIN = bytes("retry: 1000\n\n");

  static final byte[] HEARTBEAT = bytes(":\n\n");

  private Events() {}

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /**
   * An event.
   *
   * @param id null for one that a stream cannot go on behind
   */
  static byte[] event(String name, @Nullable String id, JsonNode data) {
    // JSON has no line feed outside of its strings, and none inside.
    return bytes("event: " + name + (id == null ? "" : "\nid: " + id) + "\ndata: " + data + "\n\n");
  }

  /** How a run stood when its stream began, as {@code GET} of the run says it. */
  static ObjectNode state(JsonNode run) {
    var json = JSON.createObjectNode();
    for (var field : new String[] {"run_id", "status", "epoch", "attempt", "waiting_for"}) {
      if (run.hasNonNull(field)) {
        json.set(field, run.get(field));
      }
    }
    return json;
  }

  /** What the gate decided; null if it is no change of a run's state. */
  static @Nullable ObjectNode state(Decision decision) {
    var status = status(decision);
    if (status == null) {
      return null;
    }
    var json =
        JSON.createObjectNode()
            .put("run_id", decision.getRunId())
            .put("status", status)
            .put("epoch", decision.getEpoch())
            .put("attempt", decision.getAttempt());
    if (decision.getWaitingFor() != null) {
      json.put("waiting_for", decision.getWaitingFor());
    }
    return json.put("reason", decision.getReason()).put("at", time(decision.getAtMs()));
  }

  private static @Nullable String status(Decision decision) {
    return switch (decision.getKind()) {
      case ACCEPT -> decision.getWaitingFor() == null ? "QUEUED" : "WAITING";
      case QUEUE, RETURN, RELEASE, REDRIVE -> "QUEUED";
      case DISPATCH -> "DISPATCHED";
      case CLAIM -> "RUNNING";
      case WAIT -> "WAITING";
      case STARTED, DUPLICATE, REJECT, REROUTE, UNREADABLE, FENCE, COMPLETE -> null;
      case CANCEL, REFUSE, TENANT, ALARM, SIGNAL, LIVE -> null;
    };
  }

  /**
   * A chunk.
   *
   * @param stale whether a newer epoch has emitted already: whoever shows output drops it
   */
  static ObjectNode output(Output chunk, boolean stale) {
    var json =
        JSON.createObjectNode()
            .put("epoch", chunk.getEpoch())
            .put("number", chunk.getNumber())
            .put("position", chunk.getPosition());
    if (chunk.getStep() != null) {
      json.put("step", chunk.getStep());
    }
    if (stale) {
      json.put("stale", true);
    }
    if (chunk.getContentType().equals("text/plain")) {
      return json.put(
          "text", StandardCharsets.UTF_8.decode(chunk.getChunk().duplicate()).toString());
    }
    return json.put("content_type", chunk.getContentType())
        .put("base64", Base64.getEncoder().encodeToString(raw(chunk.getChunk())));
  }

  static byte[] raw(ByteBuffer buffer) {
    var bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }

  /** How a run ended. */
  static ObjectNode end(Ended end) {
    var json =
        JSON.createObjectNode()
            .put("run_id", end.run())
            .put("status", end.status())
            .put("epoch", end.epochs());
    end.completedAtMs().ifPresent(ms -> json.put("at", time(ms)));
    end.emitted().ifPresent(count -> json.put("chunks", count));
    var error = end.error();
    if (error != null) {
      json.putObject("error").put("type", error.getType()).put("message", error.getMessage());
    }
    return json;
  }

  /** Something is missing. */
  static ObjectNode missing(String reason) {
    return JSON.createObjectNode().put("reason", reason);
  }

  private static String time(long ms) {
    return Instant.ofEpochMilli(ms).toString();
  }
}
