package dev.sluice.local.isolation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class TrendTest {
  @Test
  void isFlatWhenOnlyTheFirstThirdRises() {
    var trend = Trend.of(List.of(0L, 300L, 600L, 900L, 910L, 905L, 900L, 910L, 905L));

    assertThat(trend.level()).isEqualTo(905);
    assertThat(trend.isFlat(0)).isTrue();
  }

  @Test
  void seesASteadyRise() {
    var trend = Trend.of(LongStream.range(0, 30).map(i -> 1_000 + 20 * i).boxed().toList());

    assertThat(trend.rise()).isEqualTo(380);
    assertThat(trend.isFlat(100)).isFalse();
    assertThat(trend.isFlat(300)).isTrue();
  }

  @Test
  void isNotLedByASampleFarOff() {
    var trend = Trend.of(List.of(0L, 0L, 0L, 100L, 100L, 100L, 100L, 100L, 9_000L));

    assertThat(trend.rise()).isZero();
  }

  @Test
  void seesWhatGrowsFasterAndFaster() {
    var steady = LongStream.range(0, 30).map(i -> 100 * i).boxed().toList();
    var faster = LongStream.range(0, 30).map(i -> i * i * i).boxed().toList();

    assertThat(Trend.isNoFaster(steady, 200)).isTrue();
    assertThat(Trend.isNoFaster(faster, 200)).isFalse();
  }
}
