package dev.sluice.admission.rules;

import static dev.sluice.admission.port.GateEffect.DecisionKind;

import dev.sluice.admission.port.GateEvent;
import dev.sluice.admission.run.Incarnation;
import dev.sluice.admission.run.Phase;
import dev.sluice.admission.run.Run;
import dev.sluice.admission.run.RunKey;
import dev.sluice.admission.settings.GateSettings;
import dev.sluice.admission.worker.HeldLeases;
import dev.sluice.admission.worker.Worker;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keeps leases by heartbeats, and ends them by certain death or by time (rules 4 and 10). */
public final class LeaseKeeping {
  private static final int MAX_UNNAMED_KEPT = 100;

  private LeaseKeeping() {}

  /**
   * The one read last counts, whatever its number: a single forged one that is far ahead would else
   * silence its worker for good. One that comes late can only keep a lease for longer.
   */
  public static void heartbeat(Turn turn, GateEvent.Heartbeat event) {
    var former = turn.state().workers().get(event.worker());
    if (former != null && (former.isCertainlyGone() || former.number() == event.number())) {
      return;
    }
    if (!Newcomers.mayStay(turn, event.worker(), event.names())) {
      return;
    }
    var leases = turn.state().heldBy(event.worker());
    leases.countAgainst(event.number());
    var worker =
        new Worker(
            event.worker(),
            event.number(),
            turn.state().leaseTimeMs(),
            turn.cause().offset(),
            event.partitions(),
            event.agents(),
            event.slots(),
            event.free(),
            leases.older(),
            former == null ? -1 : former.returnedAt(),
            false,
            unnamed(turn, former, leases, event),
            former == null || former.number() < 0 ? turn.cause().offset() : former.beganOffset(),
            event.abilities());
    tellOfTwins(turn, former);
    turn.state().put(worker);
    turn.then(then -> AgentWaits.wake(then, event.worker()));
    turn.then(then -> tellOfLost(then, event.worker()));
    noteStopping(turn, event);
  }

  /**
   * Two hosts with one worker id take each other's place in the pool's group. That another life
   * begins is no sign of that: the one before may have died with its state folder, so that nobody
   * could say so. But the dead say nothing more.
   *
   * @param older as it was before it was heard once more
   */
  private static void tellOfTwins(Turn turn, @Nullable Worker older) {
    if (older == null) {
      return;
    }
    for (var other : turn.state().workers().all()) {
      if (!other.gone()
          && other.incarnation().isAnotherOf(older.incarnation())
          && other.beganSince(older)) {
        var reason =
            "two workers have one id: %s lives on while %s has begun; give each its own worker.id"
                .formatted(older.incarnation().value(), other.incarnation().value());
        turn.decide(DecisionKind.ALARM, "", reason);
        return;
      }
    }
  }

  /** Nobody knows who holds a run whose state is lost: everybody is told to stop it. */
  private static void tellOfLost(Turn turn, Incarnation worker) {
    for (var key : turn.state().indexes().lost()) {
      turn.then(
          key,
          (then, run) -> {
            if (run.phase() instanceof Phase.Lost) {
              LostRuns.tellToStop(then, worker, run);
            }
          });
    }
  }

  /**
   * A lease that two lists of what its holder holds, a TTL apart, do not name is nobody's: the
   * holder has lost track of the run, or the claim was forged. It ends behind a fence.
   */
  private static List<Worker.Unnamed> unnamed(
      Turn turn, @Nullable Worker former, HeldLeases leases, GateEvent.Heartbeat event) {
    List<Worker.Unnamed> before = former == null ? List.of() : former.unnamed();
    if (event.held() == null) {
      return before;
    }
    var since = new HashMap<RunKey, Long>();
    before.forEach(one -> since.put(one.run(), one.sinceMs()));
    long now = turn.state().leaseTimeMs();
    var unnamed = new ArrayList<Worker.Unnamed>();
    for (var run : leases.confirmedUpTo(event.number() - 1)) {
      if (!event.held().contains(run) && unnamed.size() < MAX_UNNAMED_KEPT) {
        long first = since.getOrDefault(run, now);
        unnamed.add(new Worker.Unnamed(run, first));
        turn.then(run, (then, held) -> loseUnnamed(then, held, event.worker(), now - first));
      }
    }
    return unnamed;
  }

  private static void loseUnnamed(Turn turn, Run run, Incarnation holder, long sinceMs) {
    if (run.phase() instanceof Phase.Running running
        && running.holder().equals(holder)
        && sinceMs >= running.ttlMs()) {
      var reason = "its holder does not name it among the runs it holds";
      turn.decide(DecisionKind.ALARM, run, reason, holder);
      Transitions.loseLease(turn, run, reason);
      turn.stop(holder, run.key(), run.epoch(), reason);
    }
  }

  /** The grace of what was asked to end begins with the holder's word that it knows of it. */
  private static void noteStopping(Turn turn, GateEvent.Heartbeat event) {
    for (var lease : event.stopping()) {
      turn.then(
          lease.run(),
          (then, run) -> {
            if (run.phase() instanceof Phase.Running running
                && running.holder().equals(event.worker())
                && running.toldLeaseMs() == null
                && run.epoch() == lease.epoch()
                && run.request() != null) {
              then.state().put(run.told(then.state().leaseTimeMs()));
            }
          });
    }
  }

  /** A body that does not stop when told keeps its worker's slot, but not its tenant's. */
  private static void endGraces(Turn turn) {
    long before = turn.state().leaseTimeMs() - GateSettings.STOP_GRACE_MS;
    for (var key : turn.state().indexes().toldUntil(before)) {
      turn.then(
          key,
          (then, run) -> {
            if (run.phase() instanceof Phase.Running running && running.toldLeaseMs() != null) {
              then.decide(
                  DecisionKind.ALARM,
                  run,
                  "it was told to stop but still executes",
                  running.holder());
              Transitions.loseLease(then, run, "did not stop in time");
            }
          });
    }
  }

  public static void gone(Turn turn, GateEvent.Gone event) {
    var known = turn.state().workers().get(event.worker());
    if (known == null && !Newcomers.mayStay(turn, event.worker(), 0)) {
      return;
    }
    var worker =
        known == null || known.isLost()
            ? Worker.unheard(event.worker(), turn.state().leaseTimeMs())
            : known;
    if (!worker.gone() && event.reporter().equals(event.worker().value())) {
      tellOfTwins(turn, known); // it has drained just now, and says so itself
    }
    turn.state().put(worker.dead());
    turn.then(then -> loseLeases(then, event.worker()));
  }

  /** Lease time advances whatever fails behind it. */
  public static void tick(Turn turn, GateEvent.Tick event) {
    turn.state().put(turn.state().clock().tick(event.sender(), event.monotonicMs(), turn.nowMs()));
    for (var worker : turn.state().workers().all()) {
      turn.then(then -> silent(then, worker.incarnation()));
    }
    turn.then(LeaseKeeping::giveUpUnanswered);
    turn.then(LeaseKeeping::endGraces);
    turn.then(Brakes::release);
    turn.then(TimerTurns::fire);
    turn.then(AgentWaits::begin);
    turn.then(LeaseKeeping::forgetTenants);
    turn.then(Budgets::settleSome);
    if (event.inputsRead()) {
      turn.then(EarlyCommands::giveUp);
    }
    turn.then(PoolRules::wake);
    if (event.settingsRead()) {
      turn.then(PoolRules::giveUp);
    }
    turn.state().indexes().lost().forEach(run -> turn.then(run, LostRuns::endIfOver));
    turn.then(LiveRounds::tell);
  }

  /** A record that says no more than none would need not be kept forever. */
  private static void forgetTenants(Turn turn) {
    long before = turn.nowMs() - GateSettings.IDLE_TENANT_KEPT_MS;
    turn.state()
        .tenants()
        .forgettable(before, GateSettings.MAX_PER_EVENT)
        .forEach(turn.state()::forget);
  }

  private static void silent(Turn turn, Incarnation incarnation) {
    var worker = turn.state().workers().get(incarnation);
    if (worker == null) {
      return;
    }
    long now = turn.state().leaseTimeMs();
    long ttlMs = turn.state().heldBy(incarnation).shortestTtlMs(turn.settings().leaseTtlMs());
    if (worker.isHeardAt(now, ttlMs)) {
      return;
    }
    if (worker.isLostAt(now, turn.longestTtlMs())) {
      turn.state().put(worker.dead());
    }
    turn.then(then -> loseLeases(then, incarnation));
    turn.then(then -> forgetIfOld(then, incarnation));
  }

  private static void loseLeases(Turn turn, Incarnation incarnation) {
    var worker = turn.state().workers().get(incarnation);
    if (worker == null) {
      return;
    }
    var leases = turn.state().heldBy(incarnation);
    long silentMs = turn.state().leaseTimeMs() - worker.heardAtMs();
    var lost =
        worker.gone()
            ? leases.runs()
            : leases.over(silentMs, worker.number(), turn.settings().unansweredMs());
    var reason = worker.gone() ? "worker gone" : "lease expired";
    lost.stream()
        .limit(GateSettings.MAX_PER_EVENT)
        .forEach(key -> turn.then(key, (then, run) -> loseLease(then, run, incarnation, reason)));
  }

  private static void loseLease(Turn turn, Run run, Incarnation holder, String reason) {
    if (run.phase() instanceof Phase.Running running && running.holder().equals(holder)) {
      Transitions.loseWorker(turn, run, reason);
    }
  }

  private static void forgetIfOld(Turn turn, Incarnation incarnation) {
    var worker = turn.state().workers().get(incarnation);
    if (worker != null
        && turn.state().leaseTimeMs() - worker.heardAtMs() > GateSettings.WORKER_KEPT_MS
        && turn.state().heldBy(incarnation).isEmpty()) {
      turn.state().forget(worker);
    }
  }

  private static void giveUpUnanswered(Turn turn) {
    long before = turn.state().leaseTimeMs() - turn.settings().unansweredMs();
    for (var key : turn.state().unanswered().before(before)) {
      turn.then(
          key,
          (then, run) -> {
            if (run.phase() instanceof Phase.Dispatched) {
              Transitions.loseLease(then, run, "dispatch not answered");
            }
          });
    }
  }
}
