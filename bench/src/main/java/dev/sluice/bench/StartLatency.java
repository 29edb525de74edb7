package dev.sluice.bench;

import dev.sluice.runner.Agent;
import dev.sluice.runner.RunContext;
import dev.sluice.schemas.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * From {@code producer.send} to the first line of the agent, at 50 a second with idle workers,
 * against a pass-through program of the same hops; alternating, medians of the runs.
 */
final class StartLatency {
  private static final int ROUNDS = 5;
  private static final int WARM_UP = 300;
  private static final int MEASURED = 400;
  private static final long PERIOD_NANOS = TimeUnit.SECONDS.toNanos(1) / 50;

  private StartLatency() {}

  private static final class Stamp implements Agent<Object, @Nullable Object> {
    private final Sample sample = new Sample(1_000_000);

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

  @SuppressWarnings("try") // gate and runner are used through the topics
  static List<Figure> measure(Bed bed, int commitIntervalMs) throws Exception {
    var medians = new ArrayList<double[]>();
    var prefix = "start" + commitIntervalMs + ".";
    var topics = bed.createTopics(prefix);
    var stamp = new Stamp();
    var submissions = new Submissions(topics.name(Topics.RUNS), bed.serdes());
    try (var gate = bed.gate(prefix, commitIntervalMs);
        var runner = bed.runner(prefix, "start", 64, List.of(stamp));
        var floor = new PassThrough(bed, prefix, commitIntervalMs);
        var producer = bed.producer()) {
      int number = 0;
      for (int round = 0; round <= ROUNDS; round++) {
        int count = round == 0 ? WARM_UP : MEASURED;
        var ours = new Sample(count);
        int before = stamp.sample.size();
        long next = System.nanoTime();
        for (int i = 0; i < count; i++) {
          producer.send(submissions.of(number++, "stamp", Long.toString(System.nanoTime())));
          next += PERIOD_NANOS;
          pauseUntil(next);
        }
        awaitSize(stamp.sample, before + count);
        stamp.sample.copyFrom(before, ours);
        var bare = floor.measure(count, PERIOD_NANOS);
        if (round > 0) {
          medians.add(new double[] {ours.ms(50), ours.ms(99), bare.ms(50), bare.ms(99)});
        }
      }
      var name = "start latency at 50/s, commit " + commitIntervalMs + " ms, ";
      return List.of(
          Figure.of(name + "p50", median(medians, 0), "ms", median(medians, 2)),
          Figure.of(name + "p99", median(medians, 1), "ms", median(medians, 3)));
    }
  }

  static void pauseUntil(long nanos) throws InterruptedException {
    long left = nanos - System.nanoTime();
    if (left > 0) {
      TimeUnit.NANOSECONDS.sleep(left);
    }
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
    double[] values = rounds.stream().mapToDouble(round -> round[column]).sorted().toArray();
    return values[values.length / 2];
  }
}
