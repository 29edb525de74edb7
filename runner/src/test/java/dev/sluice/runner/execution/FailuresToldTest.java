package dev.sluice.runner.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.sluice.runner.execution.TestAgent.Body;
import dev.sluice.sdk.NonRetryableException;
import dev.sluice.v1.EndEntry;
import dev.sluice.v1.Retry;
import dev.sluice.v1.RunError;
import dev.sluice.v1.YieldEntry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

/** What is left of an agent's failure for who has to find its cause. */
final class FailuresToldTest {
  private static RunError error(Body body) {
    var entry = new OneRunGate(TestAgent.of(body)).epoch();
    return entry instanceof YieldEntry yield && yield.getWait() instanceof Retry retry
        ? retry.getError()
        : Objects.requireNonNull(((EndEntry) entry).getError());
  }

  static Stream<Error> errors() {
    return Stream.of(
        new AssertionError("not so"),
        new StackOverflowError("too deep"),
        new NoClassDefFoundError("gone"),
        new Error("of its own"));
  }

  @ParameterizedTest
  @MethodSource("errors")
  void anErrorInAStepNamesTheStep(Error thrown) {
    var error =
        error(
            run ->
                run.step(
                    "one",
                    Integer.class,
                    () -> {
                      throw thrown;
                    }));

    assertThat(error.getStep()).isEqualTo("one");
    assertThat(error.getType()).isEqualTo(thrown.getClass().getSimpleName());
  }

  @Test
  void anErrorBehindAStepNamesNone() {
    var error =
        error(
            run -> {
              try {
                run.step(
                    "one",
                    Integer.class,
                    () -> {
                      throw new AssertionError("caught");
                    });
              } catch (AssertionError caught) {
                throw new AssertionError("another", caught);
              }
              return 1;
            });

    assertThat(error.getStep()).isNull();
  }

  /** Named as the protocol names a refusal. */
  private static final class BudgetExhausted extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  static Stream<Arguments> thrownAndTypes() {
    return Stream.of(
        arguments(new IllegalArgumentException("x"), "IllegalArgumentException"),
        arguments(new NonRetryableException("x"), "NonRetryableException"),
        arguments(new UncheckedIOException(new IOException("x")), "UncheckedIOException"),
        arguments(new RuntimeException("x") {}, "FailuresToldTest$1"),
        arguments(
            new BudgetExhausted(),
            "class dev.sluice.runner.execution.FailuresToldTest$BudgetExhausted"));
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("thrownAndTypes")
  void theTypeIsTheSimpleNameUnlessItSaysSomethingElse(RuntimeException thrown, String type) {
    assertThat(
            error(
                    run -> {
                      throw thrown;
                    })
                .getType())
        .isEqualTo(type);
    assertThat(
            error(
                    run ->
                        run.step(
                            "one",
                            Integer.class,
                            () -> {
                              throw thrown;
                            }))
                .getType())
        .isEqualTo(type);
  }

  @Test
  void theErrorRecordSaysByWhichLineOfTheAgent() {
    assertThat(error(run -> breaks()).getStackTrace())
        .startsWith("java.lang.IllegalArgumentException: it broke\n")
        .contains("FailuresToldTest.breaks(");
    assertThat(
            error(run -> run.step("one", Object.class, FailuresToldTest::breaks)).getStackTrace())
        .contains("Caused by: java.lang.IllegalArgumentException: it broke\n")
        .contains("FailuresToldTest.breaks(");
  }

  @Test
  void theLogTellsWhichRunFailedWhereAndByWhichLineOfTheAgent() {
    var lines = new ListAppender<ILoggingEvent>();
    lines.start();
    var logger = (Logger) LoggerFactory.getLogger(Execution.class);
    logger.addAppender(lines);
    try {
      // Of one sentence there is a line in ten seconds, and another test may just have had it.
      await()
          .atMost(Duration.ofSeconds(60))
          .until(
              () -> {
                error(run -> run.step("one", Object.class, FailuresToldTest::breaks));
                return lines.list.stream().anyMatch(FailuresToldTest::tellsAll);
              });
    } finally {
      logger.detachAppender(lines);
    }
  }

  private static Object breaks() {
    throw new IllegalArgumentException("it broke");
  }

  private static boolean tellsAll(ILoggingEvent line) {
    return Stream.of("run run-1 of t, step one, epoch 1", "it broke", "FailuresToldTest.breaks(")
        .allMatch(line.getFormattedMessage()::contains);
  }
}
