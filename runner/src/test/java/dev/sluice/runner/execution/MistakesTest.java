package dev.sluice.runner.execution;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.sluice.sdk.StepOptions;
import dev.sluice.v1.EndEntry;
import dev.sluice.v1.RunStatus;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** The classic mistakes of an author are told at once, with what to do. */
final class MistakesTest {
  private static final long LONG_MS = 10_000;

  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private final Logger logger = (Logger) LoggerFactory.getLogger(LongCode.class);

  @BeforeEach
  void listen() {
    lines.start();
    logger.addAppender(lines);
  }

  @AfterEach
  void listenNoMore() {
    logger.detachAppender(lines);
  }

  private static EndEntry end(TestAgent.Body code) {
    return (EndEntry) new OneRunGate(TestAgent.of(code)).epoch();
  }

  @Test
  void aStepInsideAStepEndsTheRunAtOnceAndNamesBoth() {
    var tries = new int[1];

    var end =
        end(
            run -> {
              run.step(
                  "outer",
                  StepOptions.DEFAULT.trying(3),
                  () -> {
                    tries[0]++;
                    run.step("inner", Integer.class, () -> 1);
                  });
              return 1;
            });

    assertThat(end.getStatus()).isEqualTo(RunStatus.FAILED);
    assertThat(end.getError().getMessage()).contains("step 'inner'", "inside step 'outer'");
    assertThat(tries[0]).as("the next try would do the same").isEqualTo(1);
  }

  @Test
  void theContextRefusesAForeignThreadAndNamesIt() {
    var end =
        end(
            run ->
                CompletableFuture.supplyAsync(
                        () -> run.step("stray", Integer.class, () -> 1),
                        body -> Thread.ofVirtual().name("pool-7").start(body))
                    .join());

    assertThat(end.getStatus()).isEqualTo(RunStatus.FAILED);
    assertThat(end.getError().getMessage()).contains("step 'stray'", "thread 'pool-7'");
  }

  @Test
  void codeThatTakesLongBetweenStepsIsToldOnceForItsPlace() throws InterruptedException {
    var watch = new LongCode();
    for (int i = 0; i < 2; i++) {
      var here = new CountDownLatch(1);
      var goOn = new CountDownLatch(1);
      executed(
          watch,
          here,
          goOn,
          run -> {
            run.step("one", Integer.class, () -> 1);
            here.countDown();
            goOn.await();
            return 1;
          });
    }

    assertThat(lines.list).hasSize(1);
    assertThat(lines.list.getFirst().getFormattedMessage())
        .contains("Agent agent", "MistakesTest.java:", "run.sleep");
  }

  @Test
  void aStepMayTakeAsLongAsItDoes() throws InterruptedException {
    var here = new CountDownLatch(1);
    var goOn = new CountDownLatch(1);
    executed(
        new LongCode(),
        here,
        goOn,
        run -> {
          run.step(
              "one",
              () -> {
                here.countDown();
                goOn.await();
              });
          return 1;
        });

    assertThat(lines.list).isEmpty();
  }

  @Test
  void anAgentThatHasEndedWaitsForItsBodies() throws InterruptedException {
    var here = new CountDownLatch(1);
    var goOn = new CountDownLatch(1);
    executed(
        new LongCode(),
        here,
        goOn,
        run -> {
          run.stepAsync(
              "deaf",
              () -> {
                here.countDown();
                awaitDeaf(goOn);
              });
          here.await();
          throw new IllegalStateException("the agent is over");
        });

    assertThat(lines.list).isEmpty();
  }

  private static void awaitDeaf(CountDownLatch latch) {
    while (true) {
      try {
        latch.await();
        return;
      } catch (InterruptedException e) {
        // deaf
      }
    }
  }

  private static void executed(
      LongCode watch, CountDownLatch here, CountDownLatch goOn, TestAgent.Body code)
      throws InterruptedException {
    var execution = new OneRunGate(TestAgent.of(code)).begin();
    var thread = Thread.ofVirtual().start(execution);
    here.await();
    Awaitility.await().until(() -> thread.getState() == Thread.State.WAITING);
    long now = execution.environment().nowMs();
    watch.look(execution, now);
    watch.look(execution, now + LONG_MS);
    watch.look(execution, now + LONG_MS + 1);
    goOn.countDown();
    thread.join();
    watch.look(execution, now + 3 * LONG_MS);
  }
}
