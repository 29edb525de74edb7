package dev.sluice.admission.rules;

import static dev.sluice.admission.port.GateEffect.DecisionKind;

import dev.sluice.admission.port.GateEvent;
import dev.sluice.admission.run.Incarnation;
import dev.sluice.admission.run.Lane;
import dev.sluice.admission.run.Phase;
import dev.sluice.admission.run.Run;
import dev.sluice.admission.run.RunKey;
import dev.sluice.admission.run.Wait;
import dev.sluice.admission.settings.GateSettings;
import dev.sluice.admission.worker.HeldLeases;
import dev.sluice.admission.worker.Worker;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Keeps leases by heartbeats, and ends them by certain death or by time (rules 4 and 10). */
public final class LeaseKeeping {
  private static final int MAX_MISSING_KEPT = 100;

  private LeaseKeeping() {}

  /**
   * The one read last counts, whatever its number: a single forged one that is far ahead would else
   * silence its worker for good. One that comes late can only keep a lease for longer.
   */
  public static void heartbeat(Turn turn, GateEvent.Heartbeat event) {
    var former = turn.state().workers().get(event.worker());
    if (former != null && (former.gone() || former.number() == event.number())) {
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
            missing(turn, former, leases, event));
    turn.state().put(worker);
    turn.then(then -> wakeForAgents(then, event.worker()));
    turn.then(then -> tellOfLost(then, event.worker()));
  }

  private static void wakeForAgents(Turn turn, Incarnation incarnation) {
    var worker = turn.state().workers().get(incarnation);
    if (worker != null) {
      for (var key : turn.state().indexes().waitingForAgentsOf(worker)) {
        turn.then(
            key,
            (then, run) -> {
              if (run.phase() instanceof Phase.Waiting waiting
                  && waiting.on() instanceof Wait.Agent) {
                Transitions.queue(then, run, DecisionKind.QUEUE, "a worker has the agent");
              }
            });
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

  /** A lease that its holder does not name twice in a row is a slot leaked by a broken worker. */
  private static Set<RunKey> missing(
      Turn turn, @Nullable Worker former, HeldLeases leases, GateEvent.Heartbeat event) {
    Set<RunKey> before = former == null ? Set.of() : former.missing();
    if (event.held() == null) {
      return before;
    }
    var missing = new HashSet<RunKey>();
    for (var run : leases.confirmedUpTo(event.number() - 1)) {
      if (!event.held().contains(run) && missing.size() < MAX_MISSING_KEPT) {
        missing.add(run);
        if (before.contains(run)) {
          turn.then(
              run,
              (then, leaked) ->
                  then.decide(
                      DecisionKind.ALARM,
                      leaked,
                      "its holder does not name it among the runs it holds",
                      event.worker()));
        }
      }
    }
    return missing;
  }

  public static void gone(Turn turn, GateEvent.Gone event) {
    var known = turn.state().workers().get(event.worker());
    if (known == null && !Newcomers.mayStay(turn, event.worker(), 0)) {
      return;
    }
    var worker = known == null ? Worker.unheard(event.worker(), turn.state().leaseTimeMs()) : known;
    turn.state().put(worker.dead());
    turn.then(then -> loseLeases(then, event.worker()));
  }

  /** Lease time advances whatever fails behind it. */
  public static void tick(Turn turn, GateEvent.Tick event) {
    var clock = turn.state().clock().tick(event.sender(), event.monotonicMs(), turn.nowMs());
    turn.state().put(clock);
    for (var worker : turn.state().workers().all()) {
      turn.then(then -> silent(then, worker.incarnation()));
    }
    turn.then(LeaseKeeping::giveUpUnanswered);
    turn.then(TimerTurns::fire);
    turn.then(LeaseKeeping::waitForAgents);
    turn.then(LeaseKeeping::forgetTenants);
    turn.then(Budgets::settleSome);
    turn.state().indexes().lost().forEach(run -> turn.then(run, LostRuns::endIfOver));
  }

  /** A record that says no more than none would need not be kept for ever. */
  private static void forgetTenants(Turn turn) {
    long before = turn.nowMs() - GateSettings.IDLE_TENANT_KEPT_MS;
    turn.state()
        .tenants()
        .forgettable(before, GateSettings.MAX_PER_EVENT)
        .forEach(turn.state()::forget);
  }

  private static void silent(Turn turn, Incarnation incarnation) {
    var worker = turn.state().workers().get(incarnation);
    long ttlMs = turn.settings().leaseTtlMs();
    if (worker == null || worker.isHeardAt(turn.state().leaseTimeMs(), ttlMs)) {
      return;
    }
    if (worker.isLostAt(turn.state().leaseTimeMs(), ttlMs)) {
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
    boolean losesAll = worker.gone() || isGivenUp(turn, worker);
    var lost = losesAll ? leases.runs() : leases.confirmedUpTo(worker.number());
    var reason = worker.gone() ? "worker gone" : "lease expired";
    lost.stream()
        .limit(GateSettings.MAX_PER_EVENT)
        .forEach(key -> turn.then(key, (then, run) -> loseLease(then, run, incarnation, reason)));
  }

  /**
   * Whether nothing was heard for so long that no heartbeat will come any more that a claim named,
   * and no claim that a journal record went before.
   */
  private static boolean isGivenUp(Turn turn, Worker worker) {
    long sinceMs = turn.state().leaseTimeMs() - worker.heardAtMs();
    return sinceMs >= Math.max(turn.settings().unansweredMs(), turn.settings().leaseTtlMs());
  }

  private static void loseLease(Turn turn, Run run, Incarnation holder, String reason) {
    if (run.phase() instanceof Phase.Running running && running.holder().equals(holder)) {
      Transitions.loseLease(turn, run, reason);
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

  private static void waitForAgents(Turn turn) {
    for (var lane : turn.state().queues().lanes()) {
      turn.then(then -> waitForAgent(then, lane));
    }
  }

  private static void waitForAgent(Turn turn, Lane lane) {
    if (turn.lacksAgent(lane)) {
      long until = turn.nowMs() + turn.settings().agentWaitMs();
      for (var key : turn.state().queues().startable(lane, GateSettings.MAX_PER_EVENT)) {
        turn.then(
            key,
            (then, run) -> {
              if (run.isDispatchable()) {
                Transitions.await(then, run, new Wait.Agent(until), "no worker has the agent");
              }
            });
      }
    }
  }
}
