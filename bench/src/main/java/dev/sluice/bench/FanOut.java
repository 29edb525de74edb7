package dev.sluice.bench;

import dev.sluice.runner.Agent;
import dev.sluice.runner.RunContext;
import dev.sluice.runner.Spawn;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A run that spawns 200 children that do nothing and joins them, against 200 plain runs of the same
 * tenant; from the first {@code send} until the last completion can be read. In turns, medians.
 */
final class FanOut {
  private static final int ROUNDS = 15;
  private static final int WARM_UPS = 10;
  private static final int CHILDREN = 200;
  private static final String TENANT = "acme";

  private FanOut() {}

  private static final class Leaf implements Agent<@Nullable Object, @Nullable Object> {
    @Override
    public String name() {
      return "leaf";
    }

    @Override
    public @Nullable Object run(RunContext run, @Nullable Object input) {
      return null;
    }
  }

  private static final class Planner implements Agent<@Nullable Object, Integer> {
    @Override
    public String name() {
      return "planner";
    }

    @Override
    public Integer run(RunContext run, @Nullable Object input) {
      var batch = Collections.nCopies(CHILDREN, new Spawn("leaf", null));
      return run.await(run.spawnAll(batch, Object.class)).size();
    }
  }

  static List<Figure> measure(Bed bed) throws Exception {
    try (var stage = new Stage(bed, "fan-out.", 10, List.of(new Leaf(), new Planner()));
        var completions = Throughput.completions(bed, stage)) {
      var trees = new double[ROUNDS];
      var plain = new double[ROUNDS];
      for (int round = -WARM_UPS; round < ROUNDS; round++) {
        double tree = ms(completions, CHILDREN + 1, () -> submit(stage, "planner", 1));
        double runs = ms(completions, CHILDREN, () -> submit(stage, "leaf", CHILDREN));
        if (round >= 0) {
          trees[round] = tree;
          plain[round] = runs;
        }
      }
      return List.of(
          Figure.of(
              "200 children and their join; floor: 200 plain runs",
              Sample.median(trees),
              "ms",
              Sample.median(plain)));
    }
  }

  private static void submit(Stage stage, String agent, int count) {
    for (int i = 0; i < count; i++) {
      stage.submitFor(TENANT, agent, "null");
    }
  }

  private static double ms(Completions completions, int count, Runnable work)
      throws InterruptedException {
    long start = System.nanoTime();
    completions.await(count, work);
    return (System.nanoTime() - start) / 1e6;
  }
}
