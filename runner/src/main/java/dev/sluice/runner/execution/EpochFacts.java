package dev.sluice.runner.execution;

import dev.sluice.contract.Bounds;
import dev.sluice.sdk.RunContext;
import dev.sluice.v1.Dispatch;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What an agent may ask about its run and epoch: it is known without the journal. */
abstract class EpochFacts implements RunContext {
  private final Execution execution;

  EpochFacts(Execution execution) {
    this.execution = execution;
  }

  @Override
  public String runId() {
    return execution.ref().runId();
  }

  @Override
  public String tenant() {
    return execution.ref().tenant();
  }

  @Override
  public int epoch() {
    return execution.ref().epoch();
  }

  @Override
  public int attempt() {
    return execution.dispatch().getAttempt();
  }

  @Override
  public String workerId() {
    return execution.environment().name().worker();
  }

  @Override
  public Duration timeLeft() {
    var dispatch = execution.dispatch();
    var environment = execution.environment();
    long nowMs = environment.nowMs();
    long brokerMs = environment.leases().brokerTimeMs(dispatch.getGatePartition(), nowMs);
    long logMs = brokerMs < 0 ? environment.pauses().clock().millis() : brokerMs;
    return Duration.ofMillis(leftMs(dispatch, nowMs - execution.claimedMs(), logMs));
  }

  /**
   * What is left of the time that workers may hold the run, or until the time by which it ends,
   * whoever wrote its dispatch.
   *
   * @param heldMs since its claim
   * @param nowMs the log's time
   * @return 0 to the longest duration
   */
  static long leftMs(Dispatch dispatch, long heldMs, long nowMs) {
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
