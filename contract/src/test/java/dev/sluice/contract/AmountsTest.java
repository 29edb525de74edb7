package dev.sluice.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

final class AmountsTest {
  @Test
  void addsPerMeter() {
    assertThat(Amounts.sum(Map.of("tokens", 3L, "usd", 1L), Map.of("tokens", 4L, "calls", 2L)))
        .isEqualTo(Map.of("tokens", 7L, "usd", 1L, "calls", 2L));
  }

  @Test
  void staysAtTheLargestWhereASumWouldOverflow() {
    assertThat(Amounts.plus(Long.MAX_VALUE - 1, 1)).isEqualTo(Long.MAX_VALUE);
    assertThat(Amounts.plus(Long.MAX_VALUE, Long.MAX_VALUE)).isEqualTo(Long.MAX_VALUE);
    assertThat(Amounts.sum(Map.of("usd", Long.MAX_VALUE), Map.of("usd", 1L)))
        .isEqualTo(Map.of("usd", Long.MAX_VALUE));
  }

  @Test
  void takesWhatALargeAmountWasLoweredBy() {
    assertThat(Amounts.plus(Long.MAX_VALUE, -5)).isEqualTo(Long.MAX_VALUE - 5);
  }
}
