package dev.sluice.bench.inprocess;

import dev.sluice.bench.measure.Figure;
import dev.sluice.bench.measure.Pace;
import dev.sluice.bench.measure.Sample;
import dev.sluice.sdk.Agent;
import dev.sluice.sdk.RunContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * From {@code producer.send} to the first line of the agent, at 50 a second with idle workers,
 * against a pass-through program of the same hops; alternating, medians of the rounds.
 */
final class StartLatency {
  private static final int WARM_UP = 300;
  private static final int MEASURED = 400;
  static final long PERIOD_NANOS = TimeUnit.SECONDS.toNanos(1) / 50;

  private StartLatency() {}

  /** Notes when its first line is executed. */
  static final class Stamp implements Agent<Object, @Nullable Object> {
    final Sample sample = new Sample(1_000_000);

    @Override
    public String name() {
      return "stamp";
    }

    @Override
    public @Nullable Object run(RunContext run, Object input) {
      sample.add(System.nanoTime() - ((Number) input).longValue());
      return null;
    }
  }

  static List<Figure> measure(Bed bed, int commitIntervalMs) throws Exception {
    var stamp = new Stamp();
    try (var stage = new Stage(bed, "start.", commitIntervalMs, List.of(stamp))) {
      return measure(stage, stamp, "", 5);
    }
  }

  static List<Figure> measure(Stage stage, Stamp stamp, String suffix, int rounds)
      throws Exception {
    var medians = new ArrayList<double[]>();
    for (int round = 0; round <= rounds; round++) {
      int count = round == 0 ? WARM_UP : MEASURED;
      var ours = paced(stage, "stamp", stamp.sample, count, PERIOD_NANOS);
      var bare = stage.floor().measure(count, PERIOD_NANOS);
      if (round > 0) {
        medians.add(new double[] {ours.ms(50), ours.ms(99), bare.ms(50), bare.ms(99)});
      }
    }
    return List.of(
        Figure.of(
            "start latency at 50/s, p50" + suffix, median(medians, 0), "ms", median(medians, 2)),
        Figure.of(
            "start latency at 50/s, p99" + suffix, median(medians, 1), "ms", median(medians, 3)));
  }

  /** Submits runs whose input is the time, one each {@code periodNanos}; what they add. */
  static Sample paced(Stage stage, String agent, Sample added, int count, long periodNanos)
      throws InterruptedException {
    int before = added.size();
    long next = System.nanoTime();
    for (int i = 0; i < count; i++) {
      stage.submit(agent, Long.toString(System.nanoTime()));
      next += periodNanos;
      Pace.until(next);
    }
    awaitSize(added, before + count);
    var sample = new Sample(count);
    added.copyFrom(before, sample);
    return sample;
  }

  static void awaitSize(Sample sample, int size) throws InterruptedException {
    long until = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (sample.size() < size) {
      if (System.nanoTime() > until) {
        throw new IllegalStateException("only " + sample.size() + " of " + size + " arrived");
      }
      Thread.sleep(5);
    }
  }

  private static double median(List<double[]> rounds, int column) {
    return Sample.median(rounds.stream().mapToDouble(round -> round[column]).toArray());
  }
}
