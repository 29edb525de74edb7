package dev.sluice.client;

/** Where a run stands. */
public enum RunStatus {
  /** Kafka has it; the gate has not read it. */
  SUBMITTED,
  QUEUED,
  DISPATCHED,
  RUNNING,
  WAITING,
  SUCCEEDED,
  FAILED,
  CANCELLED,
  TIMED_OUT,
  EXPIRED,
  REJECTED,
  BUDGET_EXHAUSTED,
  /** Its attempts are used up; a redrive sends it back through the gate. */
  DEAD,
  /** The catalog cannot read back what it knew of the run; the run itself goes on. */
  UNREADABLE,
  /** A word that this version of the client does not know. */
  UNKNOWN;

  /** Whether nothing more happens to the run, a redrive of a dead one aside. */
  public boolean isEnd() {
    return switch (this) {
      case SUCCEEDED, FAILED, CANCELLED, TIMED_OUT, EXPIRED, REJECTED, BUDGET_EXHAUSTED, DEAD ->
          true;
      case SUBMITTED, QUEUED, DISPATCHED, RUNNING, WAITING, UNREADABLE, UNKNOWN -> false;
    };
  }

  /** The status of this name, or {@link #UNKNOWN}. */
  public static RunStatus of(String word) {
    for (var status : values()) {
      if (status.name().equals(word)) {
        return status;
      }
    }
    return UNKNOWN;
  }
}
