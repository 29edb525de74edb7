package dev.sluice.bench.inprocess;

import dev.sluice.bench.measure.Figure;
import dev.sluice.bench.measure.Sample;
import dev.sluice.sdk.Agent;
import dev.sluice.sdk.AgentRef;
import dev.sluice.sdk.RunContext;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * From the last line of a child to its parent's next line, which waits for it without a slot;
 * against the start of a plain run. In turns, with as many starts a second; medians of the rounds.
 */
final class ResumeLatency {
  private static final int ROUNDS = 5;
  private static final int WARM_UP = 200;
  private static final int MEASURED = 300;

  private ResumeLatency() {}

  /** Ends with the time of its last line. */
  static final class Clock implements Agent<@Nullable Object, Long> {
    static final AgentRef<@Nullable Object, Long> REF = AgentRef.of(new Clock());

    @Override
    public String name() {
      return "clock";
    }

    @Override
    public Long run(RunContext run, @Nullable Object input) {
      return System.nanoTime();
    }
  }

  private static final class Parent implements Agent<@Nullable Object, @Nullable Object> {
    private final Sample sample = new Sample(1_000_000);

    @Override
    public String name() {
      return "parent";
    }

    @Override
    public @Nullable Object run(RunContext run, @Nullable Object input) {
      long ended = run.await(run.spawn(Clock.REF, null));
      sample.add(System.nanoTime() - ended);
      return null;
    }
  }

  static List<Figure> measure(Bed bed) throws Exception {
    var parent = new Parent();
    var stamp = new StartLatency.Stamp();
    try (var stage = new Stage(bed, "resume.", 10, List.of(parent, stamp, new Clock()))) {
      var resumes = new double[ROUNDS];
      var starts = new double[ROUNDS];
      for (int round = -1; round < ROUNDS; round++) {
        int count = round < 0 ? WARM_UP : MEASURED;
        long period = StartLatency.PERIOD_NANOS;
        var resume = StartLatency.paced(stage, "parent", parent.sample, count, 2 * period);
        var start = StartLatency.paced(stage, "stamp", stamp.sample, count, period);
        if (round >= 0) {
          resumes[round] = resume.ms(50);
          starts[round] = start.ms(50);
        }
      }
      return List.of(
          Figure.of(
              "child's last line → parent's next, p50; floor: start latency",
              Sample.median(resumes),
              "ms",
              Sample.median(starts)));
    }
  }
}
