package dev.sluice.verification;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.v1.DecisionKind;
import dev.sluice.v1.EndEntry;
import dev.sluice.v1.RunLimits;
import dev.sluice.v1.RunStatus;
import dev.sluice.v1.TenantLimits;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Trees, budgets, checkpoints and redrives: each kind of broken history is caught. */
final class TreeCheckerTest {
  private static final Map<String, Integer> PLANS = Map.of("free", 10);

  private final HandMadeHistory made = new HandMadeHistory();

  private void findsNothing() {
    assertThat(Checker.check(made.history(), PLANS).violations()).isEmpty();
  }

  private void finds(String invariant, String what) {
    assertThat(Checker.check(made.history(), PLANS).violations())
        .anySatisfy(
            violation -> {
              assertThat(violation.invariant()).isEqualTo(invariant);
              assertThat(violation.what()).contains(what);
            });
  }

  /** A root with a ceiling and two children; everything is as it must be. */
  private void tree(long ceiling) {
    made.submit("r", Map.of("calls", ceiling), null);
    made.start("r", 1);
    made.step("r", 1, 1, Map.of("calls", 2L));
    made.spawn("r", 1, 2, 2, null);
    made.waitsForChildren("r", 1, 3);
    for (var child : new String[] {"r~1", "r~2"}) {
      made.start(child, 1);
      made.step(child, 1, 1, Map.of("calls", 3L));
      made.end(child, 1, 2, RunStatus.SUCCEEDED, Map.of("calls", 1L));
      made.complete(child, 1, RunStatus.SUCCEEDED, 1, Map.of("calls", 4L), 0);
    }
    made.start("r", 2);
    made.end("r", 2, 3, RunStatus.SUCCEEDED, Map.of());
    made.complete("r", 2, RunStatus.SUCCEEDED, 1, Map.of("calls", 2L), 0);
  }

  @Test
  void findsNothingInARightTree() {
    tree(10);

    findsNothing();
    assertThat(Checker.charged(made.history(), new RunName("t", "r")))
        .isEqualTo(Map.of("calls", 10L));
  }

  @Test
  void findsATreeThatChargedMoreThanItsCeiling() {
    tree(9);

    finds("I6", "charged 10 calls over its ceiling of 9");
  }

  @Test
  void takesTheCeilingFromTheJournalWhereTheSubmissionIsGone() {
    tree(9);
    made.inputOf("r", Map.of("calls", 9L));
    made.history().submissions().clear();

    finds("I6", "over its ceiling of 9");
  }

  @Test
  void doesNotCountWhatAZombieCharged() {
    tree(10);
    made.zombieStep("r", 2, 3, Map.of("calls", 5L));

    findsNothing();
    assertThat(Checker.check(made.history(), PLANS).voidRecords()).isEqualTo(1);
  }

  @Test
  void findsACompletionThatTellsOtherCharges() {
    made.submit("r", Map.of(), null);
    made.start("r", 1);
    made.step("r", 1, 1, Map.of("calls", 2L));
    made.end("r", 1, 2, RunStatus.SUCCEEDED, Map.of("calls", 1L));
    made.complete("r", 1, RunStatus.SUCCEEDED, 1, Map.of("calls", 2L), 0);

    finds("I4", "charges");
  }

  @Test
  void countsOnlyStepsAsSteps() {
    made.submit("r", Map.of(), null);
    made.start("r", 1);
    made.version("r", 1, 1);
    made.step("r", 1, 2, Map.of());
    made.end("r", 1, 3, RunStatus.SUCCEEDED, Map.of());
    made.complete("r", 1, RunStatus.SUCCEEDED, 2, Map.of(), 0);

    finds("I4", "steps 2, its journal says 1");
  }

  @Test
  void findsAChildThatNeverEnded() {
    made.submit("r", Map.of(), null);
    made.start("r", 1);
    made.spawn("r", 1, 1, 1, null);
    made.end("r", 1, 2, RunStatus.SUCCEEDED, Map.of());
    made.complete("r", 1, RunStatus.SUCCEEDED, 0, Map.of(), 0);

    finds("I2", "r~1] has no completion");
  }

  @Test
  void findsABatchThatWasHalfTaken() {
    made.submit("r", Map.of(), null);
    made.start("r", 1);
    made.spawnTakenInPart("r", 1, 1, 3, 2);

    finds("I6", "of a batch of 3");
  }

  @Test
  void findsChildrenOfABatchThatWasRefused() {
    made.submit("r", Map.of(), null);
    made.start("r", 1);
    made.spawn("r", 1, 1, 1, null);
    made.refuseLastJournaled("r");

    finds("I6", "was refused and taken");
  }

  @Test
  void findsAChildThatNobodyAskedFor() {
    made.submit("r", Map.of(), null);
    made.accept("r~1", "r", "r", 1);

    finds("I4", "no record that counts asked for it");
  }

  @Test
  void findsAChildOfAVoidRecord() {
    made.submit("r", Map.of(), null);
    made.start("r", 1);
    made.fence("r", 2);
    made.spawn("r", 1, 1, 1, null);

    finds("I4", "no record that counts asked for it");
  }

  @Test
  void findsMoreChildrenThanTheTenantMayHave() {
    made.limit(TenantLimits.newBuilder().setTenant("t").setMaxChildren(1).build());
    tree(10);

    finds("I6", "max_children is 1, got 2");
  }

  @Test
  void takesTheLargestBoundThatWasInForceWhileTheTreeLived() {
    made.submit("r", Map.of(), null);
    made.start("r", 1);
    made.spawn("r", 1, 1, 2, null);
    made.limit(TenantLimits.newBuilder().setTenant("t").setMaxChildren(1).build());

    assertThat(Checker.check(made.history(), PLANS).violations())
        .extracting(Violation::invariant)
        .doesNotContain("I6");
  }

  @Test
  void findsMoreChildrenThanTheDefaultAllows() {
    made.submit("r", Map.of(), null);
    made.start("r", 1);
    made.spawn("r", 1, 1, 257, null);

    finds("I6", "max_children is 256, got 257");
  }

  @Test
  void findsMoreChildrenThanTheRunAllows() {
    made.submit("r", Map.of(), RunLimits.newBuilder().setMaxChildren(1).build());
    made.start("r", 1);
    made.spawn("r", 1, 1, 2, null);

    finds("I6", "max_children of r is 1, got 2");
  }

  @Test
  void findsGenerationsBelowAChildThatItMayNotHave() {
    made.submit("r", Map.of(), null);
    made.start("r", 1);
    made.spawn("r", 1, 1, 1, RunLimits.newBuilder().setMaxDepth(0).build());
    made.start("r~1", 1);
    made.spawn("r~1", 1, 1, 1, null);

    finds("I6", "max_depth of r~1 is 0, got 1");
  }

  @Test
  void findsATreeThatIsTooDeep() {
    made.limit(TenantLimits.newBuilder().setTenant("t").setMaxDepth(1).build());
    made.submit("r", Map.of(), null);
    made.start("r", 1);
    made.spawn("r", 1, 1, 1, null);
    made.start("r~1", 1);
    made.spawn("r~1", 1, 1, 1, null);

    finds("I6", "max_depth is 1, got 2");
  }

  @Test
  void findsMoreDescendantsThanTheRootMayHave() {
    made.submit("r", Map.of(), RunLimits.newBuilder().setMaxDescendants(2).build());
    made.start("r", 1);
    made.spawn("r", 1, 1, 2, null);
    made.start("r~1", 1);
    made.spawn("r~1", 1, 1, 1, null);

    finds("I6", "max_descendants of r is 2, got 3");
  }

  @Test
  void findsMoreDescendantsThanTheTenantMayHave() {
    made.limit(TenantLimits.newBuilder().setTenant("t").setMaxDescendants(2).build());
    made.submit("r", Map.of(), null);
    made.start("r", 1);
    made.spawn("r", 1, 1, 2, null);
    made.start("r~1", 1);
    made.spawn("r~1", 1, 1, 1, null);

    finds("I6", "max_descendants is 2, got 3");
  }

  @Test
  void findsAChildOfAnotherDepthThanItsPlace() {
    made.submit("r", Map.of(), null);
    made.start("r", 1);
    made.spawnTakenInPart("r", 1, 1, 1, 0);
    made.accept("r~1", "r", "r", 5);

    finds("I6", "another root or depth");
  }

  // --- redrives

  private void deadAndRedriven() {
    made.submit("r", Map.of(), null);
    made.start("r", 1);
    made.step("r", 1, 1, Map.of("calls", 1L));
    made.end("r", 1, 2, RunStatus.DEAD, Map.of());
    made.complete("r", 1, RunStatus.DEAD, 1, Map.of("calls", 1L), 0);
    made.decide(DecisionKind.REDRIVE, "r", 1);
    made.decide(DecisionKind.QUEUE, "r", 1);
  }

  @Test
  void findsNothingInARightRedrive() {
    deadAndRedriven();
    made.start("r", 2);
    made.step("r", 2, 2, Map.of("calls", 1L));
    made.end("r", 2, 3, RunStatus.SUCCEEDED, Map.of());
    made.complete("r", 2, RunStatus.SUCCEEDED, 2, Map.of("calls", 2L), 1);

    findsNothing();
  }

  @Test
  void findsNothingInARedriveThatIsCancelledBeforeItsNextEpoch() {
    deadAndRedriven();
    made.complete("r", 1, RunStatus.CANCELLED, 1, Map.of("calls", 1L), 1);

    findsNothing();
  }

  @Test
  void findsARedriveThatNeverEnded() {
    deadAndRedriven();

    finds("I2", "has no completion of redrive 1");
    assertThat(Checker.check(made.history(), PLANS).lost()).isEqualTo(1);
  }

  @Test
  void findsACompletionWithoutItsRedrive() {
    made.submit("r", Map.of(), null);
    made.complete("r", 0, RunStatus.DEAD, 0, Map.of(), 0);
    made.completion("r", 0, RunStatus.SUCCEEDED, 0, Map.of(), 1);

    finds("I2", "as of redrive 1, of 0");
    assertThat(Checker.check(made.history(), PLANS).completedTwice()).isEqualTo(1);
  }

  @Test
  void findsARedriveOfARunThatWasNotDead() {
    made.submit("r", Map.of(), null);
    made.complete("r", 0, RunStatus.CANCELLED, 0, Map.of(), 0);
    made.decide(DecisionKind.REDRIVE, "r", 0);
    made.complete("r", 0, RunStatus.CANCELLED, 0, Map.of(), 1);

    finds("I2", "though it ended as [CANCELLED]");
  }

  @Test
  void findsARedriveOfARunThatHadNotEnded() {
    made.submit("r", Map.of(), null);
    made.decide(DecisionKind.REDRIVE, "r", 0);

    finds("I2", "redriven before its end");
  }

  @Test
  void findsARunThatGoesOnAfterItsEnd() {
    made.submit("r", Map.of(), null);
    made.complete("r", 0, RunStatus.CANCELLED, 0, Map.of(), 0);
    made.decide(DecisionKind.DISPATCH, "r", 1);

    finds("I2", "goes on after its end: DISPATCH");
  }

  @Test
  void findsARunThatTheGateEndsTwice() {
    made.submit("r", Map.of(), null);
    made.complete("r", 0, RunStatus.CANCELLED, 0, Map.of(), 0);
    made.decide(DecisionKind.COMPLETE, "r", 0);

    finds("I2", "ends after its end");
  }

  // --- tombstones

  private void twoStepsAnd(boolean checkpoint) {
    made.submit("r", Map.of(), null);
    made.start("r", 1);
    made.step("r", 1, 1, Map.of());
    made.step("r", 1, 2, Map.of());
    if (checkpoint) {
      made.checkpoint("r", 1, 3);
    }
    made.wipe("r", 1, 1);
    made.end("r", 1, checkpoint ? 4 : 3, RunStatus.SUCCEEDED, Map.of());
    made.complete("r", 1, RunStatus.SUCCEEDED, 2, Map.of(), 0);
  }

  @Test
  void findsNothingInWhatACheckpointWiped() {
    twoStepsAnd(true);

    findsNothing();
  }

  @Test
  void findsARecordThatCountsAndIsWiped() {
    twoStepsAnd(false);

    finds("I3", "is needed and wiped");
  }

  @Test
  void findsNothingInTheJournalOfAnEndedRunThatIsWiped() {
    made.submit("r", Map.of(), null);
    made.start("r", 1);
    made.step("r", 1, 1, Map.of());
    made.end("r", 1, 2, RunStatus.SUCCEEDED, Map.of());
    made.complete("r", 1, RunStatus.SUCCEEDED, 1, Map.of(), 0);
    made.wipe("r", 1, 1);

    findsNothing();
  }

  @Test
  void findsTheInputOfALiveChildThatIsWiped() {
    made.submit("r", Map.of(), null);
    made.start("r", 1);
    made.spawn("r", 1, 1, 1, null);
    made.end("r", 1, 2, RunStatus.SUCCEEDED, Map.of());
    made.complete("r", 1, RunStatus.SUCCEEDED, 0, Map.of(), 0);
    made.wipe("r", 1, 1);
    made.complete("r~1", 0, RunStatus.CANCELLED, 0, Map.of(), 0);

    finds("I3", "is wiped before it ended");
  }

  @Test
  void findsTheInputOfALiveRunThatIsWiped() {
    made.submit("r", Map.of(), null);
    made.wipeInput("r");
    made.complete("r", 0, RunStatus.CANCELLED, 0, Map.of(), 0);

    finds("I3", "t/r/input is needed and wiped");
  }

  private void threeStepsOf(int first, int second, int third) {
    made.submit("r", Map.of(), null);
    made.start("r", 1);
    made.stepOf("r", 1, 1, first);
    made.stepOf("r", 1, 2, second);
    made.stepOf("r", 1, 3, third);
    made.end("r", 1, 4, RunStatus.SUCCEEDED, Map.of());
    made.complete("r", 1, RunStatus.SUCCEEDED, 3, Map.of(), 0);
  }

  @Test
  void findsNothingInStepsThatEndInAnotherOrderThanTheyStart() {
    threeStepsOf(3, 1, 2);

    findsNothing();
  }

  @Test
  void findsAStepThatIsJournaledTwiceThoughItsNumbersDiffer() {
    threeStepsOf(2, 1, 2);

    finds("I3", "counts twice");
  }

  @Test
  void doesNotCountARecordBehindAGap() {
    made.submit("r", Map.of(), null);
    made.start("r", 1);
    made.step("r", 1, 2, Map.of());
    made.complete("r", 1, RunStatus.CANCELLED, 0, Map.of(), 0);

    findsNothing();
    assertThat(Checker.check(made.history(), PLANS).voidRecords()).isEqualTo(1);
  }

  // --- open trees

  @Test
  void countsTheTreesThatAreOpenAtOnce() {
    made.submit("r", Map.of(), null);
    made.submit("s", Map.of(), null);
    made.start("r", 1);
    made.spawn("r", 1, 1, 1, null);
    made.complete("r", 1, RunStatus.SUCCEEDED, 0, Map.of(), 0);
    made.start("s", 1); // r~1 is not over yet
    made.complete("r~1", 0, RunStatus.SUCCEEDED, 0, Map.of(), 0);
    made.complete("s", 1, RunStatus.SUCCEEDED, 0, Map.of(), 0);

    assertThat(Checker.mostOpenTrees(made.history(), "t")).isEqualTo(2);
    assertThat(Checker.mostOpenTrees(made.history(), "other")).isZero();
  }

  @Test
  void countsTreesOneAfterTheOtherOnce() {
    tree(10);
    made.submit("s", Map.of(), null);
    made.start("s", 1);
    made.complete("s", 1, RunStatus.SUCCEEDED, 0, Map.of(), 0);

    assertThat(Checker.mostOpenTrees(made.history(), "t")).isEqualTo(1);
  }

  @Test
  void countsAnEndOnlyInItsOwnEpoch() {
    deadAndRedriven();
    made.start("r", 2);
    made.late("r", 1, 3, EndEntry.newBuilder().setStatus(RunStatus.SUCCEEDED).build());
    made.complete("r", 2, RunStatus.CANCELLED, 1, Map.of("calls", 1L), 1);

    findsNothing();
  }

  // --- what runs do to others of their trees

  /** A child runs; its parent writes more. */
  private void family() {
    made.submit("r", Map.of(), null);
    made.start("r", 1);
    made.spawn("r", 1, 1, 1, null);
    made.start("r~1", 1);
  }

  private void familyEnds(int seq) {
    made.end("r~1", 1, 1, RunStatus.SUCCEEDED, Map.of());
    made.complete("r~1", 1, RunStatus.SUCCEEDED, 0, Map.of(), 0);
    made.end("r", 1, seq, RunStatus.SUCCEEDED, Map.of());
    made.complete("r", 1, RunStatus.SUCCEEDED, 0, Map.of(), 0);
  }

  @Test
  void findsNothingWhereAChildIsCancelledAndSignalled() {
    family();
    made.sends("r", 1, 2, "r~1");
    made.received("r~1", 1, "r", 2);
    made.sends("r", 1, 3, "r~9");
    made.refuseLastJournaled("r");
    made.cancels("r", 1, 4, 1, 2);
    made.cancelled("r~1");
    familyEnds(5);

    findsNothing();
  }

  @Test
  void findsACancelThatNoRecordThatCountsAskedFor() {
    family();
    made.fence("r", 2);
    made.cancels("r", 1, 2, 1);
    made.cancelled("r~1");

    finds("I4", "r~1] was cancelled, no record that counts asked for it");
  }

  @Test
  void findsACancelledChildThatIsDispatched() {
    family();
    made.cancels("r", 1, 2, 1);
    made.cancelled("r~1");
    made.start("r~1", 2);

    finds("I4", "r~1] was dispatched though it was cancelled");
  }

  @Test
  void findsASignalThatNoRecordThatCountsSent() {
    family();
    made.fence("r", 2);
    made.sends("r", 1, 2, "r~1");
    made.received("r~1", 1, "r", 2);

    finds("I4", "received signal go of RunName[tenant=t, runId=r], no record that counts sent it");
  }

  @Test
  void findsASignalForAnother() {
    family();
    made.sends("r", 1, 2, "r~2");
    made.received("r~1", 1, "r", 2);

    finds("I4", "no record that counts sent it");
  }

  @Test
  void findsASignalThatWasDeliveredTwice() {
    family();
    made.sends("r", 1, 2, "r~1");
    made.received("r~1", 1, "r", 2);
    made.received("r~1", 2, "r", 2);

    finds("I4", "was delivered twice");
  }

  @Test
  void findsASignalOfWhichNothingBecame() {
    family();
    made.sends("r", 1, 2, "r~1");

    finds("I4", "was neither delivered nor refused");
  }

  @Test
  void findsASignalThatWasRefusedAndDelivered() {
    family();
    made.sends("r", 1, 2, "r~1");
    made.refuseLastJournaled("r");
    made.received("r~1", 1, "r", 2);

    finds("I4", "was refused and delivered");
  }
}
