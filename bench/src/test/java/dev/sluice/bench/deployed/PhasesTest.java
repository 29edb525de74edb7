package dev.sluice.bench.deployed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bench.deployed.BrokerCounters.Counts;
import dev.sluice.bench.measure.Figure;
import dev.sluice.bench.measure.Sample;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class PhasesTest {
  private static final long MS = 1_000_000;
  private static final Map<String, Double> OURS =
      Map.of("broker", 300.0, "gate", 200.0, "catalog", 100.0, "gateway", 50.0, "runner", 25.0);
  private static final Map<String, Double> BARE =
      Map.of("broker", 100.0, "streams", 50.0, "producer", 25.0, "claimer", 12.5);

  private final List<Figure> figures =
      Phases.figures(Plan.full(), observed(OURS, 4), observed(BARE, 2));

  /** All phases alike: every run took so many milliseconds. */
  private static Observed observed(Map<String, Double> used, long ms) {
    var phases = new ArrayList<Paced>();
    for (var phase : Plan.full().phases()) {
      var took = Sample.of(ms * MS, ms * MS);
      var before = new Usage(0, Map.of(), 0, 0);
      phases.add(new Paced(phase.count(), took, took, before, new Usage(MS, used, 0, 9_000)));
    }
    return new Observed(used, 0.25, used, phases, used, new Counts(9_000 * ms, 0, 500 * ms), 1_000);
  }

  @Test
  void namesEveryFigureOnce() {
    assertThat(figures).extracting(Figure::figure).doesNotHaveDuplicates().hasSize(64 - 5);
  }

  @Test
  void comparesWithTheFloorInTheSamePhase() {
    assertThat(figure("start p99, next 1,000 runs, 50/s"))
        .returns(4.0, Figure::value)
        .returns(2.0, Figure::floor)
        .returns(2.0, Figure::ratio);
    assertThat(figure("CPU per run, first 300 runs, 50/s"))
        .returns(675 / 300.0, Figure::value)
        .returns(187.5 / 300, Figure::floor);
    assertThat(figure("requests to the broker per run, warm, 50/s"))
        .returns(2.0, Figure::value)
        .returns(1.0, Figure::floor);
  }

  @Test
  void comparesEachProcessWithItsCounterpart() {
    assertThat(figure("memory (PSS) of the gate, after 5,300 runs"))
        .returns(200.0, Figure::value)
        .returns(50.0, Figure::floor);
    assertThat(figure("memory (PSS) of the catalog, after 5,300 runs"))
        .returns(100.0, Figure::value)
        .returns(null, Figure::floor);
  }

  private Figure figure(String name) {
    return figures.stream().filter(one -> one.figure().equals(name)).findFirst().orElseThrow();
  }
}
