package dev.sluice.admission;

/** What a run that cannot end at once was asked to end as. */
public enum EndRequest {
  CANCEL(Outcome.CANCELLED),
  PARENT_ENDED(Outcome.CANCELLED),
  TIMEOUT(Outcome.TIMED_OUT);

  private final Outcome outcome;

  EndRequest(Outcome outcome) {
    this.outcome = outcome;
  }

  Outcome outcome() {
    return outcome;
  }

  Failure failure() {
    return switch (this) {
      case CANCEL -> Failure.of("Cancelled", "the run was cancelled by a command");
      case PARENT_ENDED -> Failure.of("Cancelled", "the run that spawned it has ended");
      case TIMEOUT -> Failure.of("TimedOut", "the run took longer than its max_duration_ms");
    };
  }
}
