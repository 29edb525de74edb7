package dev.sluice.verification;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.schemas.wire.JournalKey;
import dev.sluice.v1.AnswerKind;
import dev.sluice.v1.Decision;
import dev.sluice.v1.DecisionKind;
import dev.sluice.v1.DispatchAnswer;
import dev.sluice.v1.EndEntry;
import dev.sluice.v1.JournalRecord;
import dev.sluice.v1.RunCompleted;
import dev.sluice.v1.RunError;
import dev.sluice.v1.RunStatus;
import dev.sluice.v1.StepEntry;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each kind of broken history is caught; a right one is not. */
final class CheckerTest {
  private static final Map<String, Integer> PLANS = Map.of("free", 1);
  private static final String WORKER = "w.1";

  private final History history = new History();
  private long offset;

  private Place at() {
    return new Place(0, offset++, 1_000 + offset);
  }

  private void sent(String run) {
    history.submissions().add(new History.Submission(new RunName("t", run), null, "runs", at()));
  }

  private void submitted(String run) {
    sent(run);
    decided(DecisionKind.ACCEPT, run, 0);
  }

  private void decided(DecisionKind kind, String run, int epoch) {
    decided(kind, run, epoch, "test");
  }

  private void decided(DecisionKind kind, String run, int epoch, String reason) {
    var decision =
        Decision.newBuilder()
            .setKind(kind)
            .setTenant("t")
            .setRunId(run)
            .setEpoch(epoch)
            .setReason(reason)
            .setAtMs(0)
            .setCauseTopic("runs")
            .setCausePartition(0)
            .setCauseOffset(0)
            .setIncarnation(WORKER)
            .build();
    history.decisions().add(new History.Decided(decision, at()));
  }

  private void started(String run) {
    decided(DecisionKind.DISPATCH, run, 1);
    decided(DecisionKind.CLAIM, run, 1);
    var claim = new DispatchAnswer("t", run, 1, AnswerKind.CLAIM, WORKER, 1L, "default", 0, 0L);
    history.answers().add(new History.Answer(claim, at()));
  }

  private void journaled(String run, String worker, int seq, Object entry) {
    var key = new JournalKey.Entry("t", run, 1, worker, seq);
    var record = new JournalRecord("t", run, 1, worker, seq, "", entry, null);
    history.journal().add(new History.Journaled(key, record, at()));
  }

  private static StepEntry step() {
    return StepEntry.newBuilder().setName("s").setStartedAtMs(0).setEndedAtMs(1).build();
  }

  private static EndEntry end() {
    return EndEntry.newBuilder().setStatus(RunStatus.SUCCEEDED).build();
  }

  private void completed(String run, int steps) {
    decided(DecisionKind.COMPLETE, run, 1);
    var completed =
        RunCompleted.newBuilder()
            .setRunId(run)
            .setTenant("t")
            .setAgent("a")
            .setStatus(RunStatus.SUCCEEDED)
            .setSubmittedAtMs(0)
            .setCompletedAtMs(1)
            .setEpochs(1)
            .setAttempts(1)
            .setSteps(steps)
            .build();
    history.completions().add(new History.Completion(completed, at()));
  }

  private void sealed(String run) {
    var completed =
        RunCompleted.newBuilder()
            .setRunId(run)
            .setTenant("t")
            .setAgent("a")
            .setStatus(RunStatus.DEAD)
            .setError(new RunError("GateFailure", "its record is too large", null, null))
            .setSubmittedAtMs(0)
            .setCompletedAtMs(1)
            .setEpochs(1)
            .setAttempts(1)
            .setSteps(0)
            .build();
    decided(DecisionKind.COMPLETE, run, 1);
    history.completions().add(new History.Completion(completed, at()));
  }

  private Report check() {
    return Checker.check(history, PLANS);
  }

  /** Its schema was not known then; later it can be read. */
  @Test
  void doesNotCountAsLostWhatBecameADeadLetter() {
    sent("before");
    sent("r");
    var place = history.submissions().getLast().at();
    history
        .decisions()
        .add(
            new History.Decided(
                Decision.newBuilder()
                    .setKind(DecisionKind.UNREADABLE)
                    .setTenant("")
                    .setReason("schema id 7 is unknown")
                    .setAtMs(0)
                    .setCauseTopic("runs")
                    .setCausePartition(place.partition())
                    .setCauseOffset(place.offset())
                    .build(),
                at()));

    assertThat(check().violations())
        .extracting(Violation::what)
        .containsExactly("RunName[tenant=t, runId=before] has no completion");
  }

  @Test
  void findsNothingInARightHistory() {
    submitted("r");
    started("r");
    journaled("r", WORKER, 1, step());
    journaled("r", WORKER, 2, end());
    completed("r", 1);

    assertThat(check().violations()).isEmpty();
    assertThat(check().startLatency().count()).isEqualTo(1);
  }

  @Test
  void findsALostRun() {
    submitted("r");

    assertThat(check().lost()).isEqualTo(1);
  }

  @Test
  void findsARunThatCompletedTwice() {
    submitted("r");
    completed("r", 0);
    completed("r", 0);

    assertThat(check().completedTwice()).isEqualTo(1);
  }

  private void refusedForNow(String run) {
    var completed =
        RunCompleted.newBuilder()
            .setRunId(run)
            .setTenant("t")
            .setAgent("a")
            .setStatus(RunStatus.REJECTED)
            .setSubmittedAtMs(0)
            .setCompletedAtMs(1)
            .setEpochs(0)
            .setAttempts(0)
            .setSteps(0)
            .setRetryable(true)
            .build();
    history.completions().add(new History.Completion(completed, at()));
  }

  @Test
  void aRefusalForWantOfRoomIsNoEnd() {
    sent("r");
    refusedForNow("r");
    sent("r");
    refusedForNow("r");
    submitted("r");
    started("r");
    journaled("r", WORKER, 1, end());
    completed("r", 0);
    sent("refused");
    refusedForNow("refused");

    assertThat(check().violations()).isEmpty();
  }

  @Test
  void findsAnAcceptedRunThatHasNothingButARefusal() {
    sent("r");
    refusedForNow("r");
    submitted("r");
    started("r");

    assertThat(check().lost()).isEqualTo(1);
  }

  @Test
  void findsARefusalThatNobodyAskedFor() {
    sent("r");
    refusedForNow("r");
    refusedForNow("r");

    assertThat(check().completedTwice()).isEqualTo(1);
  }

  @Test
  void findsALeaseOverTheCap() {
    submitted("r");
    submitted("s");
    started("r");
    started("s");
    completed("r", 0);
    completed("s", 0);

    assertThat(check().capExceeded()).isEqualTo(1);
  }

  @Test
  void findsAStepThatCountsTwice() {
    submitted("r");
    started("r");
    journaled("r", WORKER, 1, step());
    journaled("r", WORKER, 1, step());
    completed("r", 1);

    assertThat(check().stepsCountedTwice()).isEqualTo(1);
  }

  /** Nobody takes the gate's word for a failure that it has not told when it failed. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void takesTheEndOfASealedRunIfTheGateSaysWhy(boolean isTold) {
    submitted("r");
    started("r");
    journaled("r", WORKER, 1, end());
    if (isTold) {
      decided(DecisionKind.ALARM, "", 0, "the gate failed on this record: it is too large");
    }
    sealed("r");

    assertThat(check().violations())
        .extracting(Violation::invariant)
        .containsExactlyElementsOf(isTold ? List.of() : List.of("I4"));
  }

  @Test
  void findsACompletionThatAVoidRecordCaused() {
    submitted("r");
    started("r");
    journaled("r", "zombie.1", 1, step());
    journaled("r", WORKER, 1, end());
    completed("r", 1);

    assertThat(check().voidRecords()).isEqualTo(1);
    assertThat(check().violations()).extracting(Violation::invariant).containsExactly("I4");
  }
}
