package dev.sluice.admission;

import static dev.sluice.admission.GateEffect.DecisionKind;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Keeps leases by heartbeats, and ends them by certain death or by time (rules 4 and 10). */
final class LeaseKeeping {
  private static final int MAX_MISSING_KEPT = 100;

  private LeaseKeeping() {}

  static void heartbeat(Turn turn, GateEvent.Heartbeat event) {
    var former = turn.state().workers().get(event.worker());
    if (former != null && (former.gone() || former.number() >= event.number())) {
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
    for (var run : turn.state().waitingForAgentsOf(worker)) {
      Transitions.queue(turn, turn.live(run), DecisionKind.QUEUE, "a worker has the agent");
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
          turn.decide(
              DecisionKind.ALARM,
              turn.live(run),
              "its holder does not name it among the runs it holds",
              event.worker());
        }
      }
    }
    return missing;
  }

  static void gone(Turn turn, GateEvent.Gone event) {
    var known = turn.state().workers().get(event.worker());
    var worker = known == null ? Worker.unheard(event.worker(), turn.state().leaseTimeMs()) : known;
    turn.state().put(worker.dead());
    loseLeases(turn, worker.dead());
  }

  static void tick(Turn turn, GateEvent.Tick event) {
    var clock = turn.state().clock().tick(event.sender(), event.monotonicMs(), turn.nowMs());
    turn.state().put(clock);
    for (var worker : turn.state().workers().all()) {
      if (!worker.isHeardAt(clock.leaseTimeMs(), turn.settings().leaseTtlMs())) {
        loseLeases(turn, worker);
        forgetIfOld(turn, worker);
      }
    }
    giveUpUnanswered(turn);
    TimerTurns.fire(turn);
    waitForAgents(turn);
  }

  private static void loseLeases(Turn turn, Worker worker) {
    var leases = turn.state().heldBy(worker.incarnation());
    var lost = worker.gone() ? leases.runs() : leases.confirmedUpTo(worker.number());
    var reason = worker.gone() ? "worker gone" : "lease expired";
    lost.stream()
        .limit(GateSettings.MAX_PER_EVENT)
        .forEach(run -> Transitions.loseLease(turn, turn.live(run), reason));
  }

  private static void forgetIfOld(Turn turn, Worker worker) {
    long silentMs = turn.state().leaseTimeMs() - worker.heardAtMs();
    if (silentMs > GateSettings.WORKER_KEPT_MS
        && turn.state().heldBy(worker.incarnation()).isEmpty()) {
      turn.state().forget(worker);
    }
  }

  private static void giveUpUnanswered(Turn turn) {
    long before = turn.state().leaseTimeMs() - turn.settings().unansweredMs();
    for (var run : turn.state().unanswered().before(before)) {
      Transitions.loseLease(turn, turn.live(run), "dispatch not answered");
    }
  }

  private static void waitForAgents(Turn turn) {
    long until = turn.nowMs() + turn.settings().agentWaitMs();
    int left = GateSettings.MAX_PER_EVENT;
    for (var lane : turn.state().queues().lanes()) {
      if (turn.lacksAgent(lane)) {
        var runs = turn.state().queues().startable(lane, left);
        for (var run : runs) {
          Transitions.await(turn, turn.live(run), new Wait.Agent(until), "no worker has the agent");
        }
        left -= runs.size();
      }
    }
  }
}
