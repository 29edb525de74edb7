package dev.sluice.runner.execution;

import static dev.sluice.runner.execution.ParallelBed.begin;
import static dev.sluice.runner.execution.ParallelBed.ended;
import static dev.sluice.runner.execution.ParallelBed.journaled;
import static dev.sluice.runner.execution.ParallelBed.output;
import static dev.sluice.runner.execution.ParallelBed.yielded;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.sdk.AgentRef;
import dev.sluice.sdk.RetryLaterException;
import dev.sluice.sdk.RunContext;
import dev.sluice.sdk.StepFailedException;
import dev.sluice.sdk.StepOptions;
import dev.sluice.v1.BudgetWait;
import dev.sluice.v1.JournalRecord;
import dev.sluice.v1.RunStatus;
import dev.sluice.v1.StepEntry;
import dev.sluice.v1.StopReason;
import dev.sluice.v1.Stopped;
import dev.sluice.v1.Until;
import dev.sluice.v1.YieldEntry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of steps in progress when their epoch ends, and of what they may charge. */
@Timeout(60)
final class ParallelEndsTest {
  private final ParallelBed bed = new ParallelBed();
  private @Nullable OneRunGate behindB;

  private static OneRunGate gate(TestAgent.Body code) {
    return new OneRunGate(TestAgent.of(code));
  }

  private static StepOptions tokens(long most) {
    return StepOptions.DEFAULT.charging("tokens", most);
  }

  private OneRunGate two() {
    return gate(run -> run.awaitAll(List.of(bed.start(run, "a"), bed.start(run, "b"))));
  }

  // --- stops

  @Test
  void aCancelledRunInterruptsAllBodiesAndYieldsBehindThem() throws InterruptedException {
    var gate = two();
    var thread = begin(gate);
    bed.awaitExecuted("a", "b");

    gate.stop(StopKind.CANCEL);
    thread.join();

    assertThat(bed.interrupted).containsExactlyInAnyOrder("a", "b");
    assertThat(yielded(gate)).isEqualTo(stopped(StopReason.CANCEL));
  }

  @Test
  void theLastRecordIsWrittenWhenTheLastBodyHasStopped() throws InterruptedException {
    var deaf = new CountDownLatch(1);
    var gate =
        gate(
            run -> {
              run.stepAsync("deaf", () -> awaitDeaf(deaf));
              return run.await(bed.start(run, "b"));
            });
    var thread = begin(gate);
    bed.awaitExecuted("b");

    gate.stop(StopKind.CANCEL);
    Awaitility.await().until(() -> bed.interrupted.contains("b"));
    Awaitility.await().until(() -> thread.getState() == Thread.State.WAITING);
    assertThat(gate.written()).isEmpty();
    assertThat(gate.isExecutingBeside()).isTrue();
    deaf.countDown();
    thread.join();

    assertThat(gate.written()).containsExactly(stopped(StopReason.CANCEL));
  }

  private static void awaitDeaf(CountDownLatch latch) {
    boolean interrupted = false;
    while (true) {
      try {
        latch.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void aDrainLetsBodiesEndThatExecuteAndStartsNoMore() throws InterruptedException {
    var left = new AtomicBoolean();
    var gate =
        gate(
            run -> {
              var a = bed.start(run, "a");
              var b = bed.start(run, "b");
              try {
                return List.of(run.await(a), run.await(b));
              } finally {
                left.set(true);
              }
            });
    var thread = begin(gate);
    bed.awaitExecuted("a", "b");

    gate.stop(StopKind.DRAIN);
    bed.endAndAwait(gate, "a");
    Awaitility.await().until(() -> left.get());
    bed.end("b");
    thread.join();

    assertThat(bed.interrupted).isEmpty();
    assertThat(journaled(gate)).hasSize(2);
    gate.epoch();
    assertThat(output(gate)).isEqualTo("[\"of a\",\"of b\"]");
    assertThat(bed.executed).hasSize(2);
  }

  @ParameterizedTest
  @EnumSource(names = {"DRAIN", "CANCEL", "REVOKED"})
  void aStepOfTheCodeThatWaitedForARecordDoesNotBeginBehindAStop(StopKind kind)
      throws InterruptedException {
    var goOn = new CountDownLatch(1);
    var calls = new AtomicBoolean();
    var gate =
        gate(
            run -> {
              var a = bed.start(run, "a");
              awaitDeaf(goOn);
              calls.set(true);
              return run.step("s", String.class, () -> bed.execute(run, "s")) + run.await(a);
            });
    var thread = begin(gate);
    bed.awaitExecuted("a");
    var acknowledgement = gate.journal().hold();
    bed.endAndAwait(gate, "a");
    goOn.countDown();
    Awaitility.await().until(() -> calls.get() && thread.getState() == Thread.State.WAITING);

    gate.stop(kind);
    bed.end("s");
    acknowledgement.complete(null);
    thread.join();

    assertThat(bed.executed).containsExactly("a");
    assertThat(yielded(gate)).isEqualTo(stopped(kind.reason()));
  }

  @Test
  void aStepOfTheCodeThatWaitedForRoomDoesNotBeginInADrain() throws InterruptedException {
    var gate = besideAMaximum();
    var thread = begin(gate);
    bed.awaitExecuted("a");
    Awaitility.await().until(() -> thread.getState() == Thread.State.WAITING);

    gate.stop(StopKind.DRAIN);
    bed.end("a", "s");
    thread.join();

    assertThat(bed.executed).containsExactly("a");
    assertThat(yielded(gate)).isEqualTo(stopped(StopReason.DRAIN));
  }

  /** A step of the code has no room in the slice before another one has ended. */
  private OneRunGate besideAMaximum() {
    return gate(run -> {
          var a = bed.start(run, "a", tokens(60));
          bed.awaitExecuted("a");
          var s = run.step("s", String.class, tokens(60), () -> bed.execute(run, "s"));
          return run.await(a) + " " + s;
        })
        .budget("tokens", 1_000, 1_000, 100);
  }

  private static YieldEntry stopped(StopReason reason) {
    return new YieldEntry(new Stopped(reason), Map.of());
  }

  // --- the journal

  @Test
  void anAppendOfUnknownOutcomeVoidsAllBehindIt() throws InterruptedException {
    var gate =
        gate(
            run ->
                run.awaitAll(
                    List.of(bed.start(run, "a"), bed.start(run, "b"), bed.start(run, "c"))));
    var thread = begin(gate);
    bed.awaitExecuted("a", "b", "c");
    var acknowledgement = gate.journal().hold();
    bed.endAndAwait(gate, "a");
    bed.end("b");
    Awaitility.await().until(() -> bed.isOver("b"));
    assertThat(journaled(gate)).as("one at a time").containsExactly("1 a 1");

    acknowledgement.completeExceptionally(new KafkaException("who knows"));
    thread.join();

    assertThat(journaled(gate)).containsExactly("1 a 1");
    assertThat(bed.interrupted).containsExactly("c");
    assertThat(yielded(gate)).isEqualTo(stopped(StopReason.LOST_JOURNAL));
    assertThat(last(gate).getSeq()).as("that place is never used again").isEqualTo(2);
  }

  private static JournalRecord last(OneRunGate gate) {
    return gate.records().getLast();
  }

  @Test
  void anErrorInABodyLeavesTheAgentAndNamesTheStep() throws InterruptedException {
    var gate =
        gate(
            run -> {
              var b = bed.start(run, "b");
              var a =
                  run.stepAsync(
                      "a",
                      String.class,
                      () -> {
                        bed.awaitExecuted("b");
                        throw new StackOverflowError();
                      });
              try {
                run.await(a);
              } catch (StackOverflowError e) {
                return run.await(b);
              }
              return null;
            });
    var thread = begin(gate);
    bed.awaitExecuted("b");
    thread.join();

    assertThat(bed.interrupted).as("whatever the agent does with it").containsExactly("b");
    var error = ((dev.sluice.v1.Retry) yielded(gate).getWait()).getError();
    assertThat(error.getStep()).isEqualTo("a");
    assertThat(error.getType()).isEqualTo("StackOverflowError");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatAStepChargedIsRecordedThoughAStopCameBeforeItsRecord(boolean ofTheCode)
      throws InterruptedException {
    var gate =
        gate(run -> {
              var a = charging(run, "a", 10);
              if (ofTheCode) {
                bed.awaitExecuted("a");
                return run.step("b", String.class, tokens(40), () -> charged(run, "b", 20));
              }
              return run.awaitAll(List.of(a, charging(run, "b", 20)));
            })
            .budget("tokens", 1_000, 1_000, 100);
    var thread = begin(gate);
    bed.awaitExecuted("a", "b");
    var acknowledgement = gate.journal().hold();
    bed.endAndAwait(gate, "a");
    bed.endBehindARecord("b");

    gate.stop(StopKind.CANCEL);
    acknowledgement.complete(null);
    thread.join();

    assertThat(journaled(gate)).containsExactly("1 a 1");
    assertThat(yielded(gate).getCharged()).isEqualTo(Map.of("tokens", 20L));
  }

  @ParameterizedTest
  @ValueSource(strings = {"result", "failure", "of the code"})
  void whatAStepChargedIsRecordedThoughItsRecordCannotBeWritten(String kind)
      throws InterruptedException {
    var gate =
        gate(run -> {
              if (kind.equals("of the code")) {
                return run.step("a", String.class, tokens(40), () -> charged(run, "a", 10));
              }
              var a = charging(run, "a", 10);
              try {
                return run.await(a);
              } catch (StepFailedException e) {
                return run.step("next", String.class, () -> "");
              }
            })
            .budget("tokens", 1_000, 1_000, 100);
    gate.journal()
        .refuse(
            record ->
                record.getEntry() instanceof StepEntry ? new RecordTooLargeException() : null);
    if (kind.equals("failure")) {
      bed.fail("a");
    } else {
      bed.end("a");
    }
    begin(gate).join();

    assertThat(ended(gate).getStatus()).isEqualTo(RunStatus.DEAD);
    assertThat(ended(gate).getCharged()).isEqualTo(Map.of("tokens", 10L));
  }

  // --- what is refused

  private static void refused(RunContext run, String call) throws Exception {
    switch (call) {
      case "sleep" -> run.sleep(Duration.ofSeconds(1));
      case "awaitSignal" -> run.awaitSignal("go", String.class, Duration.ofDays(1));
      case "checkpoint" -> run.checkpoint("state");
      case "await of children" ->
          run.await(run.spawn(AgentRef.of("leaf", Integer.class, Integer.class), 1));
      case "charge outside of a step" -> run.charge("calls", 1);
      default -> {} // the agent returns
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sleep",
        "awaitSignal",
        "checkpoint",
        "await of children",
        "charge outside of a step",
        "the agent's return"
      })
  void isRefusedWhileAStepIsOpen(String call) throws InterruptedException {
    var gate =
        gate(
            run -> {
              var closed = bed.start(run, "closed");
              run.await(closed);
              bed.start(run, "open");
              bed.awaitExecuted("open");
              refused(run, call);
              return "";
            });
    bed.end("closed");
    begin(gate).join();

    assertThat(ended(gate).getStatus()).isEqualTo(RunStatus.FAILED);
    assertThat(ended(gate).getError().getMessage())
        .contains(call, "'open' of ParallelBed.java:")
        .doesNotContain("'closed'");
    assertThat(bed.interrupted).containsExactly("open");
  }

  @Test
  void aStepThatHasEndedIsOpenUntilTheAgentWasTold() throws InterruptedException {
    var gate =
        gate(
            run -> {
              bed.start(run, "a");
              run.await(bed.start(run, "b"));
              return "";
            });
    bed.end("a", "b");
    begin(gate).join();

    assertThat(ended(gate).getError().getMessage()).contains("'a' of");
  }

  @Test
  void aStepInsideABodyIsRefusedAndSoIsAForeignThread() throws InterruptedException {
    for (var inside : List.of("step", "stepAsync", "await", "foreign")) {
      var gate =
          gate(
              run -> {
                var other = run.stepAsync("other", Integer.class, () -> 1);
                var outer =
                    run.stepAsync(
                        "outer",
                        String.class,
                        () -> {
                          switch (inside) {
                            case "step" -> run.step("inner", String.class, () -> "");
                            case "stepAsync" -> run.stepAsync("inner", String.class, () -> "");
                            case "await" -> run.await(other);
                            default ->
                                CompletableFuture.runAsync(
                                        () -> run.step("inner", () -> {}),
                                        code -> Thread.ofVirtual().name("pool-7").start(code))
                                    .join();
                          }
                          return "";
                        });
                run.awaitAll(other, outer);
                return "";
              });
      begin(gate).join();
      assertThat(ended(gate).getStatus()).as(inside).isEqualTo(RunStatus.FAILED);
      assertThat(ended(gate).getError().getMessage())
          .contains(inside.equals("foreign") ? "thread 'pool-7'" : "inside step 'outer'");
    }
  }

  // --- mismatches

  @Test
  void anotherNameAtAPlaceOfTheCodeEndsTheRunAsDead() throws InterruptedException {
    assertThat(deadBehindB(run -> run.awaitAll(List.of(bed.start(run, "a"), bed.start(run, "x")))))
        .contains("position 2", "the journaled step 'b'", "found step 'x'");
  }

  @Test
  void nothingButAStepThatIsStartedMayFillAGap() throws InterruptedException {
    assertThat(deadBehindB(run -> run.step("a", String.class, () -> "")))
        .contains("position 1", "stepAsync", "step 'b' from behind it", "found step 'a'");
  }

  @Test
  void theEndOfTheAgentFillsNoGap() throws InterruptedException {
    assertThat(deadBehindB(run -> "")).contains("the end of the agent");
  }

  @Test
  void aStepThatIsMissingExecutesNothingBeforeTheCodeIsKnownToFit() throws InterruptedException {
    assertThat(
            deadBehindB(
                run -> {
                  var a = bed.start(run, "a");
                  assertThat(behindB().hasBegunBeside()).isFalse();
                  return run.awaitAll(List.of(a, bed.start(run, "x")));
                }))
        .contains("found step 'x'");

    assertThat(bed.executed).as("in the first epoch").containsExactlyInAnyOrder("a", "b");
    assertThat(journaled(behindB())).as("so the code of before goes on").containsExactly("1 b 2");
  }

  @Test
  void aStepThatIsMissingExecutesWhenTheAgentWaitsForIt() throws InterruptedException {
    var waited = new AtomicBoolean();
    assertThat(
            deadBehindB(
                run -> {
                  bed.end("a");
                  waited.set(run.await(bed.start(run, "a")).equals("of a"));
                  return "";
                }))
        .contains("the end of the agent");

    assertThat(waited).isTrue();
  }

  private OneRunGate behindB() {
    return java.util.Objects.requireNonNull(behindB);
  }

  /** Ends with only {@code b} of {@code a} and {@code b} journaled, and goes on with other code. */
  private String deadBehindB(TestAgent.Body then) throws InterruptedException {
    var first = new boolean[] {true};
    var gate =
        gate(
            run ->
                first[0]
                    ? run.awaitAll(List.of(bed.start(run, "a"), bed.start(run, "b")))
                    : then.run(run));
    behindB = gate;
    var thread = begin(gate);
    bed.awaitExecuted("a", "b");
    bed.endAndAwait(gate, "b");
    gate.stop(StopKind.CANCEL);
    thread.join();
    first[0] = false;
    gate.epoch();
    assertThat(ended(gate).getStatus()).isEqualTo(RunStatus.DEAD);
    return ended(gate).getError().getMessage();
  }

  @Test
  void stepsInProgressCountAgainstThePositionsOfARun() throws InterruptedException {
    var gate =
        gate(run -> {
              bed.start(run, "a");
              bed.start(run, "b");
              bed.start(run, "c");
              return "";
            })
            .maxSteps(2);
    begin(gate).join();

    assertThat(ended(gate).getError().getMessage()).contains("at most 2 positions");
    assertThat(bed.executed).doesNotContain("c");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 2})
  void aJournalWhosePlacesAreNotOneForEachRecordIsBroken(int place) throws InterruptedException {
    var gate = two();
    var thread = begin(gate);
    bed.awaitExecuted("a", "b");
    bed.endAndAwait(gate, "b");
    bed.endAndAwait(gate, "a");
    thread.join();
    gate.journal().replaceStep(record -> at(place, record));

    gate.epoch();

    assertThat(ended(gate).getStatus()).isEqualTo(RunStatus.DEAD);
    assertThat(ended(gate).getError().getType()).isEqualTo("JournalBroken");
    assertThat(bed.executed).hasSize(2);
  }

  private static JournalRecord at(int place, JournalRecord of) {
    return new JournalRecord(
        of.getTenant(),
        of.getRunId(),
        of.getEpoch(),
        of.getIncarnation(),
        of.getSeq(),
        of.getAgentVersion(),
        of.getEntry(),
        place);
  }

  // --- budgets

  @Test
  void stepsWhoseMaximaDoNotFitTogetherWaitForEachOther() throws InterruptedException {
    var gate =
        gate(run ->
                run.awaitAll(
                    List.of(bed.start(run, "a", tokens(60)), bed.start(run, "b", tokens(60)))))
            .budget("tokens", 1_000, 1_000, 100);
    var thread = begin(gate);
    Awaitility.await().until(() -> bed.executed.size() == 1);
    var first = bed.executed.getFirst();
    bed.end(first);
    bed.awaitExecuted("a", "b");
    bed.end("a", "b");
    thread.join();

    assertThat(ended(gate).getStatus()).isEqualTo(RunStatus.SUCCEEDED);
    assertThat(bed.executed).hasSize(2);
  }

  @Test
  void aStepThatDoesNotFitAtAllEndsTheEpochBehindTheOthers() throws InterruptedException {
    var gate =
        gate(run ->
                run.awaitAll(
                    List.of(bed.start(run, "a", tokens(60)), bed.start(run, "b", tokens(160)))))
            .budget("tokens", 1_000, 1_000, 100);
    var thread = begin(gate);
    bed.awaitExecuted("a");
    bed.endAndAwait(gate, "a");
    thread.join();

    assertThat(yielded(gate).getWait()).isEqualTo(new BudgetWait(Map.of("tokens", 160L)));
    assertThat(journaled(gate)).containsExactly("1 a 1");
    gate.budget("tokens", 1_000, 1_000, 160);
    bed.end("b");
    gate.epoch();
    assertThat(output(gate)).isEqualTo("[\"of a\",\"of b\"]");
    assertThat(bed.executed).containsExactly("a", "b");
  }

  @Test
  void aStepOfTheCodeFitsBesideTheMaximaOfTheOthers() throws InterruptedException {
    var gate = besideAMaximum();
    bed.end("s");
    var thread = begin(gate);
    bed.awaitExecuted("a");
    Awaitility.await().until(() -> thread.getState() == Thread.State.WAITING);
    assertThat(bed.executed).containsExactly("a");
    bed.end("a");
    thread.join();

    assertThat(output(gate)).isEqualTo("\"of a of s\"");
  }

  @Test
  void aBodyThatIsStoppedIsChargedAllThatItDeclared() throws InterruptedException {
    var gate =
        gate(run -> {
              var a = charging(run, "a", 10);
              var b = charging(run, "b", 20);
              return run.await(a) + run.await(b);
            })
            .budget("tokens", 1_000, 1_000, 100);
    var thread = begin(gate);
    bed.awaitExecuted("a", "b");
    bed.fail("a");
    thread.join();

    assertThat(bed.interrupted).containsExactly("b");
    assertThat(yielded(gate).getCharged())
        .as("10 by the one that failed, 40 by the one that was stopped at 20")
        .isEqualTo(Map.of("tokens", 50L));
  }

  private dev.sluice.sdk.ParallelSteps.StepHandle<String> charging(
      RunContext run, String name, long amount) {
    return run.stepAsync(name, String.class, tokens(40), () -> charged(run, name, amount));
  }

  private String charged(RunContext run, String name, long amount) throws Exception {
    run.charge("tokens", amount);
    return bed.execute(run, name);
  }

  @Test
  void eachRecordSaysWhatItsOwnBodyHasCharged() throws InterruptedException {
    var gate =
        gate(run -> run.awaitAll(List.of(charging(run, "a", 10), charging(run, "b", 20))))
            .budget("tokens", 1_000, 1_000, 100);
    var thread = begin(gate);
    bed.awaitExecuted("a", "b");
    bed.endAndAwait(gate, "b");
    bed.endAndAwait(gate, "a");
    thread.join();

    assertThat(
            ParallelBed.steps(gate).stream().map(one -> ((StepEntry) one.getEntry()).getCharged()))
        .containsExactly(Map.of("tokens", 20L), Map.of("tokens", 10L));
    assertThat(ended(gate).getCharged()).isEmpty();
  }

  @Test
  void whatIsLeftOfAnExhaustedBudgetIsSharedAndThenThrows() throws InterruptedException {
    var gate =
        gate(run -> {
              var a = charging(run, "a", 40);
              bed.awaitExecuted("a");
              var b = charging(run, "b", 0);
              run.await(a);
              return run.await(b);
            })
            .budget("tokens", 1_000, 60, 60)
            .exhausted();
    var thread = begin(gate);
    bed.awaitExecuted("a");
    bed.end("a");
    thread.join();

    assertThat(ended(gate).getStatus()).isEqualTo(RunStatus.BUDGET_EXHAUSTED);
    assertThat(bed.executed).containsExactly("a");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aLongWaitOfTheCodesOwnStepInterruptsNoneThatIsPaidFor(boolean limit)
      throws InterruptedException {
    var calls = new AtomicBoolean();
    var gate =
        gate(run -> {
              var a = bed.start(run, "a");
              bed.awaitExecuted("a");
              calls.set(true);
              var s =
                  run.step(
                      "s",
                      String.class,
                      tokens(limit ? 100 : 160),
                      () -> {
                        throw new RetryLaterException(Duration.ofMinutes(5), "429");
                      });
              return run.await(a) + s;
            })
            .budget("tokens", 1_000, 1_000, 100);
    var thread = begin(gate);
    bed.awaitExecuted("a");
    Awaitility.await().until(() -> calls.get() && thread.getState() == Thread.State.WAITING);
    bed.end("a");
    thread.join();

    assertThat(bed.interrupted).isEmpty();
    assertThat(journaled(gate)).containsExactly("1 a 1");
    assertThat(yielded(gate).getWait()).isInstanceOf(limit ? Until.class : BudgetWait.class);
  }

  @Test
  void aLongPauseForALimitEndsTheEpochWhenNothingElseExecutes() throws InterruptedException {
    var gate =
        gate(
            run -> {
              var limited =
                  run.stepAsync(
                      "limited",
                      String.class,
                      () -> {
                        throw new RetryLaterException(Duration.ofMinutes(5), "429");
                      });
              var a = bed.start(run, "a");
              return run.await(limited) + run.await(a);
            });
    var thread = begin(gate);
    bed.awaitExecuted("a");
    bed.endAndAwait(gate, "a");
    thread.join();

    assertThat(yielded(gate).getWait())
        .isEqualTo(new Until(Duration.ofMinutes(5).toMillis(), "429"));
  }

  /** Counted by name, the eighth would wait for more than 30 s, which ends the epoch. */
  @Test
  void eachOfSeveralStepsOfOneNameWaitsOutItsOwnLimit() {
    var gate =
        gate(
            run ->
                run.awaitAll(
                    IntStream.range(0, 8)
                        .mapToObj(i -> run.stepAsync("model", Integer.class, refusedOnce(i)))
                        .toList()));

    gate.epoch();

    assertThat(output(gate)).isEqualTo("[0,1,2,3,4,5,6,7]");
  }

  private static Callable<Integer> refusedOnce(int result) {
    var called = new AtomicBoolean();
    return () -> {
      if (called.compareAndSet(false, true)) {
        throw new RetryLaterException(Duration.ZERO, "429");
      }
      return result;
    };
  }
}
