package dev.sluice.runner.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.runner.identity.RunRef;
import dev.sluice.runner.pause.LimitPauses;
import dev.sluice.sdk.RetryLaterException;
import dev.sluice.v1.Until;
import dev.sluice.v1.YieldEntry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class LimitPausesTest {
  private static final long LONGEST = Duration.ofDays(366).toMillis();

  private final LimitPauses pauses = new LimitPauses();
  private final RunRef run = new RunRef("t", "r", 1);

  @Test
  void waitsASecondThatDoublesUpToAMinuteWhateverTheLimitSaysBelowIt() {
    var waited = new ArrayList<Long>();
    for (int i = 0; i < 9; i++) {
      waited.add(pauses.pauseMs(run, 1, Duration.ZERO, LONGEST));
    }

    assertThat(waited)
        .containsExactly(
            1_000L, 2_000L, 4_000L, 8_000L, 16_000L, 32_000L, 60_000L, 60_000L, 60_000L);
  }

  @Test
  void waitsAsLongAsTheLimitSaysWhenThatIsMore() {
    assertThat(pauses.pauseMs(run, 1, Duration.ofSeconds(7), LONGEST)).isEqualTo(7_000);
    assertThat(pauses.pauseMs(run, 1, Duration.ofHours(1), LONGEST)).isEqualTo(3_600_000);
  }

  @Test
  void startsAgainWithASecondOnceAStepGotThrough() {
    pauses.pauseMs(run, 1, Duration.ZERO, LONGEST);
    pauses.passed(run, 1);

    assertThat(pauses.pauseMs(run, 1, Duration.ZERO, LONGEST)).isEqualTo(1_000);
  }

  @Test
  void knowsARunAgainThatGaveItsSlotAway() {
    pauses.pauseMs(run, 1, Duration.ZERO, LONGEST);

    assertThat(pauses.pauseMs(new RunRef("t", "r", 2), 1, Duration.ZERO, LONGEST)).isEqualTo(2_000);
    assertThat(pauses.pauseMs(run, 2, Duration.ZERO, LONGEST)).isEqualTo(1_000);
  }

  @Test
  void takesAnyDurationForWhatItIs() {
    var random = new Random(16);
    for (int i = 0; i < 10_000; i++) {
      var asked =
          switch (i % 4) {
            case 0 -> Duration.ofSeconds(random.nextLong());
            case 1 -> Duration.ofNanos(random.nextLong());
            case 2 -> Duration.ofMillis(random.nextInt());
            default -> Duration.ofSeconds(Long.MIN_VALUE);
          };
      assertThat(pauses.pauseMs(run, 1 + i % 7, asked, LONGEST)).isBetween(1_000L, LONGEST);
    }
  }

  @Test
  void aStepThatIsRefusedAtOnceForEverIsNotCalledForEverAtOnce() {
    var calls = new AtomicInteger();
    var gate =
        new OneRunGate(
            TestAgent.of(
                run ->
                    run.step(
                        "model",
                        Integer.class,
                        () -> {
                          calls.incrementAndGet();
                          throw new RetryLaterException(Duration.ofSeconds(31), "429");
                        })));

    assertThat(gate.epoch())
        .isInstanceOfSatisfying(
            YieldEntry.class,
            yield -> assertThat(((Until) yield.getWait()).getDelayMs()).isEqualTo(31_000));
    assertThat(calls).hasValue(1);
  }
}
