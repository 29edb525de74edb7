package dev.sluice.client.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class RetriesTest {
  private static final Retries FIVE =
      new Retries(5, Duration.ofSeconds(10), Duration.ofMillis(100), Duration.ofMillis(300));

  private static Duration ms(long ms) {
    return Duration.ofMillis(ms);
  }

  @Test
  void pausesDoubleUpToTheLongest() {
    assertThat(FIVE.pause(1, ms(0), null, 1)).isEqualTo(ms(100));
    assertThat(FIVE.pause(2, ms(0), null, 1)).isEqualTo(ms(200));
    assertThat(FIVE.pause(3, ms(0), null, 1)).isEqualTo(ms(300));
    assertThat(FIVE.pause(4, ms(0), null, 0)).isEqualTo(ms(150));
  }

  @Test
  void theGatewaysOwnPauseCountsIfItIsLonger() {
    assertThat(FIVE.pause(1, ms(0), ms(2_000), 1)).isEqualTo(ms(2_000));
    assertThat(FIVE.pause(1, ms(0), ms(1), 1)).isEqualTo(ms(100));
  }

  @Test
  void endsWithTheTriesOrWithTheTime() {
    assertThat(FIVE.pause(5, ms(0), null, 1)).isNull();
    assertThat(FIVE.pause(1, ms(9_900), null, 1)).isEqualTo(ms(100));
    assertThat(FIVE.pause(1, ms(9_901), null, 1)).isNull();
    assertThat(FIVE.pause(1, ms(0), ms(10_001), 1)).isNull();
    assertThat(Retries.NEVER.pause(1, ms(0), null, 1)).isNull();
  }

  @Test
  void manyTriesDoNotOverflow() {
    var many = new Retries(100, ms(Long.MAX_VALUE / 2), ms(1L << 40), ms(5));
    for (int tries = 1; tries < 100; tries++) {
      assertThat(many.pause(tries, ms(0), null, 1)).isEqualTo(ms(4));
    }
  }

  @Test
  void refusesBoundsThatAreNone() {
    assertThatThrownBy(() -> new Retries(0, ms(1), ms(1), ms(1)))
        .hasMessage("tries must be 1 to 100, got 0");
    assertThatThrownBy(() -> new Retries(1, ms(-1), ms(1), ms(1)))
        .hasMessageContaining("must not be negative");
  }
}
