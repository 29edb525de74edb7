package dev.sluice.bench.measure;

import java.util.Arrays;

/** Durations in nanoseconds. */
public final class Sample {
  private final long[] nanos;
  private int size;

  public Sample(int capacity) {
    nanos = new long[capacity];
  }

  /** A full sample. */
  public static Sample of(long... nanos) {
    var sample = new Sample(nanos.length);
    for (long one : nanos) {
      sample.add(one);
    }
    return sample;
  }

  public synchronized void add(long duration) {
    if (size < nanos.length) {
      nanos[size++] = duration;
    }
  }

  /** Adds this sample's durations from index {@code from} on to {@code to}. */
  public synchronized void copyFrom(int from, Sample to) {
    for (int i = from; i < size; i++) {
      to.add(nanos[i]);
    }
  }

  public synchronized int size() {
    return size;
  }

  /** The given percentile by the nearest rank, in milliseconds. */
  public synchronized double ms(double percentile) {
    long[] sorted = Arrays.copyOf(nanos, size);
    Arrays.sort(sorted);
    int rank = (int) Math.ceil(percentile / 100 * size) - 1;
    return size == 0 ? Double.NaN : sorted[Math.max(0, rank)] / 1e6;
  }

  public static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
