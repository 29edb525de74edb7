package dev.sluice.runner.execution;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.sdk.NonRetryableException;
import dev.sluice.sdk.RetryLaterException;
import dev.sluice.sdk.RetryPolicy;
import dev.sluice.sdk.StepOptions;
import dev.sluice.sdk.Tries;
import dev.sluice.v1.EndEntry;
import dev.sluice.v1.JournalRecord;
import dev.sluice.v1.Retry;
import dev.sluice.v1.RunStatus;
import dev.sluice.v1.Sleep;
import dev.sluice.v1.StepEntry;
import dev.sluice.v1.StopReason;
import dev.sluice.v1.Stopped;
import dev.sluice.v1.Until;
import dev.sluice.v1.YieldEntry;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class StoppingTest {
  private final List<String> executed = new ArrayList<>();
  private final AtomicReference<Execution> running = new AtomicReference<>();

  private Execution running() {
    return Objects.requireNonNull(running.get());
  }

  private Object execute(OneRunGate gate) {
    running.set(gate.begin());
    running().run();
    return gate.end();
  }

  private static YieldEntry stopped(StopReason reason) {
    return new YieldEntry(new Stopped(reason), Map.of());
  }

  @Test
  void cancelsARunningStepByAnInterrupt() throws InterruptedException {
    var inside = new CountDownLatch(1);
    var gate =
        new OneRunGate(
            TestAgent.of(
                run ->
                    run.step(
                        "long",
                        Integer.class,
                        () -> {
                          run.charge("calls", 1);
                          inside.countDown();
                          new CountDownLatch(1).await();
                          return 1;
                        })));
    var execution = gate.begin();
    var thread = Thread.ofVirtual().start(execution);
    inside.await();

    execution.stop(StopKind.CANCEL);

    await().atMost(Duration.ofSeconds(20)).until(() -> !thread.isAlive());
    assertThat(gate.end())
        .isEqualTo(new YieldEntry(new Stopped(StopReason.CANCEL), Map.of("calls", 1L)));
  }

  @Test
  void drainsInThePauseBetweenTwoTries() throws InterruptedException {
    var failed = new CountDownLatch(1);
    var hourly = new Tries(2, Duration.ofHours(1), Duration.ofHours(1));
    var gate =
        new OneRunGate(
            TestAgent.of(
                run ->
                    run.step(
                        "flaky",
                        Integer.class,
                        StepOptions.DEFAULT.trying(hourly),
                        () -> {
                          failed.countDown();
                          throw new IOException("try again");
                        })));
    var execution = gate.begin();
    var thread = Thread.ofVirtual().start(execution);
    failed.await();

    execution.stop(StopKind.DRAIN);

    await().atMost(Duration.ofSeconds(20)).until(() -> !thread.isAlive());
    assertThat(gate.end()).isEqualTo(stopped(StopReason.DRAIN));
  }

  @Test
  void anErrorInABodyTakesItsTimeOutAlong() {
    var gate =
        new OneRunGate(
            TestAgent.of(
                run -> {
                  try {
                    run.step(
                        "broken",
                        Integer.class,
                        StepOptions.DEFAULT.within(Duration.ofMillis(1)),
                        () -> {
                          awaitInterrupt();
                          throw new StackOverflowError();
                        });
                  } catch (StackOverflowError e) {
                    return Thread.currentThread().isInterrupted();
                  }
                  return null;
                }));

    assertThat(execute(gate))
        .isInstanceOfSatisfying(
            EndEntry.class,
            end -> assertThat(UTF_8.decode(end.getOutput()).toString()).isEqualTo("false"));
  }

  @Test
  void countsARunThatDoesNotStopAsStuckUntilItDoes() throws InterruptedException {
    var inside = new CountDownLatch(1);
    var release = new CountDownLatch(1);
    var gate =
        new OneRunGate(
            TestAgent.of(
                run ->
                    run.step(
                        "deaf",
                        Integer.class,
                        () -> {
                          inside.countDown();
                          awaitDeaf(release);
                          return 1;
                        })));
    var execution = gate.begin();
    var thread = Thread.ofVirtual().start(execution);
    inside.await();
    long now = System.nanoTime() / 1_000_000;
    assertThat(execution.thread().isBusyMsAfterStop(0, now + 20_000))
        .as("not told to stop")
        .isFalse();

    execution.stop(StopKind.CANCEL);

    assertThat(execution.thread().isBusyMsAfterStop(10_000, now + 20_000)).isTrue();
    assertThat(execution.thread().isBusyMsAfterStop(30_000, now + 20_000)).as("not yet").isFalse();
    execution.thread().reportStuck(execution.ref());
    release.countDown();
    thread.join();
    assertThat(execution.thread().isBusyMsAfterStop(10_000, now + 20_000))
        .as("it has ended")
        .isFalse();
  }

  private static void awaitDeaf(CountDownLatch release) {
    while (true) {
      try {
        release.await();
        return;
      } catch (InterruptedException e) {
        // as somebody's library would
      }
    }
  }

  private static void awaitInterrupt() {
    while (!Thread.currentThread().isInterrupted()) {
      Thread.onSpinWait();
    }
  }

  @Test
  void drainsAtTheNextCallAndNotInsideAStep() {
    var gate =
        new OneRunGate(
            TestAgent.of(
                run -> {
                  run.step(
                      "one",
                      Boolean.class,
                      () -> {
                        if (run.epoch() == 1) {
                          running().stop(StopKind.DRAIN);
                        }
                        return executed.add("one");
                      });
                  run.sleep(Duration.ofSeconds(1));
                  return 1;
                }));

    assertThat(execute(gate)).isEqualTo(stopped(StopReason.DRAIN));
    assertThat(execute(gate)).isEqualTo(new YieldEntry(new Sleep(1_000L), Map.of()));
  }

  @Test
  void drainsInsteadOfWaiting() {
    var gate =
        new OneRunGate(
            TestAgent.of(
                run -> {
                  running().stop(StopKind.DRAIN);
                  run.sleep(Duration.ofSeconds(1));
                  return 1;
                }));

    assertThat(execute(gate)).isEqualTo(stopped(StopReason.DRAIN));
    assertThat(gate.written()).hasSize(1);
  }

  @Test
  void keepsToTheWaitThatWasDecidedBeforeTheStop() {
    var gate =
        new OneRunGate(
            TestAgent.of(
                run -> {
                  try {
                    run.sleep(Duration.ofSeconds(1));
                  } finally {
                    running().stop(StopKind.DRAIN);
                  }
                  return 1;
                }));

    assertThat(execute(gate)).isEqualTo(new YieldEntry(new Sleep(1_000L), Map.of()));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void givesAwayARunWhoseStepIsOfUnknownOutcome(boolean written) {
    var gate =
        new OneRunGate(
            TestAgent.of(
                run -> {
                  run.step("one", Boolean.class, () -> executed.add("one"));
                  return run.step("two", Boolean.class, () -> executed.add("two"));
                }));
    gate.journal().loseAppend(1, written);

    assertThat(execute(gate)).isEqualTo(stopped(StopReason.LOST_JOURNAL));
    assertThat(gate.records())
        .filteredOn(record -> record.getEpoch() == 1)
        .extracting(JournalRecord::getSeq)
        .as("the lost position is not used again")
        .endsWith(3);
    assertThat(execute(gate)).isInstanceOf(EndEntry.class);
    assertThat(executed).hasSize(written ? 2 : 3);
  }

  @Test
  void repeatsALastRecordOfUnknownOutcomeAsAYieldBehindIt() {
    var gate =
        new OneRunGate(
            TestAgent.of(
                run -> {
                  run.sleep(Duration.ofSeconds(1));
                  return 1;
                }));
    gate.journal().loseAppend(0, false);

    assertThat(execute(gate)).isEqualTo(stopped(StopReason.LOST_JOURNAL));
    assertThat(execute(gate)).isEqualTo(new YieldEntry(new Sleep(1_000L), Map.of()));
  }

  @Test
  void givesItsSlotAwayForALongPauseWithoutAnAttempt() {
    var gate =
        new OneRunGate(
            TestAgent.of(
                run ->
                    run.step(
                        "model",
                        Integer.class,
                        () -> {
                          run.charge("calls", 1);
                          throw new RetryLaterException(Duration.ofMinutes(2), "429");
                        })));

    assertThat(execute(gate))
        .isEqualTo(new YieldEntry(new Until(120_000L, "429"), Map.of("calls", 1L)));
  }

  @Test
  void saysTheAgentsOwnRetryPolicyWithAFailedAttempt() {
    var policy = new RetryPolicy(7, Duration.ofSeconds(2), Duration.ofSeconds(9));
    var gate =
        new OneRunGate(
            new TestAgent(
                "agent",
                "1",
                policy,
                (run, input) -> {
                  throw new IllegalStateException("broken");
                }));

    var wait = (Retry) ((YieldEntry) execute(gate)).getWait();

    assertThat(wait.getPolicy()).isEqualTo(new dev.sluice.v1.RetryPolicy(7, 2_000L, 9_000L));
    assertThat(wait.getError().getType()).isEqualTo("IllegalStateException");
  }

  @Test
  void triesAgainAnAgentThatFailsToJudgeItsFailure() {
    var agent =
        new dev.sluice.sdk.Agent<Object, Object>() {
          @Override
          public String name() {
            return "agent";
          }

          @Override
          public Object run(dev.sluice.sdk.RunContext run, Object input) {
            throw new IllegalStateException("broken");
          }

          @Override
          public boolean retries(Exception failure) {
            throw new AssertionError("this too");
          }
        };

    var wait = (Retry) ((YieldEntry) execute(new OneRunGate(agent))).getWait();

    assertThat(wait.getError().getMessage()).isEqualTo("broken");
  }

  @Test
  void failsWhatCannotBeRetried() {
    var gate =
        new OneRunGate(
            TestAgent.of(
                run ->
                    run.step(
                        "one",
                        Integer.class,
                        () -> {
                          throw new NonRetryableException("no such page");
                        })));

    var end = (EndEntry) execute(gate);

    assertThat(end.getStatus()).isEqualTo(RunStatus.FAILED);
    assertThat(end.getError().getStep()).isEqualTo("one");
  }

  @Test
  void givesAStepOneIdempotencyKeyWhereverItIsAskedFor() {
    var gate =
        new OneRunGate(
            TestAgent.of(
                run -> {
                  run.step("one", Integer.class, () -> 1);
                  executed.add(run.idempotencyKey("two"));
                  run.step(
                      "two",
                      Integer.class,
                      () -> {
                        executed.add(run.idempotencyKey("two"));
                        if (run.epoch() == 1) {
                          throw new IllegalStateException("again");
                        }
                        return 1;
                      });
                  return 1;
                }));
    execute(gate);
    execute(gate);

    assertThat(executed).hasSize(4).containsOnly("t/run-1/2/two");
  }

  @Test
  void keepsTheKeyOfAStepBehindAFailureThatWasCaught() {
    var gate =
        new OneRunGate(
            TestAgent.of(
                run -> {
                  try {
                    run.step(
                        "one",
                        Integer.class,
                        () -> {
                          throw new IllegalStateException("caught");
                        });
                  } catch (dev.sluice.sdk.StepFailedException e) {
                    executed.add(run.idempotencyKey("two"));
                  }
                  run.step("two", Boolean.class, () -> executed.add(run.idempotencyKey("two")));
                  return 1;
                }));
    execute(gate);
    execute(gate);

    assertThat(executed).hasSize(3).containsOnly("t/run-1/2/two");
  }

  @Test
  void marksItsRecordsWithTheVersionThatWroteThem() {
    var gate =
        new OneRunGate(
            TestAgent.of(
                "2026-11", run -> run.step("one", Boolean.class, () -> executed.add("one"))));
    execute(gate);

    assertThat(gate.records())
        .filteredOn(record -> record.getEntry() instanceof StepEntry)
        .extracting(JournalRecord::getAgentVersion)
        .containsExactly("2026-11");
  }
}
