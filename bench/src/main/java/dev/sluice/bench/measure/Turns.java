package dev.sluice.bench.measure;

import java.util.ArrayList;
import java.util.List;

/**
 * Measures several subjects in alternating turns of equal length, so that all of them meet the same
 * machine in the same state.
 *
 * @param warmUp turns of each that are not counted
 * @param measured turns of each that are
 * @param length how often a turn does what it times
 */
public record Turns(int warmUp, int measured, int length) {
  /** A task that is timed once. */
  public interface Action {
    void once() throws Exception;
  }

  /** Does something {@code length} times and adds how long each took. */
  public interface Turn {
    void take(int length, Sample sample) throws Exception;
  }

  public static Turn of(Action action) {
    return (length, sample) -> {
      for (int i = 0; i < length; i++) {
        long start = System.nanoTime();
        action.once();
        sample.add(System.nanoTime() - start);
      }
    };
  }

  /** The same, but no more often than every {@code nanos}. */
  public static Turn paced(long nanos, Action action) {
    return (length, sample) -> {
      long next = System.nanoTime();
      for (int i = 0; i < length; i++) {
        Pace.until(next);
        next = System.nanoTime() + nanos;
        of(action).take(1, sample);
      }
    };
  }

  /** How long each takes, in the order given. */
  public List<Sample> measure(Turn... each) throws Exception {
    var samples = new ArrayList<Sample>();
    for (int i = 0; i < each.length; i++) {
      samples.add(new Sample(measured * length));
    }
    for (int turn = 0; turn < warmUp + measured; turn++) {
      for (int i = 0; i < each.length; i++) {
        each[i].take(length, turn < warmUp ? new Sample(length) : samples.get(i));
      }
    }
    return samples;
  }
}
