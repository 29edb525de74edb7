package dev.sluice.admission.tree;

import dev.sluice.admission.run.RunKey;
import dev.sluice.admission.run.RunSpec;
import dev.sluice.admission.values.Sorted;
import dev.sluice.contract.Amounts;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The state that the runs of one tree share.
 *
 * @param root the tree's root
 * @param descendants runs spawned below the root so far
 * @param ceilings most that the tree may charge, per meter; empty means unlimited
 * @param reserves of these, kept for the root's last answer
 * @param endedCharged what runs that are no longer known have charged
 * @param meters all that its runs have charged to, and those of its budget
 */
public record Tree(
    RunKey root,
    int descendants,
    Map<String, Long> ceilings,
    Map<String, Long> reserves,
    Map<String, Long> endedCharged,
    Set<String> meters) {
  private static final int DEFAULT_RESERVE_DIVISOR = 20;

  public Tree {
    ceilings = Sorted.copyOf(ceilings);
    reserves = Sorted.copyOf(reserves);
    endedCharged = Sorted.copyOf(endedCharged);
    // Entries of before there was this field have it empty.
    meters = union(union(meters, ceilings.keySet()), endedCharged.keySet());
  }

  /** The tree of a root that is accepted; what it reserves by default is a twentieth. */
  public static Tree of(RunKey root, RunSpec spec) {
    var reserves = new java.util.HashMap<String, Long>();
    spec.budget()
        .forEach(
            (meter, ceiling) ->
                reserves.put(
                    meter,
                    spec.budgetReserve()
                        .getOrDefault(meter, Math.ceilDiv(ceiling, DEFAULT_RESERVE_DIVISOR))));
    return new Tree(root, 0, spec.budget(), reserves, Map.of(), Set.of());
  }

  public boolean hasBudget() {
    return !ceilings.isEmpty();
  }

  public Tree plusDescendants(int more) {
    return new Tree(root, descendants + more, ceilings, reserves, endedCharged, meters);
  }

  public Tree plusEnded(Map<String, Long> charged) {
    return new Tree(
        root, descendants, ceilings, reserves, Amounts.sum(endedCharged, charged), meters);
  }

  public Tree plusMeters(Set<String> more) {
    return new Tree(root, descendants, ceilings, reserves, endedCharged, union(meters, more));
  }

  private static Set<String> union(Set<String> one, Set<String> other) {
    if (one.containsAll(other)) {
      return Sorted.copyOf(one);
    }
    var both = new HashSet<>(one);
    both.addAll(other);
    return Sorted.copyOf(both);
  }
}
