package dev.sluice.admission.worker;

import dev.sluice.admission.run.Incarnation;
import dev.sluice.admission.run.Lane;
import dev.sluice.admission.settings.GateSettings;
import java.util.ArrayList;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Finds a dispatch partition of a pool that can take another run (rule 9). */
public final class Room {
  private final Workers workers;
  private final Function<Incarnation, HeldLeases> held;
  private final Unanswered unanswered;
  private final GateSettings settings;
  private final long leaseTimeMs;
  private final String pool;

  /**
   * The room of {@code pool} as it is at {@code leaseTimeMs}.
   *
   * @param held the leases that a worker holds here
   */
  public Room(
      Workers workers,
      Function<Incarnation, HeldLeases> held,
      Unanswered unanswered,
      GateSettings settings,
      long leaseTimeMs,
      String pool) {
    this.workers = workers;
    this.held = held;
    this.unanswered = unanswered;
    this.settings = settings;
    this.leaseTimeMs = leaseTimeMs;
    this.pool = pool;
  }

  /**
   * The partition with the fewest unanswered runs among those with room; of equals the one at place
   * {@code tie}, so that ties rotate. Null when there is none.
   */
  public @Nullable Integer partitionFor(Lane lane, int tie) {
    boolean saidOnly = workers.leavesOutReticent(lane, leaseTimeMs, settings.leaseTtlMs());
    var best = new ArrayList<Integer>();
    int fewest = Integer.MAX_VALUE;
    for (var owner : workers.owners(pool).entrySet()) {
      int count = unanswered.count(pool, owner.getKey());
      if (count <= fewest
          && !(saidOnly && owner.getValue().isReticent())
          && mayTake(owner.getValue(), owner.getKey(), lane)) {
        if (count < fewest) {
          best.clear();
          fewest = count;
        }
        best.add(owner.getKey());
      }
    }
    return best.isEmpty() ? null : best.get(Math.floorMod(tie, best.size()));
  }

  private boolean mayTake(Worker owner, int partition, Lane lane) {
    return owner.isHeardAt(leaseTimeMs, settings.leaseTtlMs())
        && owner.lack(lane) == null
        && owner.number() > owner.returnedAt()
        && free(owner) > 0
        && !(lane.suspect() && hasSuspect(owner))
        && !unanswered.anyBefore(pool, partition, leaseTimeMs - GateSettings.SLOW_ANSWER_MS);
  }

  /** As far as this partition knows; the worker itself returns a second one. */
  private boolean hasSuspect(Worker worker) {
    return held.apply(worker.incarnation()).hasSuspect()
        || worker.partitions().entrySet().stream()
            .anyMatch(
                share ->
                    share.getValue().stream()
                        .anyMatch(partition -> unanswered.anySuspect(share.getKey(), partition)));
  }

  /**
   * Slots that the worker has left as far as this partition knows: free at its newest heartbeat,
   * and freed here since, less what was sent or claimed here since.
   */
  private int free(Worker worker) {
    var leases = held.apply(worker.incarnation());
    int freed = worker.heldThen() - leases.older();
    int dispatched = 0;
    for (var share : worker.partitions().entrySet()) {
      for (int partition : share.getValue()) {
        dispatched += unanswered.count(share.getKey(), partition);
      }
    }
    return worker.free() + freed - leases.newer() - dispatched;
  }
}
