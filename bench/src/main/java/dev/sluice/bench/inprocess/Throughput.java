package dev.sluice.bench.inprocess;

import dev.sluice.bench.measure.Figure;
import dev.sluice.bench.measure.Sample;
import dev.sluice.schemas.topic.Topics;
import dev.sluice.sdk.Agent;
import dev.sluice.sdk.RunContext;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Runs of three steps a second, from the first {@code send} until the last completion can be read
 * committed; against the records a second of the pass-through program, divided by the records of a
 * run that the gate reads. In turns, medians of the rounds.
 */
final class Throughput {
  private static final int STEPS = 3;
  private static final int RUNS = 10_000;

  /** Turns before the rounds: on a slow machine the compiler takes 10 s of CPU of the second. */
  private static final int WARM_UP = 4;

  /** Records of one run that the gate reads: submission, input, claim, three steps, end. */
  private static final int RECORDS_PER_RUN = 2 + 1 + STEPS + 1;

  private Throughput() {}

  /** Executes three steps that take no time. */
  static final class ThreeSteps implements Agent<@Nullable Object, @Nullable Object> {
    @Override
    public String name() {
      return "three";
    }

    @Override
    public @Nullable Object run(RunContext run, @Nullable Object input) {
      for (int step = 1; step <= STEPS; step++) {
        run.step("step-" + step, String.class, () -> "done");
      }
      return null;
    }
  }

  static List<Figure> measure(Bed bed) throws Exception {
    try (var stage = new Stage(bed, "work.", 10, List.of(new ThreeSteps()));
        var completions = completions(bed, stage)) {
      burst(stage, completions, RUNS);
      var figures = new ArrayList<Figure>();
      figures.add(measure(stage, completions, "10,000 runs of 3 steps", RUNS, 3));
      var cpu = new CpuTime();
      burst(stage, completions, RUNS);
      cpu.byPart()
          .forEach(
              (part, nanos) ->
                  figures.add(Figure.of("CPU of one run: " + part, nanos / 1e3 / RUNS, "us")));
      return figures;
    }
  }

  static Completions completions(Bed bed, Stage stage) {
    return new Completions(bed, stage.topics().name(Topics.COMPLETIONS));
  }

  static Figure measure(Stage stage, Completions completions, String name, int runs, int rounds)
      throws InterruptedException {
    var ours = new double[rounds];
    var bare = new double[rounds];
    for (int turn = 0; turn < WARM_UP; turn++) {
      burst(stage, completions, runs);
      bareBurst(stage, runs);
    }
    for (int round = 0; round < rounds; round++) {
      ours[round] = burst(stage, completions, runs);
      bare[round] = bareBurst(stage, runs);
    }
    return Figure.of(name, Sample.median(ours), "runs/s", Sample.median(bare));
  }

  private static double bareBurst(Stage stage, int runs) throws InterruptedException {
    return stage.floor().throughput(runs * RECORDS_PER_RUN / 2) / RECORDS_PER_RUN;
  }

  private static double burst(Stage stage, Completions completions, int count)
      throws InterruptedException {
    long start = System.nanoTime();
    completions.await(
        count,
        () -> {
          for (int i = 0; i < count; i++) {
            stage.submit("three", "null");
          }
        });
    return count / ((System.nanoTime() - start) / 1e9);
  }
}
