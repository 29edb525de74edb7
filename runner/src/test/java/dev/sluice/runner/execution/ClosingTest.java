package dev.sluice.runner.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.runner.identity.RunRef;
import dev.sluice.sdk.RetryLaterException;
import dev.sluice.v1.Dispatch;
import dev.sluice.v1.StepEntry;
import dev.sluice.v1.StopReason;
import dev.sluice.v1.Stopped;
import dev.sluice.v1.YieldEntry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a worker that closes in a process that goes on does with its runs. */
@Timeout(60)
final class ClosingTest {
  private static final long AN_HOUR_MS = 3_600_000;
  private static final Duration BOUND = Duration.ofSeconds(20);

  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch letGo = new CountDownLatch(1);
  private final AtomicReference<Callable<Boolean>> body =
      new AtomicReference<>(this::ignoreInterrupts);
  private final TestAgent agent =
      TestAgent.of(run -> run.step("body", Boolean.class, () -> body.get().call()));
  private final OneRunGate gate = new OneRunGate(agent);
  private final Dispatch dispatch = gate.dispatch();
  private final AtomicLong nowMs = new AtomicLong(System.nanoTime() / 1_000_000);
  private final AtomicInteger halts = new AtomicInteger();

  private boolean ignoreInterrupts() {
    begun.countDown();
    while (true) {
      try {
        letGo.await();
        return true;
      } catch (InterruptedException e) {
        // deaf
      }
    }
  }

  /** As much code does: the interrupt is a result like any other. */
  private boolean takeInterrupt() {
    begun.countDown();
    try {
      letGo.await();
      return true;
    } catch (InterruptedException e) {
      return false;
    }
  }

  private boolean leaveFlag() {
    begun.countDown();
    while (!Thread.currentThread().isInterrupted()) {
      Thread.onSpinWait();
    }
    return true;
  }

  @AfterEach
  void letGo() {
    letGo.countDown();
  }

  private Executions executions(TestAgent code) {
    var environment =
        OneRunGate.environment(
            Map.of("agent", code), gate.journal(), OneRunGate.deadlines(), nowMs::get);
    return new Executions(
        new Slots(4), environment, new Executions.Resorts(halts::incrementAndGet, () -> {}));
  }

  private Executions begin(TestAgent code) throws InterruptedException {
    var executions = executions(code);
    executions.take(dispatch);
    executions.start(dispatch);
    begun.await();
    return executions;
  }

  private Executions begin() throws InterruptedException {
    return begin(agent);
  }

  /** As a worker does that closes, up to where it waits. */
  private static Future<Boolean> close(Executions executions) throws InterruptedException {
    executions.drain(0);
    executions.interrupt();
    var waiting =
        new FutureTask<>(
            () -> {
              executions.awaitEnds();
              return executions.awaitGone(0);
            });
    Thread.ofVirtual().start(waiting);
    return waiting;
  }

  private static boolean isGone(Future<Boolean> closing) throws Exception {
    return closing.get(BOUND.toSeconds(), TimeUnit.SECONDS);
  }

  private void passUntilDone(Future<?> closing) {
    await()
        .atMost(BOUND)
        .until(
            () -> {
              nowMs.addAndGet(100);
              return closing.isDone();
            });
  }

  private static YieldEntry stopped(StopReason reason) {
    return new YieldEntry(new Stopped(reason), Map.of());
  }

  /** The gate has ended the run, so nobody else executes it. */
  @ParameterizedTest
  @ValueSource(strings = {"CANCEL", "TIMEOUT"})
  void aRunThatTheGateHasEndedAndThatLingersHaltsNothing(String kind) throws Exception {
    var executions = begin();
    executions.stop(RunRef.of(dispatch), StopKind.valueOf(kind));
    var closing = close(executions);
    nowMs.addAndGet(2 * AN_HOUR_MS);
    executions.enforceDeadlines();

    passUntilDone(closing);

    assertThat(isGone(closing)).as("its id may be given back").isFalse();
    for (int look = 0; look < 20; look++) {
      nowMs.addAndGet(100);
      executions.enforceDeadlines();
    }
    assertThat(halts).hasValue(0);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aBodyThatTakesTheInterruptOfACloseHasNoResult(boolean beside) throws Exception {
    var executions = begin(beside ? besideAgent(this::takeInterrupt) : stepAgent());

    assertThat(isGone(close(executions))).isTrue();

    await().atMost(BOUND).until(() -> executions.active() == 0);
    assertThat(gate.written()).noneMatch(StepEntry.class::isInstance);
    assertThat(gate.end()).isEqualTo(stopped(StopReason.DRAIN));
  }

  private TestAgent stepAgent() {
    body.set(this::takeInterrupt);
    return agent;
  }

  private static TestAgent besideAgent(Callable<Boolean> code) {
    return TestAgent.of(run -> run.awaitAll(List.of(run.stepAsync("body", Boolean.class, code))));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aBodyThatLeavesTheInterruptToOthersKeepsItsResult(boolean beside) throws Exception {
    body.set(this::leaveFlag);
    var executions = begin(beside ? besideAgent(this::leaveFlag) : agent);

    assertThat(isGone(close(executions))).isTrue();

    await().atMost(BOUND).until(() -> executions.active() == 0);
    assertThat(gate.written()).hasAtLeastOneElementOfType(StepEntry.class);
    assertThat(gate.end()).isEqualTo(stopped(StopReason.DRAIN));
  }

  @Test
  void anAgentThatTakesTheInterruptOfACloseBetweenStepsDoesNotEnd() throws Exception {
    var executions = begin(TestAgent.of(run -> takeInterrupt()));

    assertThat(isGone(close(executions))).isTrue();

    await().atMost(BOUND).until(() -> executions.active() == 0);
    assertThat(gate.end()).isEqualTo(stopped(StopReason.DRAIN));
  }

  @Test
  void aBodyThatTakesTheInterruptOfACloseForALimitLetsNobodyWaitForIt() throws Exception {
    body.set(
        () -> {
          if (!takeInterrupt()) {
            throw new RetryLaterException(Duration.ofHours(1), "the call failed");
          }
          return true;
        });
    var executions = begin();

    assertThat(isGone(close(executions))).isTrue();

    await().atMost(BOUND).until(() -> executions.active() == 0);
    assertThat(gate.end()).isEqualTo(stopped(StopReason.DRAIN));
  }

  @Test
  void aRecordOfUnknownOutcomeCountsAlsoInARunThatACloseHasStopped() throws Exception {
    body.set(this::leaveFlag);
    gate.journal().loseAppend(0, false);
    var executions = begin();

    close(executions);

    await().atMost(BOUND).until(() -> executions.active() == 0);
    assertThat(gate.end()).isEqualTo(stopped(StopReason.LOST_JOURNAL));
  }

  @Test
  void aRunThatOnlyWritesItsLastRecordExecutesNothing() throws Exception {
    body.set(
        () -> {
          begun.countDown();
          letGo.await();
          return true;
        });
    gate.journal().refuse(record -> new KafkaException("Kafka is away"));
    var executions = begin();
    var closing = close(executions);
    await().atMost(BOUND).until(executions::isGone);
    nowMs.addAndGet(2 * AN_HOUR_MS);

    assertThat(isGone(closing)).isTrue();

    assertThat(executions.active()).isEqualTo(1);
    assertThat(halts).hasValue(0);
    gate.journal().refuse(record -> null);
    await().atMost(BOUND).until(() -> executions.active() == 0);
  }

  @Test
  void aWorkerThatWasFrozenWhileItClosedDoesNotLeaveABodyBehind() throws Exception {
    var executions = begin();
    var closing = close(executions);

    nowMs.addAndGet(2 * AN_HOUR_MS);
    passUntilDone(closing);

    assertThat(halts).as("nobody else looks at the deadlines").hasValue(1);
    assertThat(isGone(closing)).isFalse();
  }

  /** Where the JVM is not halted, heartbeats must not keep the lease of such a run for ever. */
  @Test
  void aRunThatWasGivenUpIsNotHeldAndMayBeCancelled() throws Exception {
    var executions = begin();
    assertThat(executions.held()).hasSize(1);
    nowMs.addAndGet(2 * AN_HOUR_MS);
    await()
        .atMost(BOUND)
        .until(
            () -> {
              nowMs.addAndGet(100);
              executions.enforceDeadlines();
              return halts.get() == 1;
            });

    assertThat(executions.held()).isEmpty();
    assertThat(executions.stopping()).hasSize(1);
  }

  @Test
  void aClaimOnItsWayMayStillExecute() throws Exception {
    var executions = executions(agent);
    executions.take(dispatch);
    executions.drain(0);
    executions.interrupt();
    assertThat(executions.isGone()).isFalse();

    executions.giveSlot(RunRef.of(dispatch));

    assertThat(executions.isGone()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aThreadOfARunIsKnownAsOne(boolean beside) throws Exception {
    var executions = new AtomicReference<Executions>();
    var known = new AtomicReference<Boolean>();
    Callable<Boolean> asks =
        () -> {
          begun.countDown();
          letGo.await();
          known.set(executions.get().isExecutedBy(Thread.currentThread()));
          return true;
        };
    body.set(asks);
    executions.set(begin(beside ? besideAgent(asks) : agent));
    assertThat(executions.get().isExecutedBy(Thread.currentThread())).isFalse();

    letGo.countDown();

    await().atMost(BOUND).until(() -> executions.get().active() == 0);
    assertThat(known).hasValue(true);
  }
}
