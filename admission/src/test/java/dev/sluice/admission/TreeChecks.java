package dev.sluice.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.admission.port.Damage;
import dev.sluice.admission.port.GateEffect;
import dev.sluice.admission.run.Kin;
import dev.sluice.admission.run.Outcome;
import dev.sluice.admission.run.RunKey;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Checks I6 from effects alone: budgets, children, depth and descendants within their bounds. */
final class TreeChecks {
  private final Set<RunKey> lostTrees = new HashSet<>();
  private final Map<RunKey, Long> forgotten = new HashMap<>();
  private final Map<RunKey, Kin> kin = new HashMap<>();
  private final Map<RunKey, Long> endsByMs = new HashMap<>();
  private final Map<RunKey, Long> ceilings = new HashMap<>();
  private final Map<RunKey, Long> charged = new HashMap<>();
  private final Map<RunKey, Long> chargedBy = new HashMap<>();
  private final Map<RunKey, Set<String>> meters = new HashMap<>();
  private final Map<RunKey, Long> slices = new HashMap<>();
  private final Map<RunKey, Integer> children = new HashMap<>();
  private final Map<RunKey, Integer> descendants = new HashMap<>();
  private final Set<RunKey> ended = new HashSet<>();

  void accepted(RunKey run, GateEffect.Accepted accepted) {
    kin.put(run, accepted.kin());
    var budget = accepted.spec().budget().get(SimulatedExecution.METER);
    if (budget != null) {
      ceilings.put(run, budget);
      meters.computeIfAbsent(run, key -> new HashSet<>()).add(SimulatedExecution.METER);
    }
    var endBy = accepted.spec().endByMs();
    if (endBy != null) {
      endsByMs.put(run, endBy);
    }
    var parent = accepted.kin().parent();
    if (parent != null) {
      var key = new RunKey(run.tenant(), parent);
      assertThat(endsByMs.getOrDefault(run, Long.MAX_VALUE))
          .as("%s ends by its parent's time", run)
          .isLessThanOrEqualTo(endsByMs.getOrDefault(key, Long.MAX_VALUE));
      assertThat(ended).as("the parent of %s lives", run).doesNotContain(key);
      assertThat(children.merge(key, 1, Integer::sum))
          .as("I6: children of %s", key)
          .isLessThanOrEqualTo(SimulatedWorld.BOUNDS.children());
      assertThat(accepted.kin().depth())
          .as("I6: depth of %s", run)
          .isLessThanOrEqualTo(SimulatedWorld.BOUNDS.depth());
      assertThat(descendants.merge(root(run), 1, Integer::sum))
          .as("I6: descendants of %s", root(run))
          .isLessThanOrEqualTo(SimulatedWorld.BOUNDS.descendants());
    }
  }

  private RunKey root(RunKey run) {
    var place = kin.get(run);
    return place == null ? run : new RunKey(run.tenant(), place.root());
  }

  /**
   * Entries that the gate cannot read. What a run has charged goes with its own entry, or a chunk
   * of its journal, so that its tree may charge as much once more. A tree whose entry is lost
   * charges what was handed out, and is handed nothing more. No other entry tells of charges.
   */
  void damaged(Damage damage) {
    switch (damage.place()) {
      case RUN, CHUNK ->
          forgotten.merge(
              root(damage.owner()), chargedBy.getOrDefault(damage.owner(), 0L), Long::sum);
      case TREE -> lostTrees.add(damage.owner());
      case CHILD, KEPT, TENANT, WORKER, CLOCK, SETTING, PACE, RECENT -> {}
    }
  }

  private long mayCharge(RunKey root, long ceiling) {
    return ceiling + forgotten.getOrDefault(root, 0L);
  }

  /** What all epochs under way may charge fits into what is left. */
  void dispatched(GateEffect.Dispatch dispatch) {
    var run = dispatch.run().key();
    assertThat(lostTrees)
        .as("I6: the tree of %s, which starts, is known", run)
        .doesNotContain(root(run));
    if (!dispatch.budget().isEmpty()) {
      slices.put(run, dispatch.budget().get(0).slice());
      assertThat(charged.getOrDefault(root(run), 0L) + dispatch.budget().get(0).slice())
          .as("I6: what %s may charge", run)
          .isLessThanOrEqualTo(mayCharge(root(run), ceilings.getOrDefault(root(run), 0L)));
    }
  }

  /**
   * What counts of a charge to the one meter that is looked at: all others take places, too, in the
   * order of their names, if they can be names.
   */
  long counted(RunKey run, Map<String, Long> charges) {
    var inUse = meters.computeIfAbsent(root(run), key -> new HashSet<>());
    for (var meter : new TreeSet<>(charges.keySet())) {
      if (meter.matches("[A-Za-z0-9._-]{1,64}") && inUse.size() < 32) {
        inUse.add(meter);
      }
    }
    return inUse.contains(SimulatedExecution.METER)
        ? charges.getOrDefault(SimulatedExecution.METER, 0L)
        : 0;
  }

  /** A run charged to no other meters than its tree has, and to none more than may be counted. */
  void checkMeters(GateEffect.Complete complete) {
    assertThat(meters.getOrDefault(root(complete.run()), Set.of()))
        .as("meters of the tree of %s", complete.run())
        .containsAll(complete.charged().keySet());
    assertThat(complete.charged().values()).allMatch(amount -> amount >= 0);
  }

  void charged(RunKey run, long amount) {
    chargedBy.merge(run, amount, Long::sum);
    long total = charged.merge(root(run), amount, Long::sum);
    var ceiling = ceilings.get(root(run));
    if (ceiling != null) {
      assertThat(total)
          .as("I6: charges of the tree of %s, whose slice was %s", run, slices.get(run))
          .isLessThanOrEqualTo(mayCharge(root(run), ceiling));
    }
  }

  void ended(GateEffect.Complete complete) {
    if (complete.outcome() != Outcome.DEAD) {
      ended.add(complete.run());
    }
  }
}
