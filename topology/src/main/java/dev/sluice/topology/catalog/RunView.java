package dev.sluice.topology.catalog;

import dev.sluice.v1.Decision;
import dev.sluice.v1.RunCompleted;
import dev.sluice.v1.RunError;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A run as the catalog knows it. Decisions and the completion come from two topics in any order and
 * perhaps twice: the view is the same in the end.
 *
 * @param decided offset of the last decision taken in
 * @param end how the run ended, from {@code completions} alone
 */
record RunView(
    String tenant,
    String runId,
    @Nullable Start start,
    String phase,
    @Nullable String waitingFor,
    int epoch,
    int attempt,
    @Nullable Long startedAtMs,
    long decided,
    @Nullable End end) {
  /** What was submitted. */
  record Start(
      String agent, String pool, int priority, Map<String, String> labels, long submittedAtMs) {}

  /** What came of it. */
  record End(
      String status,
      String agent,
      @Nullable String output,
      String contentType,
      @Nullable Fault error,
      long submittedAtMs,
      @Nullable Long startedAtMs,
      long completedAtMs,
      int epochs,
      int attempts,
      int steps,
      Map<String, Long> charged,
      Map<String, String> labels) {}

  /** Why it did not succeed. */
  record Fault(String type, String message, @Nullable String step) {
    static @Nullable Fault of(@Nullable RunError error) {
      return error == null ? null : new Fault(error.getType(), error.getMessage(), error.getStep());
    }
  }

  static RunView unknown(String tenant, String runId) {
    return new RunView(tenant, runId, null, "SUBMITTED", null, 0, 0, null, -1, null);
  }

  RunView after(Decision decision, long offset) {
    if (offset <= decided) {
      return this;
    }
    var submitted = decision.getSubmission();
    var begun =
        submitted == null
            ? start
            : new Start(
                submitted.getAgent(),
                submitted.getPool(),
                submitted.getPriority(),
                submitted.getLabels(),
                submitted.getSubmittedAtMs());
    boolean claimed = decision.getKind() == dev.sluice.v1.DecisionKind.CLAIM;
    var started = claimed && startedAtMs == null ? Long.valueOf(decision.getAtMs()) : startedAtMs;
    return new RunView(
        tenant,
        runId,
        begun,
        phaseAfter(decision),
        decision.getWaitingFor(),
        Math.max(epoch, decision.getEpoch()),
        Math.max(attempt, decision.getAttempt()),
        started,
        offset,
        end);
  }

  private String phaseAfter(Decision decision) {
    return switch (decision.getKind()) {
      case ACCEPT -> decision.getWaitingFor() == null ? "QUEUED" : "WAITING";
      case QUEUE, RETURN, RELEASE -> "QUEUED";
      case DISPATCH -> "DISPATCHED";
      case CLAIM -> "RUNNING";
      case WAIT -> "WAITING";
      case STARTED, DUPLICATE, REJECT, REROUTE, UNREADABLE -> phase;
      case FENCE, COMPLETE, CANCEL, REFUSE, TENANT, ALARM, SIGNAL, REDRIVE -> phase;
    };
  }

  RunView after(RunCompleted completed) {
    var output = completed.getOutput();
    byte[] bytes = null;
    if (output != null) {
      bytes = new byte[output.remaining()];
      output.duplicate().get(bytes);
    }
    var ended =
        new End(
            completed.getStatus().name(),
            completed.getAgent(),
            bytes == null ? null : Base64.getEncoder().encodeToString(bytes),
            completed.getContentType(),
            Fault.of(completed.getError()),
            completed.getSubmittedAtMs(),
            completed.getStartedAtMs(),
            completed.getCompletedAtMs(),
            completed.getEpochs(),
            completed.getAttempts(),
            completed.getSteps(),
            completed.getCharged(),
            completed.getLabels());
    return new RunView(
        tenant, runId, start, phase, waitingFor, epoch, attempt, startedAtMs, decided, ended);
  }

  long submittedAtMs() {
    if (end != null) {
      return end.submittedAtMs();
    }
    return start == null ? 0 : start.submittedAtMs();
  }

  String status() {
    return end == null ? phase : end.status();
  }

  String agent() {
    if (start != null) {
      return start.agent();
    }
    return end == null ? "" : end.agent();
  }

  Map<String, String> labels() {
    if (start != null) {
      return start.labels();
    }
    return end == null ? Map.of() : end.labels();
  }
}
