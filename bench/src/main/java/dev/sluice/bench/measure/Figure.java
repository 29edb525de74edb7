package dev.sluice.bench.measure;

import org.jspecify.annotations.Nullable;

/**
 * One measured figure.
 *
 * @param floor the same hops without our logic, measured in the same run
 * @param ratio value ÷ floor
 * @param others how many cores others of this machine used meanwhile; null if unknown
 */
public record Figure(
    String figure,
    double value,
    String unit,
    @Nullable Double floor,
    @Nullable Double ratio,
    @Nullable Double others) {
  public static Figure of(String figure, double value, String unit) {
    return new Figure(figure, value, unit, null, null, null);
  }

  public static Figure of(String figure, double value, String unit, double floor) {
    return new Figure(figure, value, unit, floor, value / floor, null);
  }

  /** The same beside a floor, which may be of another scenario. */
  public Figure beside(double other) {
    return new Figure(figure, value, unit, other, value / other, others);
  }

  /** The same, and how busy the machine was otherwise; NaN: unknown. */
  public Figure amid(double cores) {
    return new Figure(figure, value, unit, floor, ratio, Double.isNaN(cores) ? null : cores);
  }
}
