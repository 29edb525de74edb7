package dev.sluice.runner.execution;

import dev.sluice.v1.StopReason;

/** Why a worker stops a run itself, and how hard. */
public enum StopKind {
  /** At the next boundary of a step. */
  DRAIN(StopReason.DRAIN, false, false),
  /** At once: the worker closes, and its process may go on. What ignores it keeps its result. */
  CLOSE(StopReason.DRAIN, true, false),
  CANCEL(StopReason.CANCEL, true, false),
  TIMEOUT(StopReason.TIMEOUT, true, false),
  /** Somebody else holds the run: what does not stop takes the JVM with it. */
  REVOKED(StopReason.REVOKED, true, true),
  /** The lease may end: what does not stop takes the JVM with it. */
  DEADLINE(StopReason.DEADLINE, true, true),
  /** Nothing more is written; a body that executes beside has until the lease may end. */
  LOST_JOURNAL(StopReason.LOST_JOURNAL, true, false);

  private final StopReason reason;
  private final boolean interrupts;
  private final boolean halts;

  StopKind(StopReason reason, boolean interrupts, boolean halts) {
    this.reason = reason;
    this.interrupts = interrupts;
    this.halts = halts;
  }

  /** Whether it counts though {@code earlier} was said before. */
  boolean isHarderThan(StopKind earlier) {
    return switch (earlier) {
      case DRAIN -> this != DRAIN;
      case CLOSE -> halts || this == LOST_JOURNAL;
      case CANCEL, TIMEOUT, LOST_JOURNAL -> halts;
      case REVOKED, DEADLINE -> false;
    };
  }

  StopReason reason() {
    return reason;
  }

  /** Whether what its code has reached is journaled all the same: the lease is its own. */
  boolean keepsResults() {
    return reason == StopReason.DRAIN;
  }

  boolean interrupts() {
    return interrupts;
  }

  boolean halts() {
    return halts;
  }
}
