package dev.sluice.bench;

import java.util.Arrays;

/** Durations in nanoseconds. */
final class Sample {
  private final long[] nanos;
  private int size;

  Sample(int capacity) {
    nanos = new long[capacity];
  }

  synchronized void add(long duration) {
    if (size < nanos.length) {
      nanos[size++] = duration;
    }
  }

  /** Adds this sample's durations from index {@code from} on to {@code to}. */
  synchronized void copyFrom(int from, Sample to) {
    for (int i = from; i < size; i++) {
      to.add(nanos[i]);
    }
  }

  synchronized int size() {
    return size;
  }

  /** The given percentile by the nearest rank, in milliseconds. */
  synchronized double ms(double percentile) {
    long[] sorted = Arrays.copyOf(nanos, size);
    Arrays.sort(sorted);
    int rank = (int) Math.ceil(percentile / 100 * size) - 1;
    return size == 0 ? Double.NaN : sorted[Math.max(0, rank)] / 1e6;
  }

  static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
