package dev.sluice.gateway.events;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.v1.RunError;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * How a run ended.
 *
 * @param epochs its dispatches; the last one is the last epoch
 * @param completedAtMs empty if only the catalog has told of it
 * @param emitted how many chunks its last epoch emitted; empty if nobody knows
 */
record Ended(
    String run,
    String status,
    int epochs,
    OptionalLong completedAtMs,
    OptionalLong emitted,
    @Nullable RunError error) {
  /** As its completion says it. */
  static Ended of(Came.End end) {
    var completed = end.completed();
    boolean neverStarted = completed.getStartedAtMs() == null;
    return new Ended(
        completed.getRunId(),
        completed.getStatus().name(),
        completed.getEpochs(),
        OptionalLong.of(completed.getCompletedAtMs()),
        neverStarted ? OptionalLong.of(0) : end.emitted(),
        completed.getError());
  }

  /** As the catalog says it, which does not know of chunks; null if the run has not ended. */
  static @Nullable Ended of(JsonNode run) {
    if (!run.hasNonNull("completed_at")) {
      return null;
    }
    return new Ended(
        run.path("run_id").asText(),
        run.path("status").asText(),
        run.path("epoch").asInt(),
        OptionalLong.empty(),
        run.hasNonNull("started_at") ? OptionalLong.empty() : OptionalLong.of(0),
        null);
  }
}
