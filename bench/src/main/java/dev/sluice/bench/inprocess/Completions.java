package dev.sluice.bench.inprocess;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Counts the runs that have ended, as a user's service would: by committed completions. */
final class Completions implements AutoCloseable {
  private static final Duration BOUND = Duration.ofMinutes(2);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final AtomicLong read = new AtomicLong();
  private final Thread thread;

  Completions(Bed bed, String topic) {
    var settings = bed.client();
    settings.putAll(Map.of("isolation.level", "read_committed", "auto.offset.reset", "latest"));
    consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    var partitions =
        consumer.partitionsFor(topic).stream()
            .map(info -> new TopicPartition(topic, info.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToEnd(partitions);
    partitions.forEach(consumer::position);
    thread = Thread.ofPlatform().name("completions").daemon().start(this::count);
  }

  private void count() {
    try {
      while (true) {
        read.addAndGet(consumer.poll(Duration.ofMillis(100)).count());
      }
    } catch (WakeupException e) {
      // close() ends the loop
    }
  }

  /** Does {@code work} and returns when {@code count} more runs have ended. */
  void await(int count, Runnable work) throws InterruptedException {
    long target = read.get() + count;
    long until = System.nanoTime() + BOUND.toNanos();
    work.run();
    while (read.get() < target) {
      if (System.nanoTime() > until) {
        throw new IllegalStateException(target - read.get() + " runs have not ended in time");
      }
      Thread.sleep(1);
    }
  }

  @Override
  public void close() {
    consumer.wakeup();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    consumer.close();
  }
}
