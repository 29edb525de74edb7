package dev.sluice.admission.run;

/** The outcome of an ended run. */
public enum Outcome {
  SUCCEEDED,
  FAILED,
  CANCELLED,
  TIMED_OUT,
  EXPIRED,
  REJECTED,
  BUDGET_EXHAUSTED,
  DEAD
}
