package dev.sluice.topology.catalog.view;

import dev.sluice.contract.Bounds;
import dev.sluice.contract.Texts;
import dev.sluice.v1.Decision;
import dev.sluice.v1.DecisionKind;
import dev.sluice.v1.RunCompleted;
import dev.sluice.v1.RunError;
import dev.sluice.v1.RunStanding;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A run as the catalog knows it. Decisions and completions come from two topics, in any order and
 * perhaps twice; the resulting view is the same.
 *
 * @param untilMs when what it waits for is due at the latest, where that is a time
 * @param redrives how often it was sent back, by the decisions taken in
 * @param deadLetter place of its newest dead letter
 * @param conflicts how many other requests asked for its id, by the decisions taken in
 * @param decided offset of the last decision taken in
 * @param versions of its agent's code that its journal has records of, or will have
 * @param end how the run ended last, from {@code completions} alone; see {@link #hasEnded}
 */
public record RunView(
    String tenant,
    String runId,
    @Nullable Start start,
    String phase,
    @Nullable String waitingFor,
    @Nullable Long untilMs,
    int epoch,
    int attempt,
    @Nullable Long startedAtMs,
    int redrives,
    @Nullable String deadLetter,
    int conflicts,
    long decided,
    @Nullable End end,
    List<String> versions) {
  private static final String QUEUED = "QUEUED";
  private static final Set<String> IN_FLIGHT = Set.of("DISPATCHED", "RUNNING");

  /** Of runs that are queued or in flight. */
  public static final Set<String> STATUSES_ON_THE_WAY = Set.of(QUEUED, "DISPATCHED", "RUNNING");

  /** Of runs that have not ended. */
  public static final Set<String> STATUSES_LIVE =
      Set.of(QUEUED, "DISPATCHED", "RUNNING", "WAITING");

  /** Those of its journal, and that of the worker that executes it. */
  private static final int MOST_VERSIONS = Bounds.JOURNAL_VERSIONS + 1;

  private static final String DEAD = "DEAD";
  private static final String UNREADABLE = "UNREADABLE";

  public RunView {
    Objects.requireNonNull(tenant, "tenant");
    Objects.requireNonNull(runId, "runId");
    Objects.requireNonNull(phase, "phase");
    versions = versions == null ? List.of() : List.copyOf(versions); // views of before have none
  }

  /** What was submitted. */
  record Start(
      String agent,
      String pool,
      int priority,
      Map<String, String> labels,
      long submittedAtMs,
      @Nullable String parentRunId,
      @Nullable String rootRunId,
      int depth,
      boolean detached,
      @Nullable Long bodyHash) {
    Start {
      Objects.requireNonNull(agent, "agent");
      Objects.requireNonNull(pool, "pool");
      Objects.requireNonNull(labels, "labels");
    }
  }

  /** What came of it; what it returned is kept apart. */
  public record End(
      String status,
      String agent,
      String contentType,
      @Nullable Fault error,
      long submittedAtMs,
      @Nullable Long startedAtMs,
      long completedAtMs,
      int epochs,
      int attempts,
      int steps,
      Map<String, Long> charged,
      Map<String, String> labels,
      @Nullable String parentRunId,
      @Nullable String rootRunId,
      int redrive,
      boolean retryable) {
    public End {
      Objects.requireNonNull(status, "status");
      Objects.requireNonNull(agent, "agent");
      Objects.requireNonNull(contentType, "contentType");
      Objects.requireNonNull(charged, "charged");
      Objects.requireNonNull(labels, "labels");
    }
  }

  /** Why it did not succeed. */
  public record Fault(
      String type, String message, @Nullable String step, @Nullable String stackTrace) {
    public static @Nullable Fault of(@Nullable RunError error) {
      if (error == null) {
        return null;
      }
      var step = error.getStep();
      var trace = error.getStackTrace();
      return new Fault(
          Texts.atMost(Bounds.ERROR_TYPE_CHARS, error.getType()),
          Texts.atMost(Bounds.ERROR_MESSAGE_CHARS, error.getMessage()),
          step == null ? null : Kept.name(step),
          trace == null ? null : Texts.atMost(Bounds.STACK_TRACE_CHARS, trace));
    }
  }

  public static RunView unknown(String tenant, String runId) {
    return new RunView(
        tenant, runId, null, "SUBMITTED", null, null, 0, 0, null, 0, null, 0, -1, null, List.of());
  }

  /** Stands for a run whose view cannot be read back. */
  public static RunView unreadable(String tenant, String runId) {
    return new RunView(
        tenant, runId, null, UNREADABLE, null, null, 0, 0, null, 0, null, 0, -1, null, List.of());
  }

  public boolean isUnreadable() {
    return phase.equals(UNREADABLE);
  }

  /** Whether the last end known stands: a redrive takes it back until there is a new one. */
  public boolean hasEnded() {
    return hasEnded(redrives);
  }

  /** The same for the end of the {@code redrive}th redrive or a later one. */
  public boolean hasEnded(int redrive) {
    return end != null && end.redrive() >= Math.max(redrives, redrive);
  }

  /** Whether it was refused for want of room alone, and may be submitted again. */
  public boolean isRefusedForNow() {
    return end != null && end.retryable();
  }

  /** Whether anybody has said what the run is. */
  public boolean isKnown() {
    return start != null || end != null;
  }

  public boolean standsDead() {
    return end != null && hasEnded() && end.status().equals(DEAD);
  }

  public RunView after(Decision decision, long offset) {
    if (offset <= decided) {
      return this;
    }
    return switch (decision.getKind()) {
      case DUPLICATE -> withConflict(offset);
      case LIVE -> repeated(decision, decision.getStanding(), offset);
      default -> decided(decision, offset);
    };
  }

  private RunView decided(Decision decision, long offset) {
    boolean redriven = decision.getKind() == DecisionKind.REDRIVE;
    boolean claimed = decision.getKind() == DecisionKind.CLAIM;
    var started = claimed && startedAtMs == null ? Long.valueOf(decision.getAtMs()) : startedAtMs;
    return new RunView(
        tenant,
        runId,
        decision.getSubmission() == null ? start : start(decision.getSubmission()),
        phaseAfter(decision),
        decision.getWaitingFor(),
        decision.getUntilMs(),
        Math.max(epoch, decision.getEpoch()),
        redriven ? Math.max(1, decision.getAttempt()) : Math.max(attempt, decision.getAttempt()),
        started,
        redriven ? redrivesAfter(decision) : redrives,
        deadLetter,
        conflicts,
        offset,
        decision.getSubmission() != null && isRefusedForNow() ? null : end,
        versions(decision));
  }

  /** What the gate repeats of a live run is all that is known of it, whatever was known before. */
  private RunView repeated(Decision decision, RunStanding standing, long offset) {
    var submission = decision.getSubmission();
    return new RunView(
        tenant,
        runId,
        submission == null ? start : start(submission),
        phase(standing),
        decision.getWaitingFor(),
        decision.getUntilMs(),
        decision.getEpoch(),
        decision.getAttempt(),
        standing.getStartedAtMs(),
        standing.getRedrive(),
        deadLetter,
        conflicts,
        offset,
        isRefusedForNow() ? null : end,
        versions(decision));
  }

  private static List<String> versions(Decision decision) {
    return decision.getVersions().stream().limit(MOST_VERSIONS).map(Kept::name).toList();
  }

  /** A run whose lease has ended and whose fence is on its way is queued for those who ask. */
  private static String phase(RunStanding standing) {
    return standing.getPhase().equals("FENCING") ? QUEUED : Kept.name(standing.getPhase());
  }

  private static Start start(dev.sluice.v1.RunSummary submitted) {
    return new Start(
        Kept.name(submitted.getAgent()),
        Kept.name(submitted.getPool()),
        submitted.getPriority(),
        Kept.labels(submitted.getLabels()),
        submitted.getSubmittedAtMs(),
        submitted.getParentRunId(),
        submitted.getRootRunId(),
        submitted.getDepth(),
        submitted.getDetached(),
        submitted.getBodyHash());
  }

  /**
   * Counts redrives. Earlier ones may be gone from the topic while their completions are still
   * there, so a dead end that this one takes back counts too.
   */
  private int redrivesAfter(Decision decision) {
    boolean takenBack =
        end != null && end.status().equals(DEAD) && end.epochs() == decision.getEpoch();
    return 1 + (takenBack && end != null ? Math.max(redrives, end.redrive()) : redrives);
  }

  private String phaseAfter(Decision decision) {
    return switch (decision.getKind()) {
      case ACCEPT -> decision.getWaitingFor() == null ? "QUEUED" : "WAITING";
      case QUEUE, RETURN, RELEASE, REDRIVE -> "QUEUED";
      case DISPATCH -> "DISPATCHED";
      case CLAIM -> "RUNNING";
      case WAIT -> "WAITING";
      case STARTED, DUPLICATE, REJECT, REROUTE, UNREADABLE -> phase;
      case FENCE, COMPLETE, CANCEL, REFUSE, TENANT, ALARM, SIGNAL, LIVE -> phase;
    };
  }

  /**
   * Takes in a completion; one of an earlier redrive than the last known tells nothing new, nor
   * does a refusal of what was accepted later.
   */
  public RunView after(RunCompleted completed) {
    boolean refusedBefore =
        completed.getRetryable() && (start != null || (end != null && !end.retryable()));
    boolean isOld = end != null && end.redrive() > completed.getRedrive();
    return refusedBefore || isOld ? this : ended(end(completed));
  }

  private static End end(RunCompleted completed) {
    return new End(
        completed.getStatus().name(),
        Kept.name(completed.getAgent()),
        Texts.atMost(Bounds.CONTENT_TYPE_CHARS, completed.getContentType()),
        Fault.of(completed.getError()),
        completed.getSubmittedAtMs(),
        completed.getStartedAtMs(),
        completed.getCompletedAtMs(),
        completed.getEpochs(),
        completed.getAttempts(),
        completed.getSteps(),
        Kept.charges(completed.getCharged()),
        Kept.labels(completed.getLabels()),
        completed.getParentRunId(),
        completed.getRootRunId(),
        completed.getRedrive(),
        completed.getRetryable());
  }

  private RunView withConflict(long offset) {
    if (!isKnown()) {
      return this;
    }
    return with(deadLetter, conflicts + 1, offset, end);
  }

  private RunView with(
      @Nullable String newLetter, int newConflicts, long newDecided, @Nullable End newEnd) {
    return new RunView(
        tenant,
        runId,
        start,
        phase,
        waitingFor,
        untilMs,
        epoch,
        attempt,
        startedAtMs,
        redrives,
        newLetter,
        newConflicts,
        newDecided,
        newEnd,
        versions);
  }

  private RunView ended(End newEnd) {
    return with(deadLetter, conflicts, decided, newEnd);
  }

  public RunView withDeadLetter(String place) {
    return with(place, conflicts, decided, end);
  }

  public long submittedAtMs() {
    if (end != null) {
      return end.submittedAtMs();
    }
    return start == null ? 0 : start.submittedAtMs();
  }

  public String status() {
    return end != null && hasEnded() ? end.status() : phase;
  }

  public boolean isQueued() {
    return status().equals(QUEUED);
  }

  /** Whether a worker has it, or is being given it. */
  public boolean isInFlight() {
    return IN_FLIGHT.contains(status());
  }

  /** Whether it has not ended, and is known to have been accepted. */
  public boolean isLive() {
    return STATUSES_LIVE.contains(status());
  }

  /** Whether it was handed out after it was like that. */
  public boolean isStartedSince(RunView before) {
    return phase.equals("DISPATCHED") && epoch > before.epoch;
  }

  /** The pool whose runners execute it; null if not known yet. */
  public @Nullable String pool() {
    return start == null ? null : start.pool();
  }

  public String agent() {
    if (start != null) {
      return start.agent();
    }
    return end == null ? "" : end.agent();
  }

  public Map<String, String> labels() {
    if (start != null) {
      return start.labels();
    }
    return end == null ? Map.of() : end.labels();
  }

  public @Nullable String parentRunId() {
    if (start != null) {
      return start.parentRunId();
    }
    return end == null ? null : end.parentRunId();
  }

  /** The root of its tree: itself where nobody says otherwise. */
  public String rootRunId() {
    var root = start != null ? start.rootRunId() : end == null ? null : end.rootRunId();
    return root == null ? runId : root;
  }

  public boolean isRoot() {
    return rootRunId().equals(runId);
  }
}
