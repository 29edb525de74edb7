package dev.sluice.bench;

import dev.sluice.runner.Agent;
import dev.sluice.runner.RunContext;
import dev.sluice.schemas.JournalKey;
import dev.sluice.schemas.TenantPartitions;
import dev.sluice.schemas.Topics;
import dev.sluice.v1.JournalRecord;
import dev.sluice.v1.StepEntry;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.SynchronousQueue;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * How long a step with an empty body takes, against one acks=all append of the same bytes to the
 * same partition, read by the same gate (under a key of which it has nothing to decide), and
 * against one to a journal that nobody reads.
 */
final class DurableStep {
  private static final Turns TURNS = new Turns(48, 48, 100);
  private static final String RESULT = "\"done\"";

  private DurableStep() {}

  private record Order(int length, Sample sample, CountDownLatch done) {}

  /** Executes steps in its own thread, as many at a time as it is told. */
  private static final class Steps implements Agent<@Nullable Object, @Nullable Object> {
    private final SynchronousQueue<Order> orders = new SynchronousQueue<>();

    @Override
    public String name() {
      return "steps";
    }

    @Override
    public @Nullable Object run(RunContext run, @Nullable Object input) throws Exception {
      for (var order = orders.take(); order.length() > 0; order = orders.take()) {
        Turns.of(() -> run.step("step", () -> "done")).take(order.length(), order.sample());
        order.done().countDown();
      }
      return null;
    }

    private void take(int length, Sample sample) throws InterruptedException {
      var order = new Order(length, sample, new CountDownLatch(1));
      orders.put(order);
      order.done().await();
    }
  }

  static List<Figure> measure(Bed bed) throws Exception {
    var steps = new Steps();
    var unread = bed.createTopics("step-floor.").name(Topics.JOURNAL);
    try (var stage = new Stage(bed, "step.", 10, List.of(steps))) {
      var journal = stage.topics().name(Topics.JOURNAL);
      stage.submit("steps", "null");
      var read = record(bed, journal);
      var ignored = record(bed, unread);
      var samples =
          TURNS.measure(
              steps::take,
              Turns.of(() -> stage.producer().send(read).get()),
              Turns.of(() -> stage.producer().send(ignored).get()));
      steps.orders.put(new Order(0, new Sample(0), new CountDownLatch(1)));
      return figures(samples);
    }
  }

  private static List<Figure> figures(List<Sample> samples) {
    var step = samples.get(0);
    var read = samples.get(1);
    var unread = samples.get(2);
    return List.of(
        Figure.of("durable step, p50", step.ms(50), "ms", read.ms(50)),
        Figure.of("durable step, p99", step.ms(99), "ms", read.ms(99)),
        Figure.of(
            "durable step, p50; floor: an append nobody reads", step.ms(50), "ms", unread.ms(50)));
  }

  /** A record as large as a step's, under a key as long. */
  private static ProducerRecord<byte[], byte[]> record(Bed bed, String topic) {
    var entry =
        new StepEntry(
            "step",
            ByteBuffer.wrap(RESULT.getBytes(StandardCharsets.UTF_8)),
            "application/json",
            null,
            Map.of(),
            1,
            System.currentTimeMillis(),
            System.currentTimeMillis());
    var record = new JournalRecord("tenant-0", "run-0", 1, "bench.01234567", 1_000, "1", entry);
    byte[] value = bed.serdes().serializer(JournalRecord.class).serialize(topic, record);
    var key = new JournalKey.Input("tenant-0", "run-floor-01234567890").text();
    int partition = TenantPartitions.of("tenant-0", Bed.PARTITIONS);
    return new ProducerRecord<>(topic, partition, key.getBytes(StandardCharsets.UTF_8), value);
  }
}
