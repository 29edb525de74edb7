package dev.sluice.runner.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.runner.identity.RunRef;
import dev.sluice.runner.lease.LeaseDeadlines;
import dev.sluice.sdk.RunContext;
import dev.sluice.sdk.StepOptions;
import dev.sluice.sdk.Tries;
import dev.sluice.v1.Dispatch;
import dev.sluice.v1.JournalRecord;
import dev.sluice.v1.StepEntry;
import dev.sluice.v1.StopReason;
import dev.sluice.v1.Stopped;
import dev.sluice.v1.YieldEntry;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a worker does with a body that goes on though it was told to stop (rule 2). */
@Timeout(60)
final class LingeringBodiesTest {
  private static final long AN_HOUR_MS = 3_600_000;
  private static final Duration BOUND = Duration.ofSeconds(20);

  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch letGo = new CountDownLatch(1);

  /** A body's, from when it does what may wait. */
  private final AtomicReference<@Nullable Thread> asks = new AtomicReference<>();

  private final TestAgent deaf =
      TestAgent.of(run -> run.step("deaf", Boolean.class, this::ignoreInterrupts));
  private final OneRunGate gate = new OneRunGate(deaf);
  private final Dispatch dispatch = gate.dispatch();
  private final AtomicLong nowMs = new AtomicLong(System.nanoTime() / 1_000_000);
  private final AtomicInteger halts = new AtomicInteger();
  private final AtomicInteger ends = new AtomicInteger();
  private final LeaseDeadlines deadlines = OneRunGate.deadlines();

  private boolean ignoreInterrupts() {
    begun.countDown();
    boolean interrupted = false;
    while (true) {
      try {
        letGo.await();
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
        return true;
      } catch (InterruptedException e) {
        interrupted = true; // deaf, but honest about it
      }
    }
  }

  @AfterEach
  void letGo() {
    letGo.countDown();
  }

  private Executions begin(Slots slots) throws InterruptedException {
    return begin(slots, deaf);
  }

  private Executions begin(Slots slots, TestAgent agent) throws InterruptedException {
    var environment =
        OneRunGate.environment(Map.of("agent", agent), gate.journal(), deadlines, nowMs::get);
    var executions =
        new Executions(
            slots,
            environment,
            new Executions.Resorts(halts::incrementAndGet, ends::incrementAndGet));
    executions.take(dispatch);
    executions.start(dispatch);
    begun.await();
    return executions;
  }

  private void pass(Executions executions, long ms) {
    nowMs.addAndGet(ms);
    executions.enforceDeadlines();
  }

  @Test
  void aRunIsNamedAsStoppingFromTheWordOfTheGateToItsEnd() throws Exception {
    var slots = new Slots(4);
    var executions = begin(slots);
    assertThat(executions.stopping()).isEmpty();

    executions.stop(RunRef.of(dispatch), StopKind.CANCEL);

    assertThat(executions.stopping()).hasSize(1);
    assertThat(executions.held()).hasSize(1);
    letGo.countDown();
    await().atMost(BOUND).until(() -> slots.free() == 4);
    assertThat(executions.stopping()).isEmpty();
  }

  @Test
  void aDrainIsNoWordOfTheGate() throws Exception {
    var executions = begin(new Slots(4));

    executions.stop(RunRef.of(dispatch), StopKind.DRAIN);

    assertThat(executions.stopping()).isEmpty();
  }

  @Test
  void aWorkerWithHalfOfItsSlotsTakenEndsItself() throws Exception {
    var slots = new Slots(2);
    var executions = begin(slots);
    executions.stop(RunRef.of(dispatch), StopKind.CANCEL);

    pass(executions, 44_000);
    assertThat(slots.free()).as("within the time").isEqualTo(1);
    pass(executions, 2_000);

    await().atMost(BOUND).until(() -> ends.get() == 1);
    assertThat(slots.isDraining()).as("it has taken nothing more").isTrue();
    assertThat(halts).as("the JVM goes on: no lease is over").hasValue(0);
  }

  @Test
  void aWorkerWithMoreRoomThanThatGoesOn() throws Exception {
    var slots = new Slots(3);
    var executions = begin(slots);
    executions.stop(RunRef.of(dispatch), StopKind.CANCEL);

    pass(executions, 600_000);

    assertThat(slots.isDraining()).isFalse();
    assertThat(halts).hasValue(0);
  }

  @Test
  void aLeaseThatMayBeOverEndsTheProcessAlsoOfACancelledRun() throws Exception {
    var executions = begin(new Slots(4));
    executions.stop(RunRef.of(dispatch), StopKind.CANCEL);

    pass(executions, 2 * AN_HOUR_MS);
    lookFor(executions, 1_000);
    assertThat(halts).as("within the second that it has to stop").hasValue(0);
    lookFor(executions, 200);

    assertThat(halts).hasPositiveValue();
  }

  @Test
  void aJvmThatIsNotHaltedIsToldOnceForEachRun() throws Exception {
    var executions = begin(new Slots(4));
    pass(executions, 2 * AN_HOUR_MS);

    lookFor(executions, 9_000);

    assertThat(halts).hasValue(1);
    assertThat(executions.active()).isEqualTo(1);
  }

  @Test
  void roomThatIsLostToRunsWithoutALeaseEndsTheWorker() throws Exception {
    var slots = new Slots(2);
    var executions = begin(slots);
    pass(executions, 2 * AN_HOUR_MS);
    lookFor(executions, 1_200);

    pass(executions, 46_000);

    await().atMost(BOUND).until(() -> ends.get() == 1);
  }

  @Test
  void whatACloseInterruptsYieldsWithTheChargesAndResultsThatItHas() throws Exception {
    var slots = new Slots(4);
    var resting =
        TestAgent.of(
            run -> {
              run.step("first", Boolean.class, () -> true);
              return run.step("rests", Boolean.class, this::rest);
            });
    var executions = begin(slots, resting);
    assertThat(executions.drain(0)).as("it rests").isFalse();

    executions.interrupt();

    assertThat(awaitEnds(executions).get(BOUND.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(slots.free()).as("it takes nothing more").isEqualTo(0);
    assertThat(gate.end()).isEqualTo(new YieldEntry(new Stopped(StopReason.DRAIN), Map.of()));
  }

  private static Future<Boolean> awaitEnds(Executions executions) {
    var waiting =
        new FutureTask<>(
            () -> {
              executions.awaitEnds();
              return executions.isGone();
            });
    Thread.ofVirtual().start(waiting);
    return waiting;
  }

  private boolean rest() throws InterruptedException {
    begun.countDown();
    letGo.await();
    return true;
  }

  @Test
  void aBodyThatReturnsThoughItIsInterruptedKeepsItsResult() throws Exception {
    var executions = begin(new Slots(4));
    executions.drain(0);

    executions.interrupt();
    letGo.countDown();

    assertThat(awaitEnds(executions).get(BOUND.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(gate.written().stream().filter(StepEntry.class::isInstance)).hasSize(1);
  }

  @Test
  void aCloseWaitsForADeafBodyNoLongerThanItsLease() throws Exception {
    var executions = begin(new Slots(4));
    executions.drain(0);
    executions.interrupt();
    var waiting = awaitEnds(executions);
    assertThat(waiting.isDone()).isFalse();

    pass(executions, 2 * AN_HOUR_MS);
    lookFor(executions, 1_200);

    assertThat(waiting.get(BOUND.toSeconds(), TimeUnit.SECONDS)).as("none executes").isFalse();
    assertThat(halts).hasValue(1);
  }

  /** A step beside it was not appended, or nobody knows: that is all the run is told. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aLeaseThatMayBeOverEndsTheProcessAlsoOfABodyBesideALostRecord(boolean unwritable)
      throws Exception {
    var told = new CountDownLatch(1);
    var beside =
        TestAgent.of(
            run -> {
              try {
                return run.awaitAll(
                    List.of(
                        run.stepAsync("deaf", Boolean.class, this::ignoreInterrupts),
                        run.stepAsync("lost", Boolean.class, this::awaitOther)));
              } finally {
                told.countDown();
              }
            });
    if (unwritable) {
      gate.journal().refuse(record -> isStep(record) ? new RecordTooLargeException() : null);
    } else {
      gate.journal().loseAppend(0, false);
    }
    var executions = begin(new Slots(4), beside);
    told.await();
    lookFor(executions, 9_000);
    assertThat(halts).as("its lease is its own").hasValue(0);

    pass(executions, 2 * AN_HOUR_MS);
    lookFor(executions, 1_200);

    assertThat(halts).hasPositiveValue();
  }

  private boolean awaitOther() throws InterruptedException {
    begun.await();
    return true;
  }

  private static boolean isStep(JournalRecord record) {
    return record.getEntry() instanceof StepEntry;
  }

  /** The broker is away, as above, and a body has charged something meanwhile. */
  @Test
  void aBodyThatWaitsForTheRecordOfAnotherExecutesNothing() throws Exception {
    haltsNothingBesideARecordOnItsWay(
        StepOptions.DEFAULT,
        run -> {
          begun.countDown();
          letGo.await();
          asks.set(Thread.currentThread());
          return run.budget().meters().isEmpty();
        });
  }

  @Test
  void aBodyThatIsStoppedBetweenTwoTriesExecutesNothing() throws Exception {
    var anHour = Duration.ofHours(1);
    haltsNothingBesideARecordOnItsWay(
        StepOptions.DEFAULT.trying(new Tries(2, anHour, anHour)),
        run -> {
          begun.countDown();
          letGo.await();
          asks.set(Thread.currentThread());
          throw new IOException("try again");
        });
  }

  private void haltsNothingBesideARecordOnItsWay(StepOptions options, Beside other)
      throws Exception {
    var slots = new Slots(4);
    var acknowledgement = gate.journal().hold();
    var executions =
        begin(
            slots,
            TestAgent.of(
                run ->
                    run.awaitAll(
                        List.of(
                            run.stepAsync("record", Boolean.class, this::awaitOther),
                            run.stepAsync(
                                "other", Boolean.class, options, () -> other.body(run))))));
    await().atMost(BOUND).until(() -> !gate.written().isEmpty());
    letGo.countDown();
    await().atMost(BOUND).until(() -> asks.get() != null);
    await().atMost(BOUND).until(() -> isParked(asks.get()));
    pass(executions, 2 * AN_HOUR_MS);
    await().atMost(BOUND).until(() -> isAtItsLock(asks.get()));

    lookFor(executions, 9_000);

    assertThat(halts).hasValue(0);
    acknowledgement.complete(null);
    await().atMost(BOUND).until(() -> slots.free() == 4);
  }

  private static boolean isParked(@Nullable Thread thread) {
    return thread != null
        && (isAtItsLock(thread) || thread.getState() == Thread.State.TIMED_WAITING);
  }

  private static boolean isAtItsLock(@Nullable Thread thread) {
    return thread != null && thread.getState() == Thread.State.WAITING;
  }

  /** What a step beside another does. */
  private interface Beside {
    boolean body(RunContext run) throws Exception;
  }

  /** As the timer does. */
  private void lookFor(Executions executions, long ms) {
    for (long passed = 0; passed < ms; passed += 100) {
      pass(executions, 100);
    }
  }

  /** Told to stop because Kafka is away, and then stopped as a process before it could. */
  @Test
  void aBodyThatWasFrozenWithItsProcessHasItsTimeToStopWhenThatGoesOn() throws Exception {
    var slots = new Slots(4);
    var executions = begin(slots);
    pass(executions, 2 * AN_HOUR_MS);

    for (int freeze = 0; freeze < 4; freeze++) {
      pass(executions, 60_000);
    }

    assertThat(halts).hasValue(0);
    letGo.countDown();
    await().atMost(BOUND).until(() -> slots.free() == 4);
    assertThat(gate.written()).hasSize(1);
  }

  /** The broker is away: neither heartbeats nor the record of a step are acknowledged. */
  @Test
  void whatWaitsForItsRecordToBeTakenExecutesNothingThatWouldHaveToStop() throws Exception {
    var slots = new Slots(4);
    var acknowledgement = gate.journal().hold();
    var executions = begin(slots);
    letGo.countDown();
    await().atMost(BOUND).until(() -> !gate.written().isEmpty());
    pass(executions, 2 * AN_HOUR_MS);

    lookFor(executions, 9_000);

    assertThat(halts).hasValue(0);
    acknowledgement.complete(null);
    await().atMost(BOUND).until(() -> slots.free() == 4);
    assertThat(gate.end()).isEqualTo(new YieldEntry(new Stopped(StopReason.DEADLINE), Map.of()));
  }
}
