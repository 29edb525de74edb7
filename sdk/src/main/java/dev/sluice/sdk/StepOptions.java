package dev.sluice.sdk;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * How a step is executed.
 *
 * @param timeout longest time that one try of the body may take, up to 24 hours; the body's thread
 *     is then interrupted. The lease is kept meanwhile, so it may be longer than the lease
 * @param tries how often the body is tried within this attempt of the run
 * @param maxCharge most that one try of the body charges, per meter of the run's budget. If less is
 *     reserved for this epoch the run gives up its slot and comes back with more
 */
public record StepOptions(Duration timeout, Tries tries, Map<String, Long> maxCharge) {
  /** No time-out, one try, and no charge declared. */
  public static final StepOptions DEFAULT =
      new StepOptions(RunContext.NO_TIMEOUT, Tries.ONE, Map.of());

  public StepOptions {
    maxCharge = Map.copyOf(maxCharge);
  }

  /**
   * The same with another time-out.
   *
   * @param atMost of one try; 1 ms to 24 hours, else the step is refused
   */
  public StepOptions within(Duration atMost) {
    return new StepOptions(atMost, tries, maxCharge);
  }

  /** The same with other tries of the body. */
  public StepOptions trying(Tries tries) {
    return new StepOptions(timeout, tries, maxCharge);
  }

  /** So many tries with pauses of one second, two, four, … up to a minute. */
  public StepOptions trying(int most) {
    return trying(Tries.of(most));
  }

  /** Adds a meter to those that are declared. */
  public StepOptions charging(String meter, long atMost) {
    var all = new TreeMap<>(maxCharge);
    all.put(meter, atMost);
    return charging(all);
  }

  /** Declares these meters and no others. */
  public StepOptions charging(Map<String, Long> atMost) {
    return new StepOptions(timeout, tries, atMost);
  }
}
