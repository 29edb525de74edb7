package dev.sluice.admission;

import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/** Which dispatch partition of a pool can take another run now (rule 9). */
final class Room {
  private final GateState state;
  private final GateSettings settings;
  private final String pool;

  Room(GateState state, GateSettings settings, String pool) {
    this.state = state;
    this.settings = settings;
    this.pool = pool;
  }

  /**
   * The partition with the fewest unanswered runs among those with room; of equals the one at place
   * {@code tie}, so that ties rotate. Null when there is none.
   */
  @Nullable Integer partitionFor(Lane lane, int tie) {
    var best = new ArrayList<Integer>();
    int fewest = Integer.MAX_VALUE;
    for (var owner : state.workers().owners(pool).entrySet()) {
      int count = state.unanswered().count(pool, owner.getKey());
      if (count <= fewest && mayTake(owner.getValue(), owner.getKey(), lane)) {
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
    long now = state.leaseTimeMs();
    return owner.isHeardAt(now, settings.leaseTtlMs())
        && owner.agents().contains(lane.agent())
        && owner.number() > owner.returnedAt()
        && free(owner) > 0
        && !state.unanswered().anyBefore(pool, partition, now - GateSettings.SLOW_ANSWER_MS);
  }

  /**
   * Slots that the worker has left as far as this partition knows: free at its newest heartbeat,
   * and freed here since, less what was sent or claimed here since.
   */
  private int free(Worker worker) {
    var leases = state.heldBy(worker.incarnation());
    int freed = worker.heldThen() - leases.older();
    int unanswered = 0;
    for (var share : worker.partitions().entrySet()) {
      for (int partition : share.getValue()) {
        unanswered += state.unanswered().count(share.getKey(), partition);
      }
    }
    return worker.free() + freed - leases.newer() - unanswered;
  }
}
