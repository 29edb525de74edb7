package dev.sluice.runner.identity;

import dev.sluice.v1.Dispatch;

/** A run of a tenant, in one epoch. */
public record RunRef(String tenant, String runId, int epoch) {
  public static RunRef of(Dispatch dispatch) {
    return new RunRef(dispatch.getTenant(), dispatch.getRunId(), dispatch.getEpoch());
  }

  /** Whether {@code other} is meant: where the epoch is 0, every epoch of the run is. */
  public boolean names(RunRef other) {
    return tenant.equals(other.tenant)
        && runId.equals(other.runId)
        && (epoch == 0 || epoch == other.epoch);
  }
}
