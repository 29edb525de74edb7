package dev.sluice.app.sizing;

import java.util.ArrayList;
import java.util.List;

/**
 * What an installation is to carry.
 *
 * @param runsPerSecond runs that are submitted and end each second, on average over a busy day
 * @param steps of a run
 * @param live runs that have not ended, at their peak
 * @param waiting of these, those that wait without a slot: for a time, a signal, a child, a retry
 * @param payloadBytes of a run's input, its output and the result of each step, on average
 * @param slots of a runner
 * @param replicas of each topic
 */
record Load(
    double runsPerSecond,
    int steps,
    long live,
    long waiting,
    long payloadBytes,
    int slots,
    int replicas) {
  private static final double MOST_RUNS_PER_SECOND = 100_000;
  private static final int MOST_STEPS = 100_000;
  private static final long MOST_LIVE = 10_000_000;
  private static final long MOST_PAYLOAD = 1024 * 1024;
  private static final int MOST_SLOTS = 10_000;
  private static final int MOST_REPLICAS = 9;

  Load {
    var problems = new ArrayList<String>();
    if (!(runsPerSecond > 0 && runsPerSecond <= MOST_RUNS_PER_SECOND)) {
      problems.add("--runs-per-s must be above 0, at most 100000, got " + runsPerSecond);
    }
    within(problems, "--steps", steps, 0, MOST_STEPS);
    within(problems, "--live", live, 1, MOST_LIVE);
    within(problems, "--waiting", waiting, 0, Math.max(0, live));
    within(problems, "--payload", payloadBytes, 0, MOST_PAYLOAD);
    within(problems, "--slots", slots, 1, MOST_SLOTS);
    within(problems, "--replicas", replicas, 1, MOST_REPLICAS);
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", problems));
    }
  }

  private static void within(
      List<String> problems, String flag, long value, long least, long most) {
    if (value < least || value > most) {
      problems.add("%s must be %d to %d, got %d".formatted(flag, least, most, value));
    }
  }

  /** Runs that hold a slot, or would if there were one for each. */
  long executing() {
    return live - waiting;
  }
}
