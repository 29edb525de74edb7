package dev.sluice.sdk;

/** How a child ended. */
public enum ChildStatus {
  SUCCEEDED,
  FAILED,
  CANCELLED,
  TIMED_OUT,
  EXPIRED,
  REJECTED,
  BUDGET_EXHAUSTED,
  DEAD
}
