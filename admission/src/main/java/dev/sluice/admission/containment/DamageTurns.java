package dev.sluice.admission.containment;

import static dev.sluice.admission.port.GateEffect.DecisionKind;

import dev.sluice.admission.port.Damage;
import dev.sluice.admission.port.GateEffect;
import dev.sluice.admission.rules.Brakes;
import dev.sluice.admission.rules.LostRuns;
import dev.sluice.admission.rules.Turn;
import dev.sluice.admission.run.EndRequest;
import dev.sluice.admission.run.Failure;
import dev.sluice.admission.run.Incarnation;
import dev.sluice.admission.run.Origin;
import dev.sluice.admission.run.Phase;
import dev.sluice.admission.run.Run;
import dev.sluice.admission.run.RunKey;
import dev.sluice.admission.run.Tries;
import dev.sluice.admission.settings.SettingKey;
import dev.sluice.admission.tenant.Tenant;
import dev.sluice.admission.worker.LeaseClock;
import dev.sluice.admission.worker.Worker;
import java.util.Comparator;
import java.util.List;

/**
 * What it means that an entry of the saved state cannot be read. Each is dealt with in a turn of
 * its own, at the first record after the start.
 *
 * <ul>
 *   <li><b>Clock:</b> lease time goes on from the largest time in the state, and every worker
 *       counts as heard then, so that no lease expires for one TTL.
 *   <li><b>Tenant:</b> paused until its record is read again from {@code tenants}, which every
 *       start of the gate asks for until then.
 *   <li><b>Worker:</b> counts as dead unless it is heard within one TTL. Heard later, it has lost
 *       its leases and gets new runs.
 *   <li><b>Run:</b> sealed under its name. Its epoch is unknown, so it is fenced behind every
 *       epoch; it holds its slot until that fence is read and a TTL has passed, every worker is
 *       told to stop it, and it ends as DEAD, never to be sent back. Its tree may charge once more
 *       what this run had charged, here and where a chunk is lost.
 *   <li><b>Chunk of a journal, child, tree:</b> the runs that it belongs to are asked to end as
 *       DEAD, never to be sent back.
 *   <li><b>Kept commands:</b> lost, said so: whoever sent them finds no decision about the run.
 *   <li><b>Setting:</b> what the gate was started with is in force, until it is set again.
 *   <li><b>Pace:</b> the brake holds as if it was set now; a rise to no bound is over.
 *   <li><b>Recent ids:</b> the bucket is lost: an id in it may be taken again.
 * </ul>
 */
public final class DamageTurns {
  private DamageTurns() {}

  public static List<Turn.Act> of(List<Damage> damage) {
    return damage.stream()
        .sorted(Comparator.comparingInt((Damage one) -> order(one.place())))
        .map(one -> Turn.Act.of(turn -> take(turn, one)))
        .toList();
  }

  /** Times and tenants first: what is decided about runs depends on them. */
  private static int order(Damage.Place place) {
    return switch (place) {
      case CLOCK -> 0;
      case TENANT -> 1;
      case WORKER -> 2;
      case RUN -> 3;
      case CHUNK, CHILD -> 4;
      case TREE -> 5;
      case KEPT -> 6;
      case SETTING -> 7;
      case PACE -> 8;
      case RECENT -> 9;
    };
  }

  private static void take(Turn turn, Damage damage) {
    turn.add(new GateEffect.DeadLetterState(damage));
    turn.decide(DecisionKind.ALARM, "", damage.text());
    turn.state().replace(damage);
    switch (damage.place()) {
      case CLOCK -> clock(turn);
      case TENANT -> turn.state().put(Tenant.unknown(damage.name()));
      case WORKER ->
          turn.state().put(Worker.lost(new Incarnation(damage.name()), turn.state().leaseTimeMs()));
      case RUN -> run(turn, damage.owner(), damage);
      case CHUNK, CHILD -> turn.then(damage.owner(), (then, run) -> seal(then, run, damage));
      case TREE -> tree(turn, damage);
      case KEPT -> turn.decide(DecisionKind.REFUSE, damage.owner(), 0, damage.text());
      case SETTING -> setting(turn, SettingKey.parse(damage.name()), damage);
      case PACE -> Brakes.follow(turn, SettingKey.parse(damage.name()));
      case RECENT -> {} // nothing more can be done than to say so
    }
  }

  private static void clock(Turn turn) {
    long largest = 0;
    long longestTtlMs = turn.longestTtlMs();
    for (var worker : turn.state().workers().all()) {
      largest = Math.max(largest, worker.heardAtMs());
    }
    for (var run : turn.state().runs()) {
      longestTtlMs = Math.max(longestTtlMs, run.phase().leaseTtlMs());
      if (run.phase() instanceof Phase.Dispatched dispatched) {
        largest = Math.max(largest, dispatched.leaseTimeMs());
      }
    }
    for (var pace : turn.state().paces().all()) {
      largest = Math.max(largest, pace.atMs());
    }
    turn.state().put(new LeaseClock(largest, "", 0, 0, null, longestTtlMs));
    for (var worker : turn.state().workers().all()) {
      turn.state().put(worker.heardAt(largest));
    }
  }

  private static void setting(Turn turn, SettingKey key, Damage damage) {
    turn.state().forget(key);
    Brakes.follow(turn, key);
    turn.decide(DecisionKind.REFUSE, key, damage.text() + "; set it again");
  }

  private static void tree(Turn turn, Damage damage) {
    var root = damage.owner();
    for (var run : turn.state().runs()) {
      if (run.root().equals(root)) {
        turn.then(run.key(), (then, member) -> seal(then, member, damage));
      }
    }
  }

  private static void seal(Turn turn, Run run, Damage damage) {
    Sealing.seal(turn, run, EndRequest.BARRED, failure(damage));
  }

  private static Failure failure(Damage damage) {
    return Failure.of(Failure.GATE, damage.text());
  }

  private static void run(Turn turn, RunKey key, Damage damage) {
    long until = turn.state().leaseTimeMs() + turn.longestTtlMs();
    var phase = new Phase.Lost(failure(damage), false, until, turn.nowMs());
    var run = Run.lost(key, new Origin(turn.nowMs(), turn.cause().partition(), 0), phase);
    turn.state().put(run);
    turn.add(new GateEffect.AppendFence(key, Tries.LAST_EPOCH, damage.text()));
    turn.state().workers().all().stream()
        .filter(worker -> !worker.gone())
        .forEach(worker -> LostRuns.tellToStop(turn, worker.incarnation(), run));
  }
}
