package dev.sluice.runner.worker;

import dev.sluice.v1.Dispatch;

/** A run of a tenant, in one epoch. */
record RunRef(String tenant, String runId, int epoch) {
  static RunRef of(Dispatch dispatch) {
    return new RunRef(dispatch.getTenant(), dispatch.getRunId(), dispatch.getEpoch());
  }

  /** Whether {@code other} is meant: where the epoch is 0, every epoch of the run is. */
  boolean names(RunRef other) {
    return tenant.equals(other.tenant)
        && runId.equals(other.runId)
        && (epoch == 0 || epoch == other.epoch);
  }
}
