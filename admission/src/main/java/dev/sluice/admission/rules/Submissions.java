package dev.sluice.admission.rules;

import static dev.sluice.admission.port.GateEffect.DecisionKind;

import dev.sluice.admission.port.GateEffect;
import dev.sluice.admission.port.GateEvent;
import dev.sluice.admission.port.RecentIds;
import dev.sluice.admission.run.Failure;
import dev.sluice.admission.run.Kin;
import dev.sluice.admission.run.Origin;
import dev.sluice.admission.run.Outcome;
import dev.sluice.admission.run.Run;
import dev.sluice.admission.run.RunKey;
import dev.sluice.admission.run.RunSpec;
import dev.sluice.admission.settings.SubmissionRules;
import dev.sluice.admission.tree.Tree;
import dev.sluice.contract.BodyHashes;
import dev.sluice.contract.Labels;
import java.util.Map;
import java.util.Optional;

/** Accepts submissions, refuses them, or recognises duplicates. */
public final class Submissions {
  private Submissions() {}

  public static void submitted(Turn turn, GateEvent.Submitted event) {
    if (isDuplicate(turn, event.run(), event.spec())) {
      return;
    }
    var problem = SubmissionRules.problem(event.spec());
    if (problem != null) {
      reject(
          turn,
          event.run(),
          event.spec(),
          Failure.of("InvalidSubmission", problem),
          event.origin());
      return;
    }
    var full = Quotas.problem(turn.state(), turn.settings(), event.run().tenant());
    if (full != null) {
      rejectForNow(turn, event, full);
      return;
    }
    accept(turn, event);
  }

  private static void accept(Turn turn, GateEvent.Submitted event) {
    var spec = event.spec().orHeldFor(turn.settings().defaultMaxDurationMs());
    var phase = PoolRules.first(turn, spec);
    var kin = Kin.root(event.run().id(), event.origin());
    var run = Run.accepted(event.run(), spec, kin, event.origin(), phase);
    if (!spec.budget().isEmpty()) {
      turn.state().put(Tree.of(event.run(), spec));
    }
    turn.state().put(run);
    turn.add(new GateEffect.AppendInput(run.key(), event.origin()));
    turn.decide(DecisionKind.ACCEPT, run, PoolRules.said(phase));
    if (!EarlyCommands.await(turn, run.key()) && run.isQueued()) {
      offerInline(turn, run);
    }
  }

  /**
   * A run may be dispatched with its submission inline only now, while the shell has it at hand.
   */
  private static void offerInline(Turn turn, Run run) {
    turn.state().indexes().offer(run);
    turn.then(Scheduler::dispatch);
    turn.then(then -> then.state().indexes().withdraw(run));
  }

  public static void refused(Turn turn, GateEvent.Refused event) {
    var spec = RunSpec.of(event.agent());
    if (!isDuplicate(turn, event.run(), spec)) {
      var failure = Failure.of("InvalidSubmission", event.reason());
      reject(turn, event.run(), spec, failure, event.origin());
    }
  }

  private static boolean isDuplicate(Turn turn, RunKey run, RunSpec spec) {
    var live = turn.state().run(run);
    var recent =
        live == null
            ? turn.recall(Transitions.recentId(run))
            : Optional.of(new RecentIds.Known(0, live.spec().bodyHash()));
    if (recent.isPresent()) {
      boolean isConflict = spec.isOfAnotherBody(recent.get().bodyHash());
      turn.decide(
          DecisionKind.DUPLICATE,
          run,
          0,
          isConflict ? BodyHashes.OTHER_BODY : "the run id is known");
    }
    return recent.isPresent();
  }

  private static void reject(Turn turn, RunKey run, RunSpec spec, Failure failure, Origin origin) {
    turn.remember(Transitions.recentId(run), new RecentIds.Known(0, spec.bodyHash()));
    complete(turn, run, spec, failure, origin);
  }

  /** What is refused for want of room leaves no id behind, so that it may come again. */
  private static void rejectForNow(Turn turn, GateEvent.Submitted event, String full) {
    var failure = Failure.of(Failure.QUEUE_FULL, full);
    complete(turn, event.run(), event.spec(), failure, event.origin());
  }

  private static void complete(
      Turn turn, RunKey run, RunSpec spec, Failure failure, Origin origin) {
    turn.add(
        new GateEffect.Complete(
            run,
            Kin.root(run.id(), origin),
            spec.agent(),
            Labels.problem(spec.labels()).isEmpty() ? spec.labels() : Map.of(),
            Outcome.REJECTED,
            failure,
            false,
            origin.appendMs(),
            null,
            turn.nowMs(),
            0,
            0,
            0,
            Map.of(),
            0,
            spec.traceparent()));
    turn.decide(DecisionKind.REJECT, run, 0, failure.message());
    EarlyCommands.refuse(turn, run, "the run was refused");
  }
}
