package dev.sluice.local.isolation;

import java.util.ArrayList;
import java.util.List;

/**
 * How a figure went on after the first third of its samples, which is the warming up.
 *
 * @param level the middle of the samples
 * @param rise what it gained from the first to the last of them, along the middle of all slopes
 *     between two of them (Theil and Sen): a few samples far off do not change it
 */
record Trend(long level, long rise) {
  static Trend of(List<Long> samples) {
    var last = samples.subList(samples.size() / 3, samples.size());
    var slopes = new ArrayList<Double>();
    for (int i = 0; i < last.size(); i++) {
      for (int j = i + 1; j < last.size(); j++) {
        slopes.add((double) (last.get(j) - last.get(i)) / (j - i));
      }
    }
    var slope = slopes.stream().sorted().skip(slopes.size() / 2).findFirst().orElse(0.0);
    long level = last.stream().sorted().skip(last.size() / 2).findFirst().orElse(0L);
    return new Trend(level, Math.round(slope * (last.size() - 1)));
  }

  /** Whether it rose by no more than a tenth of its level and {@code slack}. */
  boolean isFlat(long slack) {
    return rise <= level / 10 + slack;
  }

  /**
   * Whether what is kept for days grew no faster in the last third of its samples than in the one
   * between: by no more than twice as much, and {@code slack}.
   */
  static boolean isNoFaster(List<Long> samples, long slack) {
    int third = samples.size() / 3;
    long first = samples.get(Math.max(0, third - 1));
    long second = samples.get(Math.max(0, 2 * third - 1));
    return samples.getLast() - second <= 2 * Math.max(0, second - first) + slack;
  }
}
