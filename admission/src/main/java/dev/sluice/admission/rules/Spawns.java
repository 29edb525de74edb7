package dev.sluice.admission.rules;

import static dev.sluice.admission.port.GateEffect.DecisionKind;

import dev.sluice.admission.journal.JournalEntry;
import dev.sluice.admission.port.GateEvent;
import dev.sluice.admission.run.ChildSpec;
import dev.sluice.admission.run.EndRequest;
import dev.sluice.admission.run.Origin;
import dev.sluice.admission.run.Phase;
import dev.sluice.admission.run.Run;
import dev.sluice.admission.run.RunKey;
import dev.sluice.admission.run.TreeLimits;
import dev.sluice.admission.run.Wait;
import dev.sluice.admission.settings.SubmissionRules;
import dev.sluice.admission.tree.Child;
import dev.sluice.contract.Bounds;
import java.util.Collection;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Accepts batches of children, as a whole or not at all, and notifies parents and children when
 * runs end.
 */
final class Spawns {
  private Spawns() {}

  // --- spawning

  /** A batch stands at the position {@code seq} of its parent's journal, taken or refused. */
  static void spawned(Turn turn, Run parent, GateEvent.Journaled event, JournalEntry.Spawn batch) {
    var problem = problem(turn, parent, batch);
    JournalReads.append(turn, parent, event, batch.children().size(), problem);
    if (problem != null) {
      turn.decide(DecisionKind.REFUSE, parent, "children refused: " + problem);
      return;
    }
    var tree = turn.state().treeOf(parent);
    turn.state().put(tree.plusDescendants(batch.children().size()));
    int index = 0;
    for (var child : batch.children()) {
      accept(turn, parent, child, new Run.InputAt(turn.cause().offset(), index), event.seq());
      index++;
    }
  }

  private static void accept(
      Turn turn, Run parent, ChildSpec child, Run.InputAt input, int spawnSeq) {
    var key = new RunKey(parent.key().tenant(), child.idBelow(parent.key().id()));
    var kin = parent.kin().child(parent.key().id(), child);
    var origin = new Origin(turn.nowMs(), turn.cause().partition(), turn.cause().offset());
    var spec =
        child
            .spec()
            .below(parent.spec(), limits(parent, child, kin.depth()))
            .orHeldFor(turn.settings().defaultMaxDurationMs());
    var run =
        Run.accepted(key, spec, kin, origin, PoolRules.first(turn, spec, parent)).withInput(input);
    turn.state().put(parent.key(), Child.live(child, spawnSeq));
    turn.state().put(run);
    var how = run.isQueued() ? "spawned" : "spawned; waits for its pool";
    turn.decide(DecisionKind.ACCEPT, run, how);
    EarlyCommands.await(turn, key);
  }

  /** A child's own bound on depth counts from the child; ours count from the root. */
  private static TreeLimits limits(Run parent, ChildSpec child, int depth) {
    var own = child.spec().limits();
    var maxDepth = own.maxDepth();
    var absolute =
        new TreeLimits(
            own.maxChildren(), maxDepth == null ? null : depth + maxDepth, own.maxDescendants());
    return absolute.and(parent.spec().limits());
  }

  /** Says which rule the batch breaks; null for none. */
  private static @Nullable String problem(Turn turn, Run parent, JournalEntry.Spawn batch) {
    int taken = turn.state().families().size(parent.key());
    int count = batch.children().size();
    var bounds = bounds(turn, parent);
    var tree = turn.state().trees().get(parent.root());
    int descendants = tree == null ? 0 : tree.descendants();
    if (count > Bounds.BATCH_CHILDREN) {
      return over("the most children of a batch", Bounds.BATCH_CHILDREN, count);
    }
    if (taken + count > bounds.children()) {
      return over("max_children", bounds.children(), taken + count);
    }
    if (parent.kin().depth() + 1 > bounds.depth()) {
      return over("max_depth", bounds.depth(), parent.kin().depth() + 1);
    }
    if (descendants + count > bounds.descendants()) {
      return over("max_descendants", bounds.descendants(), descendants + count);
    }
    int number = turn.state().journalOf(parent.key()).totals().spawned();
    for (var child : batch.children()) {
      number++;
      var problem = problem(parent, child, number);
      if (problem != null) {
        return problem;
      }
    }
    return count == 0 ? "a batch must have at least one child" : null;
  }

  private static String over(String bound, int most, int asked) {
    return bound + " is " + most + ", asked for " + asked;
  }

  private static @Nullable String problem(Run parent, ChildSpec child, int number) {
    if (child.number() != number) {
      return "the next child's number is " + number + ", got " + child.number();
    }
    int length = child.idBelow(parent.key().id()).length();
    if (length > Bounds.RUN_ID_CHARS) {
      return over("the most characters of a child's id", Bounds.RUN_ID_CHARS, length);
    }
    return SubmissionRules.problem(child.spec());
  }

  /** The bounds in force for what {@code run} spawns. */
  static TreeLimits.Bounds bounds(Turn turn, Run run) {
    return run.spec().limits().under(turn.state().tenants().limits(run.key().tenant()).bounds());
  }

  // --- ending

  /** A parent is told once: a child that is sent back later does not change what it was told. */
  static void tellParent(Turn turn, Run child, Transitions.End end) {
    var parentId = child.kin().parent();
    if (parentId != null) {
      var parent = new RunKey(child.key().tenant(), parentId);
      turn.then(parent, (then, run) -> childEnded(then, run, child.kin().number(), end));
    }
  }

  private static void childEnded(Turn turn, Run parent, int number, Transitions.End end) {
    var entry = turn.state().families().get(parent.key(), number);
    if (entry == null || !entry.isLive()) {
      return;
    }
    turn.state().put(parent.key(), entry.ended(end.outcome(), end.offset(), end.failure()));
    CombinedWaits.childEnded(turn, parent, number);
    if (parent.phase() instanceof Phase.Waiting waiting
        && waiting.on() instanceof Wait.Children awaited
        && !turn.state().families().anyLive(parent.key(), awaited.numbers())) {
      Transitions.queue(turn, parent, DecisionKind.QUEUE, "its children have ended");
    }
  }

  /** Children do not outlive their parent unless they were spawned detached. */
  static void cancel(Turn turn, RunKey parent, Collection<Child> children) {
    for (var child : children) {
      if (child.isLive() && !child.detached()) {
        turn.then(parent.child(child.number()), Spawns::cancel);
      }
    }
  }

  /** A parent's code wants children to end; those that have ended stay as they are. */
  static void cancelled(
      Turn turn, Run parent, GateEvent.Journaled event, JournalEntry.Cancel cancel) {
    JournalReads.append(turn, parent, event, 0, null);
    for (int number : new TreeSet<>(cancel.numbers())) {
      if (turn.state().families().get(parent.key(), number) != null) {
        turn.then(parent.key().child(number), Spawns::cancelAsked);
      }
    }
  }

  private static void cancelAsked(Turn turn, Run run) {
    if (run.request() == null && !run.isDead()) {
      turn.decide(DecisionKind.CANCEL, run, "its parent cancelled it");
      Transitions.ask(turn, run, EndRequest.PARENT_ASKED);
    }
  }

  private static void cancel(Turn turn, Run run) {
    if (run.request() == null && !run.isDead()) {
      Transitions.ask(turn, run, EndRequest.PARENT_ENDED);
    }
  }

  /** Waits for children that have not ended; numbers of refused batches name nobody. */
  static void await(Turn turn, Run parent, JournalEntry.ChildrenWait wait) {
    var live =
        wait.numbers().stream()
            .distinct()
            .filter(number -> turn.state().families().isLive(parent.key(), number))
            .toList();
    if (!live.isEmpty()) {
      Transitions.await(turn, parent, new Wait.Children(live), "waits for children");
    } else {
      Transitions.queue(turn, parent, DecisionKind.QUEUE, "its children have ended");
    }
  }
}
