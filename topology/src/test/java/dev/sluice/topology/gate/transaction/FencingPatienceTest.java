package dev.sluice.topology.gate.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class FencingPatienceTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final String ID = "claims.w";

  private final FencingPatience patience = new FencingPatience("claims.", SECOND);

  @Test
  void anIdOfOursIsFencedWhenItWasOpenForItsTime() {
    assertThat(patience.isOver(ID, SECOND.minusMillis(1), 0)).isFalse();
    assertThat(patience.of(ID, 0)).as("a look costs nothing").isEqualTo(SECOND);
    assertThat(patience.isOver(ID, SECOND, 0)).isTrue();
  }

  @Test
  void anotherApplicationsIdIsNeverFenced() {
    assertThat(patience.isOver("flink-1", Duration.ofDays(1), 0)).isFalse();
    assertThat(patience.isOver("x.claims.w", Duration.ofDays(1), 0)).isFalse();
  }

  @Test
  void anIdThatIsFencedAgainHasTwiceTheTimeUpToTenSeconds() {
    for (long seconds : new long[] {1, 2, 4, 8, 10, 10}) {
      assertThat(patience.of(ID, 0)).isEqualTo(Duration.ofSeconds(seconds));
      assertThat(patience.isOver(ID, Duration.ofSeconds(seconds).minusMillis(1), 0)).isFalse();
      assertThat(patience.isOver(ID, Duration.ofSeconds(seconds), 0)).isTrue();
    }
    assertThat(patience.of("claims.other", 0)).isEqualTo(SECOND);
  }

  @Test
  void afterAMinuteItHasTheLeastTimeAgain() {
    patience.isOver(ID, SECOND, 0);

    assertThat(patience.of(ID, 60_000)).isEqualTo(SECOND.multipliedBy(2));
    assertThat(patience.of(ID, 60_001)).isEqualTo(SECOND);
  }
}
