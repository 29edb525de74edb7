package dev.sluice.local.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class TotalsTest {
  @Test
  void showsWhatTheSourcesSayWhenTheyAgree() {
    assertThat(Totals.of(100, 60, 20, 15)).isEqualTo(new Totals(100, 60, 20, 15, 5));
  }

  /** One of them is always ahead of another while runs come and go. */
  @Test
  void addUpWhateverTheSourcesSay() {
    var random = new SplittableRandom(3);
    for (int i = 0; i < 1_000; i++) {
      var totals =
          Totals.of(random.nextInt(50), random.nextInt(50), random.nextInt(50), random.nextInt(50));

      assertThat(totals.completed() + totals.inFlight() + totals.held() + totals.ready())
          .isEqualTo(totals.submitted());
      assertThat(totals.held()).isNotNegative();
      assertThat(totals.ready()).isNotNegative();
    }
  }
}
