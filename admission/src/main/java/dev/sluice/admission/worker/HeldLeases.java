package dev.sluice.admission.worker;

import dev.sluice.admission.run.Phase;
import dev.sluice.admission.run.Run;
import dev.sluice.admission.run.RunKey;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * The leases of one incarnation, split into those that its newest heartbeat knew about and newer
 * ones.
 */
public final class HeldLeases {
  /**
   * A lease.
   *
   * @param heartbeat the number in its claim, or {@link Phase.Running#CLAIM_UNREAD}
   */
  private record Lease(long heartbeat, long ttlMs) {
    boolean isConfirmedBy(long newest) {
      return heartbeat != Phase.Running.CLAIM_UNREAD && heartbeat <= newest;
    }
  }

  private final TreeMap<RunKey, Lease> leases = new TreeMap<>();
  private final TreeMap<Long, Integer> ttls = new TreeMap<>();
  private final TreeSet<RunKey> suspects = new TreeSet<>();
  private long number = -1;
  private int older;

  public void add(Run run, Phase.Running running) {
    leases.put(run.key(), new Lease(running.heartbeat(), running.ttlMs()));
    ttls.merge(running.ttlMs(), 1, Integer::sum);
    if (run.tries().isSuspect()) {
      suspects.add(run.key());
    }
    older += isOlder(running.heartbeat()) ? 1 : 0;
  }

  public void remove(RunKey run) {
    suspects.remove(run);
    var lease = leases.remove(run);
    if (lease != null) {
      ttls.computeIfPresent(lease.ttlMs(), (ttl, count) -> count == 1 ? null : count - 1);
      older -= isOlder(lease.heartbeat()) ? 1 : 0;
    }
  }

  /** Counts against heartbeat {@code newest} from now on. */
  public void countAgainst(long newest) {
    if (newest != number) {
      number = newest;
      older = (int) leases.values().stream().filter(lease -> isOlder(lease.heartbeat())).count();
    }
  }

  private boolean isOlder(long heartbeat) {
    return heartbeat != Phase.Running.CLAIM_UNREAD && heartbeat < number;
  }

  /** Leases claimed before the newest heartbeat: it does not count them as free. */
  public int older() {
    return older;
  }

  /** Leases that the newest heartbeat may have counted as free. */
  int newer() {
    return leases.size() - older;
  }

  /** Whether one of them may be what ends its worker. */
  boolean hasSuspect() {
    return !suspects.isEmpty();
  }

  public boolean isEmpty() {
    return leases.isEmpty();
  }

  /** How long the shortest of them lasts, in milliseconds; {@code otherwise} if there is none. */
  public long shortestTtlMs(long otherwise) {
    return ttls.isEmpty() ? otherwise : ttls.firstKey();
  }

  /** Leases whose claim was read and names a heartbeat up to {@code newest}. */
  public List<RunKey> confirmedUpTo(long newest) {
    return those(lease -> lease.isConfirmedBy(newest));
  }

  /**
   * Leases that end because their holder was not heard for {@code silentMs}: for the TTL of each,
   * or for {@code givenUpMs} if that is more and its claim names a heartbeat that has not come.
   *
   * @param newest the last heartbeat that was heard
   * @param givenUpMs after how long none comes any more that a claim named, and no claim that a
   *     journal record went before
   */
  public List<RunKey> over(long silentMs, long newest, long givenUpMs) {
    return those(
        lease ->
            silentMs >= lease.ttlMs() && (lease.isConfirmedBy(newest) || silentMs >= givenUpMs));
  }

  private List<RunKey> those(Predicate<Lease> wanted) {
    return leases.entrySet().stream()
        .filter(lease -> wanted.test(lease.getValue()))
        .map(Map.Entry::getKey)
        .toList();
  }

  public Collection<RunKey> runs() {
    return List.copyOf(leases.keySet());
  }
}
