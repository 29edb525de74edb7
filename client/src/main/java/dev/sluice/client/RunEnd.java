package dev.sluice.client;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a run ended; it stands in {@code completions}, committed.
 *
 * @param agent empty if a rejected submission named none
 * @param status one of those that are ends
 * @param output what the agent returned; null if it returned nothing
 * @param failure null if it succeeded
 * @param startedAt null if it never started
 * @param epochs leases that it had
 * @param attempts that it used up
 * @param steps in its journal
 * @param charged what it has charged, by meter; its children aside
 * @param parentRunId null for a root
 * @param rootRunId null if the run was rejected
 * @param redrive how often it had been redriven
 * @param retryable whether it was rejected for want of room, and may be submitted again as it was
 */
public record RunEnd(
    String tenant,
    String runId,
    String agent,
    RunStatus status,
    @Nullable Payload output,
    @Nullable RunFailure failure,
    @Nullable Instant submittedAt,
    @Nullable Instant startedAt,
    @Nullable Instant completedAt,
    int epochs,
    int attempts,
    int steps,
    Map<String, Long> charged,
    Map<String, String> labels,
    @Nullable String parentRunId,
    @Nullable String rootRunId,
    int redrive,
    boolean retryable) {
  public RunEnd {
    if (!status.isEnd()) {
      throw new IllegalArgumentException("status must be an end, got " + status);
    }
    charged = Map.copyOf(charged);
    labels = Map.copyOf(labels);
  }

  /** True if the run ended SUCCEEDED. */
  public boolean isSuccess() {
    return status == RunStatus.SUCCEEDED;
  }

  /**
   * What the agent returned.
   *
   * @throws IllegalStateException that says why there is nothing, if the run did not succeed or
   *     returned nothing
   */
  public Payload result() {
    if (!isSuccess()) {
      var why = failure == null ? "" : ": " + failure.type() + ": " + failure.message();
      throw new IllegalStateException("run " + runId + " ended " + status + why);
    }
    if (output == null) {
      throw new IllegalStateException("run " + runId + " returned nothing");
    }
    return output;
  }
}
