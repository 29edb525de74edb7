package dev.sluice.runner.worker;

import dev.sluice.v1.Dispatch;

/** A run of a tenant, in one epoch. */
record RunRef(String tenant, String runId, int epoch) {
  static RunRef of(Dispatch dispatch) {
    return new RunRef(dispatch.getTenant(), dispatch.getRunId(), dispatch.getEpoch());
  }

  boolean isSameRun(RunRef other) {
    return tenant.equals(other.tenant) && runId.equals(other.runId);
  }
}
