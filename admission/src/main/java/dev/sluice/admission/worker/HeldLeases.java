package dev.sluice.admission.worker;

import dev.sluice.admission.run.Phase;
import dev.sluice.admission.run.Run;
import dev.sluice.admission.run.RunKey;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/** The leases of one incarnation, told apart by whether its newest heartbeat knew of them. */
public final class HeldLeases {
  private final TreeMap<RunKey, Long> claims = new TreeMap<>();
  private final TreeSet<RunKey> suspects = new TreeSet<>();
  private long number = -1;
  private int older;

  /** A run's lease whose claim named {@code heartbeat}. */
  public void add(Run run, long heartbeat) {
    claims.put(run.key(), heartbeat);
    if (run.tries().isSuspect()) {
      suspects.add(run.key());
    }
    older += isOlder(heartbeat) ? 1 : 0;
  }

  public void remove(RunKey run) {
    suspects.remove(run);
    var heartbeat = claims.remove(run);
    if (heartbeat != null && isOlder(heartbeat)) {
      older--;
    }
  }

  /** Counts against heartbeat {@code newest} from now on. */
  public void countAgainst(long newest) {
    if (newest != number) {
      number = newest;
      older = (int) claims.values().stream().filter(this::isOlder).count();
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
    return claims.size() - older;
  }

  /** Whether one of them may be what ends its worker. */
  boolean hasSuspect() {
    return !suspects.isEmpty();
  }

  public boolean isEmpty() {
    return claims.isEmpty();
  }

  /** Leases whose claim was read and names a heartbeat up to {@code newest}. */
  public List<RunKey> confirmedUpTo(long newest) {
    return claims.entrySet().stream()
        .filter(claim -> claim.getValue() >= 0 && claim.getValue() <= newest)
        .map(java.util.Map.Entry::getKey)
        .toList();
  }

  public Collection<RunKey> runs() {
    return List.copyOf(claims.keySet());
  }
}
