package dev.sluice.admission.rules;

import static dev.sluice.admission.port.GateEffect.DecisionKind;

import dev.sluice.admission.journal.JournalEntry;
import dev.sluice.admission.port.GateEffect;
import dev.sluice.admission.run.Allowance;
import dev.sluice.admission.run.Failure;
import dev.sluice.admission.run.Outcome;
import dev.sluice.admission.run.Phase;
import dev.sluice.admission.run.Run;
import dev.sluice.admission.run.RunKey;
import dev.sluice.admission.run.Wait;
import dev.sluice.admission.state.GateState;
import dev.sluice.admission.tree.Tree;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Hands out slices of trees' budgets, so that what all epochs under way may still charge fits into
 * what the tree has left (I6).
 *
 * <p>A slice is what the run needs, or its share: half of what is left and not reserved, divided by
 * the tree's runs. The root's reserve is left out of that; the root alone gets it, when nothing
 * else is left.
 */
final class Budgets {
  private static final int TREES_PER_TICK = 64;

  private Budgets() {}

  /** What a run can have now. */
  sealed interface Grant {
    /** It may start with this. */
    record Slice(Allowance allowance, List<GateEffect.MeterSlice> meters) implements Grant {}

    /** What it needs is in the hands of others. */
    record Wait() implements Grant {}
  }

  static Grant grant(GateState state, Run run) {
    var tree = state.trees().get(run.root());
    if (tree == null || !tree.hasBudget()) {
      return new Grant.Slice(run.allowance().granted(Map.of(), Map.of()), List.of());
    }
    var allowance = run.allowance();
    if (!allowance.exhausted() && !fits(state, tree, allowance.needs(), Map.of())) {
      if (isInOthersHands(state, tree, allowance.needs())) {
        return new Grant.Wait();
      }
      allowance = allowance.exhaustedNow();
    }
    return slice(state, tree, run, allowance);
  }

  private static Grant slice(GateState state, Tree tree, Run run, Allowance allowance) {
    var slice = new HashMap<String, Long>();
    var meters = new ArrayList<GateEffect.MeterSlice>();
    int members = Math.max(1, state.trees().members(tree.root()).size());
    for (var ceiling : new TreeMap<>(tree.ceilings()).entrySet()) {
      var meter = ceiling.getKey();
      long free = free(state, tree, meter);
      long share = Math.ceilDiv(free, 2L * members);
      long amount = Math.min(free, Math.max(share, allowance.needs().getOrDefault(meter, 0L)));
      if (allowance.exhausted() && run.kin().isRoot()) {
        amount = state.trees().left(tree, meter) - state.trees().reserved(tree, meter);
      }
      slice.put(meter, amount);
      meters.add(
          new GateEffect.MeterSlice(
              meter, ceiling.getValue(), state.trees().left(tree, meter), amount));
    }
    var charged = state.journalOf(run.key()).charged();
    return new Grant.Slice(allowance.granted(slice, charged), meters);
  }

  /** What is neither charged nor reserved, nor kept for the root's last answer while it lives. */
  private static long free(GateState state, Tree tree, String meter) {
    var root = state.run(tree.root());
    boolean rootLives = root != null && !root.isDead();
    long kept = rootLives ? tree.reserves().getOrDefault(meter, 0L) : 0;
    return Math.max(
        0, state.trees().left(tree, meter) - state.trees().reserved(tree, meter) - kept);
  }

  private static boolean fits(
      GateState state, Tree tree, Map<String, Long> needs, Map<String, Long> promised) {
    return needs.entrySet().stream()
        .filter(need -> tree.ceilings().containsKey(need.getKey()))
        .allMatch(
            need ->
                need.getValue()
                    <= free(state, tree, need.getKey()) - promised.getOrDefault(need.getKey(), 0L));
  }

  /** Whether some meter that is short may grow when an epoch under way ends. */
  private static boolean isInOthersHands(GateState state, Tree tree, Map<String, Long> needs) {
    return needs.entrySet().stream()
        .filter(need -> tree.ceilings().containsKey(need.getKey()))
        .filter(need -> need.getValue() > free(state, tree, need.getKey()))
        .anyMatch(need -> state.trees().reserved(tree, need.getKey()) > 0);
  }

  /** A run asks for a larger slice; one that was told that none will come has had its chance. */
  static void await(Turn turn, Run run, JournalEntry.BudgetWait wait) {
    if (run.allowance().exhausted()) {
      var failure =
          Failure.of(
              "BudgetExhausted", "the budget is spent; needed " + new TreeMap<>(wait.needs()));
      Transitions.end(turn, run, Outcome.BUDGET_EXHAUSTED, failure, false);
      return;
    }
    var needing = run.with(run.allowance().needing(wait.needs()));
    Transitions.await(turn, needing, new Wait.Budget(wait.needs()), "waits for budget");
    var tree = turn.state().trees().get(run.root());
    if ((tree == null || !tree.hasBudget()) && turn.state().run(run.key()) != null) {
      Transitions.queue(turn, turn.live(run.key()), DecisionKind.QUEUE, "there is no budget");
    }
  }

  /**
   * Settles some of the trees that are waited for, others each time: what should have woken a run
   * may have failed.
   */
  static void settleSome(Turn turn) {
    for (var root : turn.state().indexes().nextAwaitedTrees(TREES_PER_TICK)) {
      turn.then(then -> settle(then, root));
    }
  }

  /**
   * Wakes runs that wait for budget, the longest waiting first, as far as what is free goes; and
   * those that can never have what they need, for their last chance.
   */
  static void settle(Turn turn, RunKey root) {
    var state = turn.state();
    var tree = state.trees().get(root);
    if (tree == null || !tree.hasBudget()) {
      return;
    }
    var promised = new HashMap<String, Long>();
    for (var run : waiting(state, root)) {
      turn.then(run.key(), (then, waiting) -> wake(then, waiting, promised));
    }
  }

  /** Takes one waiting run's turn; {@code promised} is what those before it were left or given. */
  private static void wake(Turn turn, Run run, Map<String, Long> promised) {
    var state = turn.state();
    var tree = state.trees().get(run.root());
    if (tree == null || !isWaiting(run)) {
      return;
    }
    var needs = run.allowance().needs();
    boolean fits = fits(state, tree, needs, promised);
    boolean hopeless = !fits(state, tree, needs, Map.of()) && !isInOthersHands(state, tree, needs);
    if (fits || hopeless) {
      var next = run.woken(turn.nowMs());
      state.put(next);
      turn.decide(DecisionKind.QUEUE, next, fits ? "budget is free" : "no budget will come");
    }
    if (!hopeless) {
      // Also where it does not fit yet: those behind it must not take what it waits for.
      needs.forEach((meter, amount) -> promised.merge(meter, amount, Long::sum));
    }
  }

  private static List<Run> waiting(GateState state, RunKey root) {
    return state.indexes().waitingForBudgetOf(root).stream()
        .map(state::run)
        .filter(run -> run != null && isWaiting(run))
        .sorted(
            Comparator.comparingLong((Run run) -> run.phase().sinceMs()).thenComparing(Run::key))
        .toList();
  }

  private static boolean isWaiting(Run run) {
    return run.phase() instanceof Phase.Waiting waiting && waiting.on() instanceof Wait.Budget;
  }

  /**
   * What counts of what a record charges: a sound worker charges no more than its slice, of
   * another's charge the slice alone counts.
   */
  static Map<String, Long> counted(Turn turn, Run run, Map<String, Long> all) {
    var charged = TreeMeters.counted(turn, run, all);
    var tree = charged.isEmpty() ? null : turn.state().trees().get(run.root());
    if (tree == null || !tree.hasBudget()) {
      return charged;
    }
    var left = run.allowance().left(turn.state().journalOf(run.key()).charged());
    var counted = new HashMap<String, Long>();
    charged.forEach(
        (meter, amount) ->
            counted.put(
                meter,
                tree.ceilings().containsKey(meter)
                    ? Math.clamp(amount, 0, Math.max(0, left.getOrDefault(meter, 0L)))
                    : amount));
    if (!counted.equals(charged)) {
      turn.decide(
          DecisionKind.ALARM,
          run,
          "charged " + new TreeMap<>(charged) + " of a slice of " + new TreeMap<>(left));
    }
    return counted;
  }
}
