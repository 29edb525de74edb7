package dev.sluice.runner.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.runner.identity.RunRef;
import dev.sluice.v1.AnswerKind;
import dev.sluice.v1.Dispatch;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A worker holds one run at most that may be what ends workers (rule 4). */
final class OneSuspectTest {
  private static final long BOUND_SECONDS = 20;

  private final CountDownLatch journaled = new CountDownLatch(1);
  private final CountDownLatch mayEnd = new CountDownLatch(1);
  private final TestAgent agent =
      TestAgent.of(
          run -> {
            run.step("one", Boolean.class, () -> true);
            journaled.countDown();
            return run.step(
                "two", Boolean.class, () -> mayEnd.await(BOUND_SECONDS, TimeUnit.SECONDS));
          });

  private final OneRunGate gate = new OneRunGate(agent);
  private final Slots slots = new Slots(3);
  private final Executions executions =
      new Executions(
          slots,
          OneRunGate.environment(Map.of("agent", agent), gate.journal(), OneRunGate.deadlines()),
          new Executions.Resorts(() -> {}, () -> {}));

  private Dispatch dispatch(int epoch, boolean suspect) {
    return Dispatch.newBuilder(gate.dispatch()).setEpoch(epoch).setSuspect(suspect).build();
  }

  @Test
  void returnsASecondSuspectAndTakesWhateverElseItHasASlotFor() {
    var first = dispatch(1, true);

    assertThat(executions.take(first)).isEqualTo(AnswerKind.CLAIM);
    assertThat(executions.take(dispatch(2, true))).isEqualTo(AnswerKind.RETURN_SUSPECT);
    assertThat(executions.take(dispatch(3, false))).isEqualTo(AnswerKind.CLAIM);
    assertThat(slots.free()).isEqualTo(1);

    executions.giveSlot(RunRef.of(first));
    assertThat(executions.take(dispatch(4, true))).isEqualTo(AnswerKind.CLAIM);
  }

  @Test
  void aSuspectForWhichThereIsNoSlotKeepsNoOtherAway() {
    for (int epoch = 1; epoch <= 3; epoch++) {
      assertThat(executions.take(dispatch(epoch, false))).isEqualTo(AnswerKind.CLAIM);
    }
    assertThat(executions.take(dispatch(4, true))).isEqualTo(AnswerKind.RETURN_NO_SLOT);

    executions.giveSlot(RunRef.of(dispatch(1, false)));
    assertThat(executions.take(dispatch(5, true))).isEqualTo(AnswerKind.CLAIM);
  }

  @Test
  void aRecordOfItsJournalClearsIt() throws InterruptedException {
    var first = dispatch(1, true);
    assertThat(executions.take(first)).isEqualTo(AnswerKind.CLAIM);

    executions.start(first);
    assertThat(journaled.await(BOUND_SECONDS, TimeUnit.SECONDS)).isTrue();

    assertThat(executions.take(dispatch(2, true))).isEqualTo(AnswerKind.CLAIM);
    mayEnd.countDown();
  }
}
