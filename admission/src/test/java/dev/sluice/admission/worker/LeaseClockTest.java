package dev.sluice.admission.worker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class LeaseClockTest {
  private final LeaseClock started = LeaseClock.START.tick("a", 1_000, 50_000);

  @Test
  void advancesByNothingAtASendersFirstTick() {
    assertThat(started.leaseTimeMs()).isZero();
    assertThat(started.tick("b", 9_000, 51_000).leaseTimeMs()).isZero();
  }

  @Test
  void advancesByTheSmallerOfBothClocksAndNeverBack() {
    assertThat(started.tick("a", 2_000, 50_700).leaseTimeMs()).isEqualTo(700);
    assertThat(started.tick("a", 1_300, 51_000).leaseTimeMs()).isEqualTo(300);
    assertThat(started.tick("a", 2_000, 40_000).leaseTimeMs()).isZero();
  }

  @Test
  void advancesByOneAndAHalfSecondsAtMostHoweverLongTheGateWasFrozen() {
    assertThat(started.tick("a", 3_601_000, 3_650_000).leaseTimeMs()).isEqualTo(1_500);
  }
}
