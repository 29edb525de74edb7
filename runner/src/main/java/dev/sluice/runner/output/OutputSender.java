package dev.sluice.runner.output;

import dev.sluice.contract.Failures;
import dev.sluice.runner.health.LifeSigns;
import dev.sluice.runner.health.Watch;
import dev.sluice.schemas.process.QuietLog;
import dev.sluice.schemas.serde.SluiceSerdes;
import dev.sluice.v1.Output;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Sends a worker's chunks, in one thread: whatever Kafka or the registry make it wait for, the
 * worker's runs go on. What does not fit into memory meanwhile is lost, and counted.
 */
public final class OutputSender implements OutputSink, AutoCloseable {
  /** How long text waits for more. */
  private static final long FLUSH_MS = 10;

  /** What chunks in memory may take, those on their way to Kafka among them. */
  private static final long MOST_BYTES = 8L * 1024 * 1024;

  /** Of a chunk besides its bytes. */
  private static final int OVERHEAD_BYTES = 256;

  private static final Duration CLOSING = Duration.ofSeconds(2);
  private static final QuietLog LOG = QuietLog.of(OutputSender.class);

  private sealed interface Task {
    record Send(Output chunk, int partition, int bytes) implements Task {}

    record Flush(EpochOutput epoch, long atNanos) implements Task {}

    record Stop() implements Task {}
  }

  private final String topic;
  private final Producer<byte[], byte[]> producer;
  private final Serializer<Output> serializer;
  private final Watch watch;
  private final BlockingQueue<Task> tasks = new LinkedBlockingQueue<>(); // bounded by its bytes
  private final AtomicLong bytes = new AtomicLong();
  private final Thread thread;

  /** A sender that begins at once. */
  public OutputSender(
      String topic, Producer<byte[], byte[]> producer, SluiceSerdes serdes, Watch watch) {
    this.topic = topic;
    this.producer = producer;
    this.serializer = serdes.serializer(Output.class);
    this.watch = watch;
    this.thread = Thread.ofPlatform().name("outputs").daemon().start(this::work);
  }

  @Override
  public void send(Output chunk, int partition) {
    int size = chunk.getChunk().remaining() + OVERHEAD_BYTES;
    if (bytes.addAndGet(size) > MOST_BYTES) {
      lost(size);
    } else {
      tasks.add(new Task.Send(chunk, partition, size));
    }
  }

  @Override
  public void flushSoon(EpochOutput epoch) {
    tasks.add(new Task.Flush(epoch, System.nanoTime() + FLUSH_MS * 1_000_000));
  }

  private void lost(int size) {
    bytes.addAndGet(-size);
    watch.measures().chunkLost();
  }

  private void work() {
    try {
      while (handle(tasks.take())) {
        // until it is told to stop
      }
    } catch (InterruptedException closed) {
      // what is left is lost with its worker
    }
  }

  private boolean handle(Task task) throws InterruptedException {
    switch (task) {
      case Task.Flush(EpochOutput epoch, long atNanos) -> {
        long leftNanos = atNanos - System.nanoTime();
        if (leftNanos > 0) {
          Thread.sleep(Duration.ofNanos(leftNanos));
        }
        epoch.flushAsked();
      }
      case Task.Send send -> send(send);
      case Task.Stop() -> {
        return false;
      }
    }
    return true;
  }

  private void send(Task.Send task) {
    try {
      var chunk = task.chunk();
      byte[] value = serializer.serialize(topic, chunk);
      byte[] key = chunk.getRunId().getBytes(StandardCharsets.UTF_8);
      producer.send(
          new ProducerRecord<>(topic, task.partition(), key, value),
          (metadata, failure) -> {
            if (failure == null) {
              bytes.addAndGet(-task.bytes());
              watch.measures().chunkSent();
            } else {
              LOG.warn("A chunk of output was not sent", failure);
              lost(task.bytes());
            }
          });
    } catch (RuntimeException | StackOverflowError e) {
      if (Failures.isFatal(e)) {
        watch.life().failed("the sender of outputs", e);
      }
      LOG.warn("A chunk of output cannot be sent", e);
      lost(task.bytes());
    }
  }

  /** Sends what is there, for a moment at most. */
  @Override
  public void close() {
    tasks.add(new Task.Stop());
    LifeSigns.awaitEnd(thread, CLOSING);
    thread.interrupt();
    producer.close(CLOSING);
  }
}
