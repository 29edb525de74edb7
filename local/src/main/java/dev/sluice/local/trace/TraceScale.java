package dev.sluice.local.trace;

/**
 * The time scale of a replay: all times are divided by {@code speed}, and durations are also
 * multiplied by {@code stretch}.
 *
 * @param speed 600 turns an hour into six seconds
 * @param stretch more than 1, or nothing ever queues
 * @param longestMs durations beyond are cut to it, in milliseconds after scaling
 */
public record TraceScale(double speed, double stretch, long longestMs) {
  public TraceScale {
    if (!(speed > 0) || !(stretch > 0) || longestMs < 1) {
      throw new IllegalArgumentException(
          "speed and stretch must be above 0, got " + speed + " and " + stretch);
    }
  }

  long arrival(double seconds) {
    return Math.round(seconds * 1_000 / speed);
  }

  long duration(double seconds) {
    return Math.min(longestMs, Math.max(1, Math.round(seconds * 1_000 * stretch / speed)));
  }
}
