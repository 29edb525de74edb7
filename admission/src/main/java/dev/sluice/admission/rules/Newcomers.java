package dev.sluice.admission.rules;

import static dev.sluice.admission.port.GateEffect.DecisionKind;

import dev.sluice.admission.run.Incarnation;
import dev.sluice.admission.worker.Worker;
import dev.sluice.contract.Bounds;
import org.jspecify.annotations.Nullable;

/**
 * Bounds the number of workers. A worker that holds a lease is never refused. For a new one,
 * workers without a lease that were not heard within the TTL are dropped.
 */
final class Newcomers {
  private Newcomers() {}

  /**
   * Whether the worker may be kept, or kept with more names; if not, an alarm says so.
   *
   * @param names of agents and partitions that it has
   */
  static boolean mayStay(Turn turn, Incarnation incarnation, int names) {
    var workers = turn.state().workers();
    if (workers.hasRoomFor(incarnation, names) || turn.state().indexes().holdsAny(incarnation)) {
      return true;
    }
    for (var silent = silentOne(turn, incarnation);
        silent != null;
        silent = silentOne(turn, incarnation)) {
      turn.state().forget(silent);
      if (workers.hasRoomFor(incarnation, names)) {
        return true;
      }
    }
    turn.decide(
        DecisionKind.ALARM,
        "",
        "a worker is refused: a gate partition keeps %d workers with %d agents and partitions in all; %s"
            .formatted(Bounds.WORKERS, Bounds.WORKER_NAMES, incarnation.value()));
    return false;
  }

  /** The one of which nothing was heard for longest, of those that may give way. */
  private static @Nullable Worker silentOne(Turn turn, Incarnation but) {
    long now = turn.state().leaseTimeMs();
    long ttlMs = turn.settings().leaseTtlMs();
    return turn.state()
        .workers()
        .longestSilent(
            worker ->
                !worker.incarnation().equals(but)
                    && !worker.isHeardAt(now, ttlMs)
                    && !turn.state().indexes().holdsAny(worker.incarnation()));
  }
}
