package dev.sluice.admission.run;

/** How a run ended. */
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
