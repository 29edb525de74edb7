package dev.sluice.admission.settings;

import dev.sluice.admission.values.Sorted;
import dev.sluice.contract.GateValue;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The operator's settings of the gate.
 *
 * @param pools the pools that exist
 * @param plans by name; must contain {@code free}
 * @param leaseTtlMs a lease whose holder is not heard for this long ends, in milliseconds of lease
 *     time
 * @param agentWaitMs how long a run waits for a worker that has its agent, in milliseconds
 * @param maxUnanswered most dispatches of a pool without an answer, in one gate partition
 * @param unansweredMs a dispatch without an answer for this long is fenced, in milliseconds of
 *     lease time
 * @param defaultMaxDurationMs of a run whose submission names none, in milliseconds
 * @param deadKeptMs how long a dead run can be sent back, in milliseconds of append time
 * @param maxLiveRuns most runs of a gate partition with which a tenant that has its share of them,
 *     or more, may submit another
 * @param liveRepeatMs within how much lease time {@code decisions} name every live run again
 */
public record GateSettings(
    Set<String> pools,
    Map<String, Plan> plans,
    long leaseTtlMs,
    long agentWaitMs,
    int maxUnanswered,
    long unansweredMs,
    long defaultMaxDurationMs,
    long deadKeptMs,
    int maxLiveRuns,
    long liveRepeatMs) {
  /** Most runs of a gate partition unless the operator says otherwise. */
  public static final int DEFAULT_MAX_LIVE_RUNS = 100_000;

  /** Where everybody is refused, in multiples of {@link #maxLiveRuns}. */
  public static final int HARD_BOUNDS = 2;

  /** Leases lost in a row, with no new step between, after which a run is DEAD. */
  public static final int MAX_LOST_IN_ROW = 5;

  /** How long a suspect waits whose worker holds another one, in milliseconds of append time. */
  public static final long SUSPECT_PAUSE_MS = 5_000;

  /**
   * A partition that left a run unanswered for longer gets nothing, in milliseconds of lease time.
   */
  public static final long SLOW_ANSWER_MS = 1_000;

  /**
   * How long a body may go on after its worker has said that it was told to stop, in milliseconds
   * of lease time; then its lease ends without it.
   */
  public static final long STOP_GRACE_MS = 30_000;

  /** Workers not heard for this long are forgotten, in milliseconds of lease time. */
  public static final long WORKER_KEPT_MS = 3_600_000;

  /** A tenant without settings of its own and without a run is forgotten after this time. */
  public static final long IDLE_TENANT_KEPT_MS = 86_400_000;

  /** The most live runs that one tick tells of. */
  public static final int MAX_TOLD_PER_TICK = 100;

  /** Less would be as much as two ticks may bring, in milliseconds. */
  public static final long LEAST_LIVE_REPEAT_MS = 3_000;

  /** The most that one record makes the gate do: timers to fire, leases to end, runs to move. */
  public static final int MAX_PER_EVENT = 4_096;

  public GateSettings {
    if (!plans.containsKey(Limits.DEFAULT_PLAN)) {
      throw new IllegalArgumentException("plans must contain 'free', got " + plans.keySet());
    }
    if (maxLiveRuns < 1) {
      throw new IllegalArgumentException("live runs must be at least 1, got " + maxLiveRuns);
    }
    if (leaseTtlMs < 1 || maxUnanswered < 1) {
      throw new IllegalArgumentException(
          "lease TTL and unanswered bound must be at least 1, got "
              + leaseTtlMs
              + " and "
              + maxUnanswered);
    }
    if (liveRepeatMs < LEAST_LIVE_REPEAT_MS) {
      throw new IllegalArgumentException(
          "live runs must be repeated within %d ms or more, got %d"
              .formatted(LEAST_LIVE_REPEAT_MS, liveRepeatMs));
    }
    pools = Sorted.copyOf(pools);
    plans = Sorted.copyOf(plans);
  }

  /**
   * The defaults of the documentation: pool {@code default}, plans {@code free} and {@code pro}.
   */
  public static GateSettings defaults() {
    return new GateSettings(
        Set.of("default"),
        Map.of("free", Plan.ofCap(2), "pro", Plan.ofCap(20)),
        30_000,
        300_000,
        64,
        360_000,
        86_400_000,
        30 * 86_400_000L,
        DEFAULT_MAX_LIVE_RUNS,
        86_400_000);
  }

  /**
   * The same with other pools and plans.
   *
   * @param said the values that were set, instead of those of this gate
   */
  GateSettings with(
      Set<String> otherPools, Map<String, Plan> otherPlans, Map<GateValue, Long> said) {
    return new GateSettings(
        otherPools,
        otherPlans,
        said.getOrDefault(GateValue.LEASE_TTL, leaseTtlMs),
        said.getOrDefault(GateValue.AGENT_WAIT, agentWaitMs),
        said.getOrDefault(GateValue.MAX_UNANSWERED, (long) maxUnanswered).intValue(),
        unansweredMs,
        said.getOrDefault(GateValue.MAX_DURATION, defaultMaxDurationMs),
        said.getOrDefault(GateValue.DEAD_KEEP, deadKeptMs),
        maxLiveRuns,
        liveRepeatMs);
  }

  /** Most runs that a gate partition takes, children and what they resume not counted. */
  public long mostRuns() {
    return (long) HARD_BOUNDS * maxLiveRuns;
  }

  /** What a tenant of the plan may do: as on plan {@code free} while there is no such plan. */
  Plan plan(String name) {
    var plan = plans.get(name);
    return plan == null ? Objects.requireNonNull(plans.get(Limits.DEFAULT_PLAN)) : plan;
  }
}
