package dev.sluice.runner.execution;

import dev.sluice.contract.Bounds;
import dev.sluice.v1.Dispatch;
import org.jspecify.annotations.Nullable;

/** How long a run may go on, whoever wrote its dispatch. */
final class TimeLeft {
  private TimeLeft() {}

  /** Of an epoch, by its dispatch. */
  static long ms(Execution execution) {
    var dispatch = execution.dispatch();
    var environment = execution.environment();
    long nowMs = environment.nowMs();
    long brokerMs = environment.leases().brokerTimeMs(dispatch.getGatePartition(), nowMs);
    long logMs = brokerMs < 0 ? environment.pauses().clock().millis() : brokerMs;
    return ms(dispatch, nowMs - execution.claimedMs(), logMs);
  }

  /**
   * What is left of the time that workers may hold the run, or until the time by which it ends.
   *
   * @param heldMs since its claim
   * @param nowMs the log's time
   * @return 0 to the longest duration
   */
  static long ms(Dispatch dispatch, long heldMs, long nowMs) {
    long held = minus(dispatch.getMaxDurationLeftMs(), heldMs);
    long ends = minus(dispatch.getDeadlineMs(), nowMs);
    return Math.clamp(Math.min(held, ends), 0, Bounds.DURATION_MS);
  }

  private static long minus(@Nullable Long end, long passed) {
    if (end == null) {
      return Long.MAX_VALUE;
    }
    return end < 0 ? 0 : end - passed; // neither is negative: nothing overflows
  }
}
