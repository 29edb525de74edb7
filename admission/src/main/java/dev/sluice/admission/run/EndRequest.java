package dev.sluice.admission.run;

/** The requested outcome of a run that cannot end immediately. */
public enum EndRequest {
  CANCEL(Outcome.CANCELLED),
  PARENT_ENDED(Outcome.CANCELLED),
  /** Its parent's code cancelled it. */
  PARENT_ASKED(Outcome.CANCELLED),
  TIMEOUT(Outcome.TIMED_OUT),
  /** Its {@code end_by} has come. */
  END_BY(Outcome.TIMED_OUT),
  /** The gate failed on it. */
  SEALED(Outcome.DEAD),
  /** The gate failed on it, and not all that it is resumed from is known: it is never sent back. */
  BARRED(Outcome.DEAD);

  private final Outcome outcome;

  EndRequest(Outcome outcome) {
    this.outcome = outcome;
  }

  public Outcome outcome() {
    return outcome;
  }

  public Failure failure() {
    return switch (this) {
      case CANCEL -> Failure.of("Cancelled", "the run was cancelled by a command");
      case PARENT_ENDED -> Failure.of("Cancelled", "the run that spawned it has ended");
      case PARENT_ASKED -> Failure.of("Cancelled", "the run that spawned it cancelled it");
      case SEALED, BARRED -> Failure.of(Failure.GATE, "the gate failed on this run");
      case TIMEOUT ->
          Failure.of("TimedOut", "workers held the run for longer than its max_duration_ms");
      case END_BY -> Failure.of("TimedOut", "the run had not ended by its end_by_ms");
    };
  }
}
