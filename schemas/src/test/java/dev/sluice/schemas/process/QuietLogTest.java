package dev.sluice.schemas.process;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class QuietLogTest {
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private final Logger logger = new LoggerContext().getLogger("test");
  private final QuietLog log = new QuietLog(logger, () -> this.now, new Places());
  private long now = 77;

  QuietLogTest() {
    lines.start();
    logger.addAppender(lines);
  }

  @Test
  void writesOneLineOfAKindInTenSecondsAndThenHowManyWereNotShown() {
    for (int i = 0; i < 10_000; i++) {
      log.warn("Record {} is left out", i, failure("broken", i));
      log.warn("Something else");
    }
    pass(10);
    log.warn("Record {} is left out", "next");

    assertThat(shown()).hasSize(3);
    assertThat(shown().get(0)).startsWith("Record 0 is left out: IllegalStateException: broken 0");
    assertThat(shown().get(1)).isEqualTo("Something else");
    assertThat(shown().get(2)).isEqualTo("Record next is left out (9999 more not shown)");
  }

  @Test
  void tellsCountsThoughNothingHappensAgain() {
    log.warn("A record is left out");
    log.warn("A record is left out");
    log.tellCounts();
    pass(10);
    log.tellCounts();
    log.tellCounts();
    assertThat(shown())
        .containsExactly("A record is left out", "1 more not shown of: A record is left out");
  }

  @Test
  void writesTheStackTraceOfAPlaceOnce() {
    for (int i = 0; i < 5; i++) {
      log.error("It failed", failure("broken", i));
      pass(10);
    }
    log.error("It failed", new IllegalStateException("elsewhere"));

    assertThat(shown().get(0)).contains("\n    at ").contains("QuietLogTest.failure");
    assertThat(shown().subList(1, 5)).allSatisfy(line -> assertThat(line).doesNotContain("\n"));
    assertThat(shown().get(5)).contains("\n    at ");
  }

  @Test
  void writesBoundedLinesWhateverTheyAreToSay() {
    var huge = "x\n\u001b[2J".repeat(1_000_000);
    Throwable failure = deep(0);
    for (int i = 0; i < 50; i++) {
      failure = new IllegalStateException(huge, failure);
    }
    log.error("It failed for {} and {}", huge, null, failure);

    assertThat(shown()).hasSize(1);
    assertThat(shown().getFirst()).hasSizeLessThan(16_000).doesNotContain("\u001b");
    assertThat(shown().getFirst().lines().filter(line -> !line.startsWith("  "))).hasSize(1);
  }

  @Test
  void survivesFailuresThatCauseOneAnother() {
    var first = new IllegalStateException("first");
    first.initCause(new IllegalStateException("second", first));
    log.error("It failed", first);
    assertThat(shown().getFirst()).contains("first", "second");
  }

  private static Throwable failure(String what, int number) {
    return new IllegalStateException(what + " " + number);
  }

  private static Throwable deep(int depth) {
    return depth == 2_000 ? new StackOverflowError() : deep(depth + 1);
  }

  private void pass(int seconds) {
    now += TimeUnit.SECONDS.toNanos(seconds);
  }

  private List<String> shown() {
    return lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }
}
