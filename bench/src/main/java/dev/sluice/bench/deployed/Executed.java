package dev.sluice.bench.deployed;

import dev.sluice.v1.StepEntry;
import dev.sluice.verification.History;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;

/**
 * The fate of the runs that a killed worker held.
 *
 * @param interrupted how many runs another worker carried on
 * @param again how many steps these began that the killed worker had begun: what it had journaled,
 *     and the one behind it that was in progress
 */
record Executed(int interrupted, int again) {
  /**
   * Reads the log of {@code probe} agents, whose lines are {@code run_id step epoch worker_id …}.
   *
   * @param incarnation who was killed
   */
  static Executed of(Path log, History history, String incarnation) throws IOException {
    var journaled = journaledBy(history, incarnation);
    var worker = incarnation.substring(0, incarnation.lastIndexOf('.'));
    var interrupted = new HashSet<String>();
    int again = 0;
    for (var line : Files.readAllLines(log)) {
      var fields = line.split(" ", -1);
      var last = journaled.get(fields[0]);
      // A worker that was started again under the same name takes another epoch.
      boolean elsewhere = !fields[3].equals(worker) || !fields[2].equals("1");
      if (last != null && elsewhere) {
        interrupted.add(fields[0]);
        again += Integer.parseInt(fields[1]) <= last + 1 ? 1 : 0;
      }
    }
    return new Executed(interrupted.size(), again);
  }

  /** The last step of each run that the worker journaled; ids of runs are unique here. */
  private static Map<String, Integer> journaledBy(History history, String incarnation) {
    var last = new HashMap<String, Integer>();
    for (var journaled : history.journal()) {
      var record = journaled.record();
      if (record != null
          && record.getIncarnation().equals(incarnation)
          && record.getEntry() instanceof StepEntry) {
        last.merge(record.getRunId(), record.getSeq(), Math::max);
      }
    }
    return last;
  }
}
