package dev.sluice.app.sizing;

import java.util.Locale;

/**
 * One figure.
 *
 * @param basis what it rests on
 * @param source where that stands, and how the figure follows from it
 */
record Figure(String name, double value, Unit unit, Basis basis, String source) {
  /** What a figure counts. */
  enum Unit {
    COUNT,
    CORES,
    BYTES,
    BYTES_PER_SECOND,
    SECONDS
  }

  /** How far a figure can be trusted. */
  enum Basis {
    /** Follows from measurements. */
    MEASURED,
    /** Is what the code asks for, or counts. */
    RULE,
    /** Follows from measurements of something else. */
    ESTIMATED;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static final double KIB = 1024;

  /** For people. */
  String text() {
    return switch (unit) {
      case COUNT -> "%,d".formatted(Math.round(value));
      case CORES -> "%.1f cores".formatted(value);
      case SECONDS -> "%,.0f s".formatted(value);
      case BYTES -> bytes();
      case BYTES_PER_SECOND -> bytes() + "/s";
    };
  }

  private String bytes() {
    double mebibytes = value / KIB / KIB;
    return mebibytes < KIB
        ? "%,.1f MiB".formatted(mebibytes)
        : "%,.1f GiB".formatted(mebibytes / KIB);
  }
}
