package dev.sluice.bench;

import dev.sluice.runner.Agent;
import dev.sluice.runner.RunContext;
import dev.sluice.schemas.Topics;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** Time of a durable step, runs a second, and memory of runs that are blocked in a step. */
final class StepsAndThroughput {
  private static final int RUNS = 10_000;
  private static final int WARM_UP_RUNS = 4_000;
  private static final int STEPS = 3;
  private static final int LONE_STEPS = 1_500;
  private static final int BLOCKED = 2_000;

  /** Records of one run that the gate reads: submission, input, claim, three steps, end. */
  private static final int RECORDS_PER_RUN = 2 + 1 + STEPS + 1;

  private StepsAndThroughput() {}

  private static final class ThreeSteps implements Agent<@Nullable Object, @Nullable Object> {
    private final AtomicInteger ended = new AtomicInteger();

    @Override
    public String name() {
      return "three";
    }

    @Override
    public @Nullable Object run(RunContext run, @Nullable Object input) {
      for (int step = 1; step <= STEPS; step++) {
        run.step("step-" + step, () -> "done");
      }
      ended.incrementAndGet();
      return null;
    }
  }

  private static final class ManySteps implements Agent<@Nullable Object, @Nullable Object> {
    private final Sample sample = new Sample(LONE_STEPS);
    private final CountDownLatch done = new CountDownLatch(1);

    @Override
    public String name() {
      return "many";
    }

    @Override
    public @Nullable Object run(RunContext run, @Nullable Object input) {
      for (int step = 0; step < 2 * LONE_STEPS; step++) {
        long start = System.nanoTime();
        run.step("step-" + step, () -> "done");
        if (step >= LONE_STEPS) {
          sample.add(System.nanoTime() - start);
        }
      }
      done.countDown();
      return null;
    }
  }

  private static final class Blocked implements Agent<@Nullable Object, @Nullable Object> {
    private final CountDownLatch blocked = new CountDownLatch(BLOCKED);
    private final CountDownLatch release = new CountDownLatch(1);

    @Override
    public String name() {
      return "blocked";
    }

    @Override
    public @Nullable Object run(RunContext run, @Nullable Object input) {
      run.step(
          "wait",
          () -> {
            blocked.countDown();
            release.await();
            return null;
          });
      return null;
    }
  }

  @SuppressWarnings("try") // gate and runner are used through the topics
  static List<Figure> measure(Bed bed) throws Exception {
    var topics = bed.createTopics("work.");
    var three = new ThreeSteps();
    var many = new ManySteps();
    var blocked = new Blocked();
    var submissions = new Submissions(topics.name(Topics.RUNS), bed.serdes());
    try (var gate = bed.gate("work.", 10);
        var runner = bed.runner("work.", "work", 2_200, List.of(three, many, blocked));
        var producer = bed.producer()) {
      producer.send(submissions.of(0, "many", "null"));
      many.done.await();
      var floor = appends(topics.name(Topics.OUTPUTS), producer);
      burst(producer, submissions, three, 1, WARM_UP_RUNS);
      double perSecond = burst(producer, submissions, three, 100_000, RUNS);
      double bare;
      Sample readAppend;
      try (var floorProgram = new PassThrough(bed, "work.", 10)) {
        readAppend = floorProgram.appends(LONE_STEPS);
        floorProgram.throughput(WARM_UP_RUNS * RECORDS_PER_RUN);
        bare = floorProgram.throughput(RUNS * RECORDS_PER_RUN / 2) / RECORDS_PER_RUN;
      }
      double bytes = memory(producer, submissions, blocked);
      return List.of(
          Figure.of(
              "durable step, p50; floor: an append nobody reads",
              many.sample.ms(50),
              "ms",
              floor.ms(50)),
          Figure.of(
              "durable step, p50; floor: an append read exactly once",
              many.sample.ms(50),
              "ms",
              readAppend.ms(50)),
          Figure.of("10,000 runs of 3 steps", perSecond, "runs/s", bare),
          Figure.of("memory per run blocked in a step, gate's included", bytes / 1024, "KiB"));
    }
  }

  private static Sample appends(String topic, KafkaProducer<byte[], byte[]> producer)
      throws Exception {
    var sample = new Sample(LONE_STEPS);
    byte[] value = new byte[150];
    for (int i = 0; i < 2 * LONE_STEPS; i++) {
      long start = System.nanoTime();
      producer.send(new ProducerRecord<>(topic, value)).get();
      if (i >= LONE_STEPS) {
        sample.add(System.nanoTime() - start);
      }
    }
    return sample;
  }

  private static double burst(
      KafkaProducer<byte[], byte[]> producer,
      Submissions submissions,
      ThreeSteps agent,
      int from,
      int count)
      throws InterruptedException {
    int before = agent.ended.get();
    long start = System.nanoTime();
    for (int i = 0; i < count; i++) {
      producer.send(submissions.of(from + i, "three", "null"));
    }
    while (agent.ended.get() - before < count) {
      Thread.sleep(1);
    }
    return count / ((System.nanoTime() - start) / 1e9);
  }

  private static double memory(
      KafkaProducer<byte[], byte[]> producer, Submissions submissions, Blocked agent)
      throws InterruptedException {
    long before = used();
    for (int i = 0; i < BLOCKED; i++) {
      producer.send(submissions.of(1_000_000 + i, "blocked", "null"));
    }
    agent.blocked.await();
    long after = used();
    agent.release.countDown();
    return (after - before) / (double) BLOCKED;
  }

  private static long used() throws InterruptedException {
    for (int i = 0; i < 3; i++) {
      System.gc();
      Thread.sleep(200);
    }
    var runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
