package dev.sluice.admission.rules;

import static dev.sluice.admission.port.GateEffect.DecisionKind;

import dev.sluice.admission.port.GateEffect;
import dev.sluice.admission.port.RecentIds;
import dev.sluice.admission.run.EndRequest;
import dev.sluice.admission.run.Failure;
import dev.sluice.admission.run.Incarnation;
import dev.sluice.admission.run.Outcome;
import dev.sluice.admission.run.Phase;
import dev.sluice.admission.run.Run;
import dev.sluice.admission.run.RunKey;
import dev.sluice.admission.run.Tries;
import dev.sluice.admission.run.Wait;
import dev.sluice.admission.tree.Child;
import dev.sluice.admission.worker.Worker;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Transitions between phases that more than one kind of record can cause. */
public final class Transitions {
  private static final long FNV_OFFSET = 0xcbf2_9ce4_8422_2325L;
  private static final long FNV_PRIME = 0x100_0000_01b3L;

  private Transitions() {}

  /** Ends the epoch and queues the run, unless it is to end with its epoch. */
  static void queue(Turn turn, Run run, DecisionKind kind, String reason) {
    if (!endsWithEpoch(turn, run)) {
      var next = run.queued(turn.nowMs());
      turn.state().put(next);
      turn.decide(kind, next, reason);
      turn.settle(next.root());
    }
  }

  /** Gives what is free of a tree's budget to those of its runs that wait for it. */
  public static void settle(Turn turn, RunKey root) {
    Budgets.settle(turn, root);
  }

  /** Ends the epoch; the run holds no slot until {@code wait} is over (rule 8). */
  static void await(Turn turn, Run run, Wait wait, String reason) {
    if (!endsWithEpoch(turn, run)) {
      var next = run.waitingFor(wait, turn.nowMs());
      turn.state().put(next);
      turn.decide(DecisionKind.WAIT, next, reason);
      turn.settle(next.root());
    }
  }

  /** A run that was asked to end does so when its epoch is over. */
  private static boolean endsWithEpoch(Turn turn, Run run) {
    var request = run.request();
    if (request != null) {
      end(turn, run, request.outcome(), request.failure(), false);
      return true;
    }
    return false;
  }

  /** Names the holder of a dispatched run; from now on the run has started. */
  static Run start(Turn turn, Run run, Incarnation holder, long heartbeat) {
    if (turn.state().workers().get(holder) == null) { // the time to wait for it begins here
      turn.state().put(Worker.unheard(holder, turn.state().leaseTimeMs()));
    }
    var next = run.startedBy(holder, heartbeat, turn.nowMs());
    turn.state().put(next);
    turn.decide(DecisionKind.CLAIM, next, "claimed", holder);
    var request = next.request();
    if (request != null) {
      turn.control(holder, next, request);
    }
    return next;
  }

  /**
   * Ends a lease other than by its holder's own last record: the slot is free at once, the run goes
   * on only behind the fence (rule 5).
   */
  static void loseLease(Turn turn, Run run, String reason) {
    boolean wasHeld = run.phase() instanceof Phase.Running;
    endLease(turn, run, wasHeld ? Tries::lost : UnaryOperator.identity(), reason);
  }

  /** The same, because the worker has ended or cannot be heard. */
  static void loseWorker(Turn turn, Run run, String reason) {
    endLease(turn, run, Tries::lostWithWorker, reason);
  }

  private static void endLease(Turn turn, Run run, UnaryOperator<Tries> count, String reason) {
    var fenced = run.fenced(reason, turn.nowMs());
    var next = fenced.with(count.apply(fenced.tries()));
    turn.state().put(next);
    turn.add(new GateEffect.AppendFence(run.key(), run.epoch() + 1, reason));
    turn.decide(DecisionKind.RELEASE, next, reason);
  }

  /** Asks a run to end: what holds no lease ends at once, all else when its lease does (rule 2). */
  static void ask(Turn turn, Run run, EndRequest request) {
    switch (run.phase()) {
      case Phase.Queued queued -> end(turn, run, request.outcome(), request.failure(), false);
      case Phase.Waiting waiting -> end(turn, run, request.outcome(), request.failure(), false);
      case Phase.Dispatched dispatched -> turn.state().put(run.asked(request));
      case Phase.Lost lost -> {} // it ends as soon as it may
      case Phase.Fencing fencing -> turn.state().put(run.asked(request));
      case Phase.Running running -> {
        turn.state().put(run.asked(request));
        turn.control(running.holder(), run, request);
      }
      case Phase.Dead dead ->
          throw new IllegalStateException("nothing is asked of the dead " + run);
    }
  }

  /**
   * Ends a run: writes one completion, frees its slot, notifies its parent, and asks its children
   * to end. One that died is kept, to be sent back; the id of any other is taken for the duplicate
   * window.
   */
  public static void end(
      Turn turn, Run run, Outcome outcome, @Nullable Failure failure, boolean outputFromRecord) {
    complete(turn, run, outcome, failure, outputFromRecord);
    var children = turn.state().families().of(run.key());
    if (outcome == Outcome.DEAD && run.request() != EndRequest.BARRED) {
      bury(turn, run, failure == null ? Failure.of("Dead", "the run is dead") : failure);
    } else {
      remove(turn, run);
    }
    long endOffset = outputFromRecord ? turn.cause().offset() : Run.UNREAD;
    ended(turn, run, new End(outcome, failure, endOffset), children);
  }

  private static void remove(Turn turn, Run run) {
    turn.state().remove(run);
    turn.remember(recentId(run.key()), new RecentIds.Known(mark(run), run.spec().bodyHash()));
  }

  /** The end of a run, as reported to its parent. */
  record End(Outcome outcome, @Nullable Failure failure, long offset) {}

  /** Others of the tree are told in turns of their own. */
  private static void ended(Turn turn, Run run, End end, List<Child> children) {
    turn.decide(DecisionKind.COMPLETE, run, end.outcome().name());
    Spawns.tellParent(turn, run, end);
    Spawns.cancel(turn, run.key(), children);
    turn.settle(run.root());
  }

  private static void complete(
      Turn turn, Run run, Outcome outcome, @Nullable Failure failure, boolean outputFromRecord) {
    var totals = turn.state().journalOf(run.key()).totals();
    turn.add(
        new GateEffect.Complete(
            run.key(),
            run.kin(),
            run.spec().agent(),
            run.spec().labels(),
            outcome,
            failure,
            outputFromRecord,
            run.origin().appendMs(),
            run.hasStarted() ? run.tries().startedAtMs() : null,
            turn.nowMs(),
            run.epoch(),
            run.epoch() == 0 ? 0 : run.attempt(),
            totals.steps(),
            totals.charged(),
            run.tries().redrive(),
            run.spec().traceparent()));
  }

  private static void bury(Turn turn, Run run, Failure why) {
    turn.state().put(run.dead(holder(run), turn.nowMs(), turn.settings().deadKeptMs()));
    turn.add(
        new GateEffect.DeadLetterRun(
            run.key(), run.spec().agent(), why, run.epoch() == 0 ? 0 : run.attempt()));
  }

  static @Nullable Incarnation holder(Run run) {
    return switch (run.phase()) {
      case Phase.Running running -> running.holder();
      case Phase.Fencing fencing -> fencing.holder();
      case Phase.Queued queued -> null;
      case Phase.Dispatched dispatched -> null;
      case Phase.Waiting waiting -> null;
      case Phase.Dead dead -> null;
      case Phase.Lost lost -> null;
    };
  }

  /** The name under which an ended run is remembered. */
  public static String recentId(RunKey run) {
    return "run/" + run.tenant() + "/" + run.id();
  }

  /** Remembers who wrote a run's last epoch; 0 for nobody. */
  private static long mark(Run run) {
    var holder = holder(run);
    return holder == null ? 0 : mark(holder, run.epoch());
  }

  /** Tells writers apart by 64 bits: FNV-1a of the incarnation and the epoch; never 0. */
  static long mark(Incarnation writer, int epoch) {
    long mark = FNV_OFFSET;
    for (int i = 0; i < writer.value().length(); i++) {
      mark = (mark ^ writer.value().charAt(i)) * FNV_PRIME;
    }
    mark = (mark ^ epoch) * FNV_PRIME;
    return mark == 0 ? 1 : mark;
  }
}
