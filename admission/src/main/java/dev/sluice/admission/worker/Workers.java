package dev.sluice.admission.worker;

import dev.sluice.admission.run.Incarnation;
import dev.sluice.admission.run.Lane;
import dev.sluice.contract.Bounds;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The known workers, and the dispatch partitions that each is believed to hold. */
public final class Workers {
  private final TreeMap<Incarnation, Worker> workers = new TreeMap<>();
  private final Map<String, TreeMap<Integer, Worker>> owners = new HashMap<>();
  private long names;
  private int reticent;

  public void put(Worker worker) {
    var former = workers.put(worker.incarnation(), worker);
    names += worker.names() - (former == null ? 0 : former.names());
    reticent += count(worker) - (former == null ? 0 : count(former));
    if (former == null || !former.equals(worker)) {
      assignOwners();
    }
  }

  public void remove(Incarnation incarnation) {
    var former = workers.remove(incarnation);
    if (former != null) {
      names -= former.names();
      reticent -= count(former);
      assignOwners();
    }
  }

  private static int count(Worker worker) {
    return worker.isReticent() ? 1 : 0;
  }

  /**
   * Whether all workers are within their bounds if this one has so many names of agents and
   * partitions; true if that is no more than it has.
   */
  public boolean hasRoomFor(Incarnation incarnation, int itsNames) {
    var former = workers.get(incarnation);
    int more = itsNames - (former == null ? 0 : former.names());
    return (former != null || workers.size() < Bounds.WORKERS)
        && (more <= 0 || names + more <= Bounds.WORKER_NAMES);
  }

  /** Of several workers that name a partition, the one heard last is believed. */
  private void assignOwners() {
    owners.clear();
    for (var worker : workers.values()) {
      worker
          .partitions()
          .forEach(
              (pool, partitions) -> {
                var ofPool = owners.computeIfAbsent(pool, name -> new TreeMap<>());
                partitions.forEach(partition -> ofPool.merge(partition, worker, Workers::later));
              });
    }
  }

  private static Worker later(Worker one, Worker other) {
    return one.heardOffset() >= other.heardOffset() ? one : other;
  }

  public @Nullable Worker get(Incarnation incarnation) {
    return workers.get(incarnation);
  }

  public boolean isGone(Incarnation incarnation) {
    var worker = workers.get(incarnation);
    return worker != null && worker.gone();
  }

  /** Of those that {@code which} takes, the one that was heard longest ago. */
  public @Nullable Worker longestSilent(Predicate<Worker> which) {
    Worker longest = null;
    for (var worker : workers.values()) {
      if ((longest == null || worker.heardAtMs() < longest.heardAtMs()) && which.test(worker)) {
        longest = worker;
      }
    }
    return longest;
  }

  public Collection<Worker> all() {
    return java.util.List.copyOf(workers.values());
  }

  Map<Integer, Worker> owners(String pool) {
    return owners.getOrDefault(pool, new TreeMap<>());
  }

  /**
   * What the one lacks that lacks the least, if the pool takes runs and yet nobody in it can take
   * the lane's. A pool whose workers hold no partition, because they drain or have only begun, says
   * nothing about agents.
   */
  public @Nullable Lack lack(Lane lane, long leaseTimeMs, long ttlMs) {
    Lack least = null;
    for (var worker : workers.values()) {
      if (worker.isHeardAt(leaseTimeMs, ttlMs) && worker.takesRunsOf(lane.pool())) {
        var its = worker.lack(lane);
        if (its == null) {
          return null;
        }
        least = least == null || its.compareTo(least) > 0 ? its : least;
      }
    }
    return least;
  }

  /**
   * Whether those who do not say which journals they can replay are to be left out, as somebody
   * says that he can replay the lane's.
   */
  boolean leavesOutReticent(Lane lane, long leaseTimeMs, long ttlMs) {
    return reticent > 0
        && !lane.needs().isNone()
        && workers.values().stream()
            .anyMatch(
                worker ->
                    worker.abilities().areSaid()
                        && worker.isHeardAt(leaseTimeMs, ttlMs)
                        && worker.serves(lane));
  }
}
