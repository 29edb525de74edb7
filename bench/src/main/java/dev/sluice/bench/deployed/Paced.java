package dev.sluice.bench.deployed;

import dev.sluice.bench.measure.Sample;
import java.util.Map;

/**
 * The durations of one phase of runs, or of the floor's records.
 *
 * @param accept from the moment when a submission was due to the answer
 * @param start from the same moment to the first line of the agent
 */
record Paced(int count, Sample accept, Sample start, Usage before, Usage after) {
  /** Milliseconds of CPU for each run, by process. */
  Map<String, Double> cpuMsPerRun() {
    var used = after.since(before);
    used.replaceAll((name, ms) -> ms / count);
    return used;
  }

  double cpuMsPerRunOfAll() {
    return cpuMsPerRun().values().stream().mapToDouble(ms -> ms).sum();
  }

  double others() {
    return after.othersSince(before);
  }
}
