package dev.sluice.runner.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.schemas.wire.SerdeException;
import dev.sluice.v1.EndEntry;
import dev.sluice.v1.JournalRecord;
import dev.sluice.v1.RunStatus;
import dev.sluice.v1.StepEntry;
import dev.sluice.v1.StopReason;
import dev.sluice.v1.Stopped;
import dev.sluice.v1.YieldEntry;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every epoch ends with a record that can be written. */
@Timeout(60)
final class LastRecordTest {
  static List<RuntimeException> unwritable() {
    return List.of(
        new SerdeException(SerdeException.Kind.MALFORMED, "a field is null", null),
        new RecordTooLargeException("5 MB"),
        new NullPointerException("version"),
        new IllegalArgumentException("no such partition"));
  }

  private static boolean isEnd(JournalRecord record, RunStatus status) {
    return record.getEntry() instanceof EndEntry end && end.getStatus() == status;
  }

  @ParameterizedTest
  @MethodSource("unwritable")
  void anEndThatCannotBeWrittenIsReplacedByDeadWithTheReason(RuntimeException failure) {
    var gate = new OneRunGate(TestAgent.of(run -> run.step("one", Integer.class, () -> 1)));
    gate.journal().refuse(record -> isEnd(record, RunStatus.SUCCEEDED) ? failure : null);

    gate.epoch();

    var last = gate.records().getLast();
    var end = (EndEntry) last.getEntry();
    assertThat(end.getStatus()).isEqualTo(RunStatus.DEAD);
    assertThat(end.getError().getType()).isEqualTo(LastRecord.UNWRITABLE);
    assertThat(end.getError().getMessage()).contains(failure.getClass().getSimpleName());
    assertThat(last.getSeq()).as("an end leaves no gap").isEqualTo(2);
  }

  @Test
  void anEndIsWrittenWithoutItsChargesWhenTheyAreWhatCannotBeWritten() {
    var gate =
        new OneRunGate(
            TestAgent.of(
                run -> {
                  run.charge("calls", 7);
                  return 1;
                }));
    gate.journal()
        .refuse(
            record ->
                record.getEntry() instanceof EndEntry end && !end.getCharged().isEmpty()
                    ? new RecordTooLargeException("meters")
                    : null);

    assertThat(gate.epoch())
        .isInstanceOfSatisfying(
            EndEntry.class, end -> assertThat(end.getStatus()).isEqualTo(RunStatus.DEAD));
  }

  @Test
  void aStepThatCannotBeWrittenEndsTheRunInsteadOfBeingExecutedForEver() {
    var bodies = new AtomicInteger();
    var gate =
        new OneRunGate(
            TestAgent.of(
                run -> {
                  try {
                    return run.step("one", Integer.class, bodies::incrementAndGet);
                  } catch (Exception caught) {
                    return run.step("two", Integer.class, bodies::incrementAndGet);
                  }
                }));
    gate.journal()
        .refuse(
            record ->
                record.getEntry() instanceof StepEntry
                    ? new RecordTooLargeException("5 MB")
                    : null);

    assertThat(gate.epoch())
        .isInstanceOfSatisfying(
            EndEntry.class,
            end -> {
              assertThat(end.getStatus()).isEqualTo(RunStatus.DEAD);
              assertThat(end.getError().getType()).isEqualTo(LastRecord.UNWRITABLE);
            });
    assertThat(bodies).hasValue(1);
  }

  @Test
  void anErrorOnTheWayOutIsFollowedByAYieldUntilItIsAcknowledged() {
    var refused = new AtomicInteger();
    var gate = new OneRunGate(TestAgent.of(run -> run.step("one", Integer.class, () -> 1)));
    gate.journal()
        .refuse(
            record ->
                record.getEntry() instanceof StepEntry || refused.getAndIncrement() >= 2
                    ? null
                    : new IllegalStateException("closed"));

    assertThat(gate.epoch())
        .isEqualTo(new YieldEntry(new Stopped(StopReason.LOST_JOURNAL), Map.of()));
    assertThat(gate.records().getLast().getSeq()).as("behind what was given up").isEqualTo(4);
  }

  @Test
  void anAgentThatFailsWithAnErrorWhereverItIsAskedEndsItsEpoch() {
    var agent =
        new dev.sluice.sdk.Agent<Object, Object>() {
          @Override
          public String name() {
            return "agent";
          }

          @Override
          public Object run(dev.sluice.sdk.RunContext run, Object input) {
            throw new NoClassDefFoundError("gone");
          }

          @Override
          public boolean retries(Exception failure) {
            throw new StackOverflowError();
          }
        };

    assertThat(new OneRunGate(agent).epoch()).isInstanceOf(YieldEntry.class);
  }

  /** What an agent throws is its own code as well. */
  private static final class Mute extends RuntimeException {
    private static final long serialVersionUID = 1L;

    @Override
    public String getMessage() {
      throw new IllegalStateException("no words");
    }
  }

  @Test
  void anExceptionThatCannotSayWhatItIsFailsTheAttemptLikeAnyOther() {
    var gate =
        new OneRunGate(
            TestAgent.of(
                run -> {
                  throw new Mute();
                }));

    assertThat(gate.epoch())
        .isInstanceOfSatisfying(
            YieldEntry.class,
            yield ->
                assertThat(((dev.sluice.v1.Retry) yield.getWait()).getError().getType())
                    .isEqualTo("Mute"));
  }
}
