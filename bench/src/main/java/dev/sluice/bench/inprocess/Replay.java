package dev.sluice.bench.inprocess;

import dev.sluice.bench.measure.Figure;
import dev.sluice.bench.measure.Sample;
import dev.sluice.sdk.Agent;
import dev.sluice.sdk.RunContext;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How long a run with 10,000 positions in its journal takes from the end of its child to its next
 * line, when all of them are replayed, and when they lie behind a checkpoint.
 */
final class Replay {
  private static final int ROUNDS = 5;

  /** With the checkpoint, the spawn and the wait the most that a run may have by default. */
  private static final int STEPS = 9_990;

  private Replay() {}

  /** Its input says whether to write a checkpoint behind the steps. */
  private static final class LongRun implements Agent<Boolean, @Nullable Object> {
    private final Sample sample = new Sample(100);

    @Override
    public String name() {
      return "long";
    }

    @Override
    public @Nullable Object run(RunContext run, Boolean checkpoint) {
      if (run.restore(Integer.class).isEmpty()) {
        for (int i = 0; i < STEPS; i++) {
          run.step("step", String.class, () -> "done");
        }
        if (checkpoint) {
          run.checkpoint(STEPS);
        }
      }
      long ended = run.await(run.spawn(ResumeLatency.Clock.REF, null));
      sample.add(System.nanoTime() - ended);
      return null;
    }
  }

  static List<Figure> measure(Bed bed) throws Exception {
    var agent = new LongRun();
    try (var stage = new Stage(bed, "replay.", 10, List.of(agent, new ResumeLatency.Clock()));
        var completions = Throughput.completions(bed, stage)) {
      resume(stage, completions, agent, false);
      return List.of(
          Figure.of(
              "resume of a run with 10,000 steps; floor: behind a checkpoint",
              resume(stage, completions, agent, false),
              "ms",
              resume(stage, completions, agent, true)));
    }
  }

  private static double resume(
      Stage stage, Completions completions, LongRun agent, boolean checkpoint)
      throws InterruptedException {
    int before = agent.sample.size();
    for (int i = 0; i < ROUNDS; i++) {
      completions.await(2, () -> stage.submit("long", Boolean.toString(checkpoint)));
    }
    var resumed = new Sample(ROUNDS);
    agent.sample.copyFrom(before, resumed);
    return resumed.ms(50);
  }
}
