package dev.sluice.bench.inprocess;

import dev.sluice.bench.measure.Figure;
import dev.sluice.bench.measure.Sample;
import dev.sluice.bench.measure.Turns;
import dev.sluice.schemas.topic.TenantPartitions;
import dev.sluice.schemas.topic.Topics;
import dev.sluice.schemas.wire.JournalKey;
import dev.sluice.sdk.Agent;
import dev.sluice.sdk.RunContext;
import dev.sluice.v1.JournalRecord;
import dev.sluice.v1.StepEntry;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * How long a step with an empty body takes, against one acks=all append of the same bytes to the
 * same partition, read by the same gate (under a key of which it has nothing to decide), and
 * against one to a journal that nobody reads; at 100/s and one after the other, when the gate's
 * transactions and the appends want the same cores.
 */
final class DurableStep {
  // Together below the 10,000 positions that a run may have without a checkpoint.
  private static final Turns TURNS = new Turns(40, 40, 100);
  private static final Turns PACED_TURNS = new Turns(2, 10, 100);
  private static final long PERIOD_NANOS = 10_000_000;
  private static final String RESULT = "\"done\"";

  private DurableStep() {}

  private record Order(int length, long periodNanos, Sample sample, CountDownLatch done) {}

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
        Turns.paced(order.periodNanos(), () -> run.step("step", String.class, () -> "done"))
            .take(order.length(), order.sample());
        order.done().countDown();
      }
      return null;
    }

    private Turns.Turn each(long periodNanos) {
      return (length, sample) -> {
        var order = new Order(length, periodNanos, sample, new CountDownLatch(1));
        orders.put(order);
        if (!order.done().await(1, TimeUnit.MINUTES)) {
          throw new TimeoutException("no " + length + " steps within a minute");
        }
      };
    }

    private void end() throws InterruptedException {
      orders.put(new Order(0, 0, new Sample(0), new CountDownLatch(1)));
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
      Turns.Action appendRead = () -> stage.producer().send(read).get();
      Turns.Action appendUnread = () -> stage.producer().send(ignored).get();
      var samples = TURNS.measure(steps.each(0), Turns.of(appendRead), Turns.of(appendUnread));
      var paced =
          PACED_TURNS.measure(
              steps.each(PERIOD_NANOS),
              Turns.paced(PERIOD_NANOS, appendRead),
              Turns.paced(PERIOD_NANOS, appendUnread));
      steps.end();
      return figures(samples, paced);
    }
  }

  private static List<Figure> figures(List<Sample> samples, List<Sample> paced) {
    return List.of(
        pair("durable step at 100/s, p50", paced, 50, 1),
        pair("durable step at 100/s, p50; floor: an append that nobody reads", paced, 50, 2),
        pair("durable step, p50", samples, 50, 1),
        pair("durable step, p99", samples, 99, 1),
        pair("durable step, p50; floor: an append that nobody reads", samples, 50, 2));
  }

  private static Figure pair(String name, List<Sample> samples, double percentile, int floor) {
    return Figure.of(name, samples.get(0).ms(percentile), "ms", samples.get(floor).ms(percentile));
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
    var record =
        new JournalRecord("tenant-0", "run-0", 1, "bench.01234567", 1_000, "1", entry, null);
    byte[] value = bed.serdes().serializer(JournalRecord.class).serialize(topic, record);
    var key = new JournalKey.Input("tenant-0", "run-floor-01234567890").text();
    int partition = TenantPartitions.of("tenant-0", Bed.PARTITIONS);
    return new ProducerRecord<>(topic, partition, key.getBytes(StandardCharsets.UTF_8), value);
  }
}
