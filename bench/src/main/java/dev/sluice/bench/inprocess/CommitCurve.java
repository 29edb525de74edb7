package dev.sluice.bench.inprocess;

import dev.sluice.bench.measure.Figure;
import java.util.ArrayList;
import java.util.List;

/** Start latency and throughput by commit interval; the basis of its default. */
final class CommitCurve {
  private static final int[] INTERVALS_MS = {5, 10, 20, 50, 100};

  private CommitCurve() {}

  static List<Figure> measure(Bed bed) throws Exception {
    var figures = new ArrayList<Figure>();
    for (int interval : INTERVALS_MS) {
      var suffix = ", commit " + interval + " ms";
      var stamp = new StartLatency.Stamp();
      var agents = List.of(stamp, new Throughput.ThreeSteps());
      try (var stage = new Stage(bed, "curve" + interval + ".", interval, List.copyOf(agents));
          var completions = Throughput.completions(bed, stage)) {
        figures.addAll(StartLatency.measure(stage, stamp, suffix, 2));
        figures.add(Throughput.measure(stage, completions, "runs of 3 steps" + suffix, 4_000, 2));
      }
    }
    return figures;
  }
}
