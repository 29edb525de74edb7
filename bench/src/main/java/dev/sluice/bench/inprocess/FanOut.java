package dev.sluice.bench.inprocess;

import dev.sluice.bench.measure.Figure;
import dev.sluice.bench.measure.Sample;
import dev.sluice.sdk.Agent;
import dev.sluice.sdk.AgentRef;
import dev.sluice.sdk.RunContext;
import dev.sluice.sdk.Spawn;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * A run that spawns 200 children that do nothing and joins them, from the call that spawns until
 * the one that joins has returned, and from the parent's {@code send} until its completion can be
 * read; against 200 plain runs of the same tenant, from the first {@code send} until the last
 * completion can be read. In turns, medians.
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

  /** Its code runs again from the top when it resumes; only the first call is timed. */
  private static final class Planner implements Agent<@Nullable Object, Integer> {
    private final Map<String, Long> spawned = new ConcurrentHashMap<>();
    private final Queue<Double> joins = new ConcurrentLinkedQueue<>();

    @Override
    public String name() {
      return "planner";
    }

    @Override
    public Integer run(RunContext run, @Nullable Object input) {
      AgentRef<@Nullable Object, @Nullable Object> leaf = AgentRef.of(new Leaf());
      var batch = Collections.nCopies(CHILDREN, new Spawn<>(leaf, null));
      long start = spawned.computeIfAbsent(run.runId(), id -> System.nanoTime());
      int joined = run.awaitAll(run.spawnAll(batch)).size();
      joins.add((System.nanoTime() - start) / 1e6);
      return joined;
    }

    private double lastJoins(int count) {
      return Sample.median(
          joins.stream()
              .skip(joins.size() - (long) count)
              .mapToDouble(Double::doubleValue)
              .toArray());
    }
  }

  static List<Figure> measure(Bed bed) throws Exception {
    var planner = new Planner();
    try (var stage = new Stage(bed, "fan-out.", 10, List.of(new Leaf(), planner));
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
      double floor = Sample.median(plain);
      return List.of(
          Figure.of(
              "200 children, spawn → join; floor: 200 plain runs",
              planner.lastJoins(ROUNDS),
              "ms",
              floor),
          Figure.of(
              "the same from the parent's submission to its completion",
              Sample.median(trees),
              "ms",
              floor));
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
