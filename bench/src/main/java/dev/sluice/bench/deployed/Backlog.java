package dev.sluice.bench.deployed;

import dev.sluice.bench.measure.Figure;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs of three steps of one tenant as fast as they go, over HTTP, from the first submission until
 * the last completion can be read committed; against the records a second of the floor, divided by
 * the records of a run that the gate reads. From a fresh stack, and again.
 */
final class Backlog {
  private static final int STEPS = 3;
  private static final int TURNS = 3;

  /** Submission, input, claim, three steps, end. */
  private static final int RECORDS_PER_RUN = 2 + 1 + STEPS + 1;

  private static final List<String> NAMES = List.of("1st", "2nd", "3rd");

  private Backlog() {}

  /** Runs a second that the floor would pass, turn by turn. */
  static List<Double> floor(Plan plan, FloorStack stack) throws IOException {
    var rates = new ArrayList<Double>();
    for (int turn = 0; turn < TURNS; turn++) {
      int records = plan.backlog() * RECORDS_PER_RUN / 2;
      rates.add(stack.throughput(records) / RECORDS_PER_RUN);
    }
    return rates;
  }

  static List<Figure> figures(Plan plan, Stack stack, List<Double> floor) throws Exception {
    var figures = new ArrayList<Figure>();
    var load = new Load(stack);
    int count = plan.backlog();
    for (int turn = 0; turn < TURNS; turn++) {
      var before = Usage.of(stack.processes());
      load.submitAll("backlog", count, "bench-steps", Integer.toString(STEPS));
      stack.ends().take(count);
      var after = Usage.of(stack.processes());
      var name = "%,d runs of %d steps, %s time".formatted(count, STEPS, NAMES.get(turn));
      double rate = count / after.secondsSince(before);
      double others = after.othersSince(before);
      figures.add(Figure.of(name, rate, "runs/s", floor.get(turn)).amid(others));
      double used = after.since(before).values().stream().mapToDouble(ms -> ms).sum();
      figures.add(Figure.of("CPU per run, " + name, used / count, "ms").amid(others));
    }
    return figures;
  }
}
