package dev.sluice.admission;

import static dev.sluice.admission.GateEffect.DecisionKind;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One record's turn: what it is decided with, and what was decided so far. */
final class Turn {
  private final GateState state;
  private final GateSettings settings;
  private final RecentIds recent;
  private final Cause cause;
  private final List<GateEffect> effects = new ArrayList<>();

  Turn(GateState state, GateSettings settings, RecentIds recent, Cause cause) {
    this.state = state;
    this.settings = settings;
    this.recent = recent;
    this.cause = cause;
  }

  GateState state() {
    return state;
  }

  GateSettings settings() {
    return settings;
  }

  RecentIds recent() {
    return recent;
  }

  Cause cause() {
    return cause;
  }

  long nowMs() {
    return cause.appendMs();
  }

  /** The run as it stands now; for what is known to live. */
  Run live(RunKey run) {
    return Objects.requireNonNull(state.run(run), () -> "no live run " + run);
  }

  void add(GateEffect effect) {
    effects.add(effect);
  }

  /** Writes down a decision about a run that lives. */
  void decide(DecisionKind kind, Run run, String reason) {
    decide(kind, run, reason, null);
  }

  void decide(DecisionKind kind, Run run, String reason, @Nullable Incarnation worker) {
    var wait = run.phase() instanceof Phase.Waiting waiting ? waiting.on() : null;
    int partition = run.phase() instanceof Phase.Dispatched to ? to.partition() : -1;
    var accepted =
        kind == DecisionKind.ACCEPT
            ? new GateEffect.Accepted(run.spec(), run.kin(), run.origin())
            : null;
    add(
        new GateEffect.Decide(
            kind,
            run.key().tenant(),
            run.key().id(),
            run.epoch(),
            run.attempt(),
            reason,
            worker,
            partition,
            wait == null ? null : wait.word(),
            wait == null || wait.untilMs() == Wait.NEVER ? null : wait.untilMs(),
            accepted,
            state.tenants().load(run.key().tenant())));
  }

  /** Writes down a decision about an id that names no live run. */
  void decide(DecisionKind kind, RunKey run, int epoch, String reason) {
    add(
        new GateEffect.Decide(
            kind, run.tenant(), run.id(), epoch, 0, reason, null, -1, null, null, null, null));
  }

  /** Writes down a decision about a tenant, or about no tenant (empty name). */
  void decide(DecisionKind kind, String tenant, String reason) {
    var load = tenant.isEmpty() ? null : state.tenants().load(tenant);
    add(new GateEffect.Decide(kind, tenant, null, 0, 0, reason, null, -1, null, null, null, load));
  }

  /** Tells {@code worker} to stop a run, if anybody is to be told. */
  void control(Incarnation worker, Run run, EndRequest request) {
    var kind =
        switch (request) {
          case CANCEL, PARENT_ENDED -> GateEffect.ControlKind.CANCEL;
          case TIMEOUT -> GateEffect.ControlKind.TIMEOUT;
        };
    add(new GateEffect.Control(worker, run.key(), run.epoch(), kind, request.failure().message()));
  }

  void revoke(Incarnation worker, RunKey run, int epoch, String reason) {
    add(new GateEffect.Control(worker, run, epoch, GateEffect.ControlKind.REVOKE, reason));
  }

  /** Whether workers take runs of the lane's pool and none of them has its agent. */
  boolean lacksAgent(Lane lane) {
    return state.workers().lacksAgent(lane, state.leaseTimeMs(), settings.leaseTtlMs());
  }

  List<GateEffect> effects() {
    return effects;
  }
}
