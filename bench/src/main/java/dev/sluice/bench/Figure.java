package dev.sluice.bench;

import org.jspecify.annotations.Nullable;

/**
 * One measured figure.
 *
 * @param floor the same hops without our logic, measured in the same run
 * @param ratio value ÷ floor
 */
record Figure(
    String figure, double value, String unit, @Nullable Double floor, @Nullable Double ratio) {
  static Figure of(String figure, double value, String unit) {
    return new Figure(figure, value, unit, null, null);
  }

  static Figure of(String figure, double value, String unit, double floor) {
    return new Figure(figure, value, unit, floor, value / floor);
  }
}
