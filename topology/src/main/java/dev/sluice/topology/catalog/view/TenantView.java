package dev.sluice.topology.catalog.view;

import dev.sluice.v1.Decision;
import dev.sluice.v1.DecisionKind;
import dev.sluice.v1.TenantLoad;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A tenant's numbers after the last decision about it.
 *
 * @param decided offset of that decision
 * @param atMs its time
 * @param limitsRefused why the gate did not take its newest limits and keeps to those before
 */
public record TenantView(
    String tenant,
    int cap,
    int inFlight,
    int queued,
    int waiting,
    boolean paused,
    double weight,
    long decided,
    long atMs,
    @Nullable Long oldestInFlightMs,
    @Nullable Long oldestHeldMs,
    @Nullable Long oldestReadyMs,
    @Nullable String limitsRefused) {
  /** What a queued run waits for that its tenant could start. */
  static final String WORKER = "worker";

  public TenantView {
    Objects.requireNonNull(tenant, "tenant");
  }

  public static TenantView after(
      @Nullable TenantView former, Decision decision, TenantLoad load, long offset) {
    return new TenantView(
        decision.getTenant(),
        load.getCap(),
        load.getInFlight(),
        load.getQueued(),
        load.getWaiting(),
        load.getPaused(),
        load.getWeight(),
        offset,
        decision.getAtMs(),
        load.getOldestInFlightMs(),
        load.getOldestHeldMs(),
        load.getOldestReadyMs(),
        limitsRefused(former, decision));
  }

  private static @Nullable String limitsRefused(@Nullable TenantView former, Decision decision) {
    if (decision.getKind() == DecisionKind.TENANT) {
      return null;
    }
    if (decision.getKind() == DecisionKind.REFUSE && decision.getRunId() == null) {
      return Kept.reason(decision.getReason());
    }
    return former == null ? null : former.limitsRefused;
  }

  /** Whether it has neither a run that lives nor a refusal to be shown. */
  public boolean isIdle() {
    return inFlight == 0 && queued == 0 && waiting == 0 && limitsRefused == null;
  }

  /** Queued runs that wait only for a worker. */
  public int ready() {
    return paused ? 0 : Math.min(queued, Math.max(0, cap - inFlight));
  }

  int held() {
    return queued - ready();
  }

  /** Why a queued run of the tenant is not running. */
  String queuedFor() {
    if (paused) {
      return "paused";
    }
    return inFlight >= cap ? "cap" : WORKER;
  }
}
