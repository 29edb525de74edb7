package dev.sluice.runner.execution;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.OFF;
import static java.lang.System.Logger.Level.WARNING;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.sluice.sdk.RunContext;
import java.time.Duration;
import java.util.List;
import java.util.ListResourceBundle;
import java.util.Locale;
import java.util.ResourceBundle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

final class RunLoggerTest {
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private final Logger logger = (Logger) LoggerFactory.getLogger(TestAgent.class);

  @BeforeEach
  void listen() {
    lines.start();
    logger.addAppender(lines);
  }

  @AfterEach
  void listenNoMore() {
    logger.detachAppender(lines);
  }

  private List<String> said() {
    return lines.list.stream()
        .map(line -> line.getFormattedMessage() + " " + line.getKeyValuePairs())
        .toList();
  }

  private static Object talkative(RunContext run) {
    run.logger().log(INFO, "begins");
    run.step(
        "one",
        () -> {
          run.logger().log(INFO, "in a step");
          Thread.ofVirtual().start(() -> run.logger().log(INFO, "in its thread")).join();
        });
    run.logger().log(INFO, "between");
    run.sleep(Duration.ofHours(1));
    run.logger().log(WARNING, "woken after {0} of {1}", 1, "two");
    return 1;
  }

  @Test
  void eachLineIsWrittenOnceWithTheRunThatItIsAbout() {
    var gate = new OneRunGate(TestAgent.of(RunLoggerTest::talkative));

    gate.epoch();
    gate.epoch();

    assertThat(said())
        .containsExactly(
            "begins [runId=\"run-1\", tenantId=\"t\", epoch=\"1\"]",
            "in a step [runId=\"run-1\", tenantId=\"t\", epoch=\"1\", step=\"one\"]",
            "in its thread [runId=\"run-1\", tenantId=\"t\", epoch=\"1\", step=\"one\"]",
            "between [runId=\"run-1\", tenantId=\"t\", epoch=\"1\"]",
            "woken after 1 of two [runId=\"run-1\", tenantId=\"t\", epoch=\"2\"]");
  }

  @Test
  void writesWhatTheJdksLoggersCan() {
    var bundle =
        new ListResourceBundle() {
          @Override
          protected Object[][] getContents() {
            return new Object[][] {{"greeting", "hallo {0}"}};
          }
        };
    var gate =
        new OneRunGate(
            TestAgent.of(
                run -> {
                  var log = run.logger();
                  log.log(INFO, (ResourceBundle) bundle, "greeting", "du");
                  log.log(INFO, () -> "of " + Locale.ROOT + "a supplier");
                  log.log(WARNING, "{0} stays", new IllegalStateException("the cause"));
                  log.log(INFO, (String) null);
                  log.log(OFF, "never");
                  return log.getName();
                }));

    gate.epoch();

    assertThat(lines.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .containsExactly("hallo du", "of a supplier", "{0} stays", "null");
    assertThat(lines.list.get(2).getThrowableProxy().getMessage()).isEqualTo("the cause");
  }
}
