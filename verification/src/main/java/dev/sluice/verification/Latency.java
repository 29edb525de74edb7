package dev.sluice.verification;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Percentiles of a sample, in milliseconds; all 0 if it is empty. */
public record Latency(int count, long p50Ms, long p99Ms, long maxMs) {
  /** By the nearest rank. */
  public static Latency of(List<Long> sample) {
    if (sample.isEmpty()) {
      return new Latency(0, 0, 0, 0);
    }
    var sorted = new ArrayList<>(sample);
    Collections.sort(sorted);
    return new Latency(
        sorted.size(), rank(sorted, 0.50), rank(sorted, 0.99), sorted.get(sorted.size() - 1));
  }

  private static long rank(List<Long> sorted, double share) {
    int index = (int) Math.ceil(share * sorted.size()) - 1;
    return sorted.get(Math.max(0, index));
  }
}
