package dev.sluice.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class SampleTest {
  private static final double NANOS_PER_MS = 1e6;

  static LongStream seeds() {
    return LongStream.range(0, 200);
  }

  /** By definition of the nearest rank: the least value that so many in a hundred do not exceed. */
  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void givesTheLeastValueThatAsManyDoNotExceed(long seed) {
    var random = new SplittableRandom(seed);
    long[] nanos = random.longs(random.nextInt(1, 50), 0, 20).toArray();
    double percentile = random.nextInt(1, 101);

    double ms = Sample.of(nanos).ms(percentile);

    long value = Math.round(ms * NANOS_PER_MS);
    assertThat(nanos).contains(value);
    assertThat(shareUpTo(nanos, value)).isGreaterThanOrEqualTo(percentile);
    assertThat(shareUpTo(nanos, value - 1)).isLessThan(percentile);
  }

  private static double shareUpTo(long[] nanos, long value) {
    return 100.0 * Arrays.stream(nanos).filter(one -> one <= value).count() / nanos.length;
  }

  @Test
  void hasNoPercentileOfNothing() {
    assertThat(new Sample(3).ms(50)).isNaN();
  }

  @Test
  void takesTheMiddleAsMedianOrTheMeanOfTheTwoNextToIt() {
    assertThat(Sample.median(new double[] {9, 1, 5})).isEqualTo(5);
    assertThat(Sample.median(new double[] {9, 1, 5, 6})).isEqualTo(5.5);
  }

  @Test
  void saysHowManyTimesItsFloorAFigureIs() {
    var figure = Figure.of("a", 6, "ms", 4).amid(Double.NaN);

    assertThat(figure).isEqualTo(new Figure("a", 6, "ms", 4.0, 1.5, null));
    assertThat(figure.beside(3).amid(0.5)).isEqualTo(new Figure("a", 6, "ms", 3.0, 2.0, 0.5));
  }
}
