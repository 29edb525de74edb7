package dev.sluice.topology.gate.outbound;

import dev.sluice.admission.port.Cause;
import dev.sluice.admission.port.GateEffect;
import dev.sluice.admission.tenant.TenantLoad;
import dev.sluice.v1.Decision;
import dev.sluice.v1.DecisionKind;
import dev.sluice.v1.RunStanding;
import dev.sluice.v1.RunSummary;
import org.jspecify.annotations.Nullable;

/** Builds the records of decisions. */
final class DecisionRecords {
  private DecisionRecords() {}

  /**
   * The decision with its cause.
   *
   * @param prefix of the topics' names, which decisions leave out
   */
  static Decision of(GateEffect.Decide effect, Cause cause, String prefix) {
    return Decision.newBuilder()
        .setKind(DecisionKind.valueOf(effect.kind().name()))
        .setTenant(effect.tenant())
        .setRunId(effect.runId())
        .setEpoch(effect.epoch())
        .setReason(effect.reason())
        .setAtMs(cause.appendMs())
        .setCauseTopic(cause.topic().substring(prefix.length()))
        .setCausePartition(cause.partition())
        .setCauseOffset(cause.offset())
        .setIncarnation(effect.worker() == null ? null : effect.worker().value())
        .setDispatchPartition(effect.partition())
        .setWaitingFor(effect.waitingFor())
        .setUntilMs(effect.untilMs())
        .setAttempt(effect.attempt())
        .setSubmission(summary(effect.summary()))
        .setLoad(load(effect.load()))
        .setCommandId(effect.commandId())
        .setSetting(effect.setting() == null ? null : effect.setting().text())
        .setStanding(standing(effect.summary()))
        .setVersions(effect.versions())
        .build();
  }

  private static @Nullable RunSummary summary(GateEffect.@Nullable Accepted accepted) {
    if (accepted == null) {
      return null;
    }
    var kin = accepted.kin();
    return new RunSummary(
        accepted.spec().agent(),
        accepted.spec().pool(),
        accepted.spec().priority(),
        accepted.spec().labels(),
        accepted.origin().appendMs(),
        accepted.spec().traceparent(),
        kin.parent(),
        kin.root(),
        kin.depth(),
        kin.detached(),
        accepted.spec().bodyHash());
  }

  private static @Nullable RunStanding standing(GateEffect.@Nullable Accepted accepted) {
    var standing = accepted == null ? null : accepted.standing();
    return standing == null
        ? null
        : new RunStanding(
            standing.phase().name(),
            standing.sinceMs(),
            standing.startedAtMs(),
            standing.redrive());
  }

  private static dev.sluice.v1.@Nullable TenantLoad load(@Nullable TenantLoad load) {
    return load == null
        ? null
        : new dev.sluice.v1.TenantLoad(
            load.cap(),
            load.inFlight(),
            load.queued(),
            load.waiting(),
            load.paused(),
            load.weight(),
            load.oldestInFlightMs(),
            load.oldestHeldMs(),
            load.oldestReadyMs());
  }
}
