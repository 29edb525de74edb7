package dev.sluice.verification;

import dev.sluice.v1.Decision;
import dev.sluice.v1.RunCompleted;

/** A run of a tenant. */
public record RunName(String tenant, String runId) {
  static RunName of(Decision decision) {
    return new RunName(decision.getTenant(), String.valueOf(decision.getRunId()));
  }

  static RunName of(RunCompleted completed) {
    return new RunName(completed.getTenant(), completed.getRunId());
  }

  /** Its child of this number. */
  RunName child(int number) {
    return new RunName(tenant, runId + "~" + number);
  }
}
