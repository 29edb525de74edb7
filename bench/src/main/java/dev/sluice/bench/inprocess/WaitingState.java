package dev.sluice.bench.inprocess;

import dev.sluice.bench.measure.Figure;
import dev.sluice.schemas.topic.Topics;
import dev.sluice.sdk.Agent;
import dev.sluice.sdk.RunContext;
import dev.sluice.v1.Decision;
import dev.sluice.v1.DecisionKind;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** Cost of 10,000 runs that wait for a time: bytes in the gate's stores, and heap. */
final class WaitingState {
  private static final int RUNS = 10_000;
  private static final Duration BOUND = Duration.ofMinutes(2);

  private WaitingState() {}

  private static final class Sleeper implements Agent<@Nullable Object, @Nullable Object> {
    @Override
    public String name() {
      return "sleeper";
    }

    @Override
    public @Nullable Object run(RunContext run, @Nullable Object input) {
      run.sleep(Duration.ofHours(1));
      return null;
    }
  }

  static List<Figure> measure(Bed bed) throws Exception {
    try (var stage = new Stage(bed, "waiting.", 10, List.of(new Sleeper()))) {
      // The first runs fill what is kept for good: buffers, caches, pools of threads.
      submitAndAwait(bed, stage, RUNS);
      long heap = BlockedMemory.used();
      double state = stateBytes(bed);
      submitAndAwait(bed, stage, 2 * RUNS);
      return List.of(
          Figure.of("the gate's state per waiting run", (stateBytes(bed) - state) / RUNS, "B"),
          Figure.of(
              "heap of gate, broker and runner per waiting run",
              (BlockedMemory.used() - heap) / 1024.0 / RUNS,
              "KiB"));
    }
  }

  private static void submitAndAwait(Bed bed, Stage stage, int waiting)
      throws InterruptedException {
    for (int i = 0; i < RUNS; i++) {
      stage.submit("sleeper", "null");
    }
    long until = System.nanoTime() + BOUND.toNanos();
    while (waits(bed, stage) < waiting) {
      if (System.nanoTime() > until) {
        throw new IllegalStateException("only " + waits(bed, stage) + " runs wait");
      }
      Thread.sleep(500);
    }
  }

  private static int waits(Bed bed, Stage stage) {
    var topic = stage.topics().name(Topics.DECISIONS);
    var waits = new AtomicInteger();
    try (var decisions = bed.serdes().deserializer(Decision.class)) {
      TopicRecords.read(
          bed,
          List.of(topic),
          record -> {
            if (decisions.deserialize(topic, record.value()).getKind() == DecisionKind.WAIT) {
              waits.incrementAndGet();
            }
          });
    }
    return waits.get();
  }

  /** By the changelogs, whose last record of a key is what the store holds. */
  private static double stateBytes(Bed bed) throws Exception {
    try (var admin = Admin.create(bed.client())) {
      var changelogs =
          admin.listTopics().names().get().stream()
              .filter(name -> name.startsWith("waiting.sluice-gate") && name.endsWith("-changelog"))
              .toList();
      var last = new HashMap<List<Object>, Integer>();
      TopicRecords.read(bed, changelogs, record -> last.put(place(record), size(record)));
      return last.values().stream().mapToLong(size -> size).sum();
    }
  }

  private static List<Object> place(ConsumerRecord<byte[], byte[]> record) {
    return List.of(record.topic(), record.partition(), ByteBuffer.wrap(record.key()));
  }

  private static int size(ConsumerRecord<byte[], byte[]> record) {
    return record.value() == null ? 0 : record.key().length + record.value().length;
  }
}
