package dev.sluice.bench.floor;

import dev.sluice.bench.floor.PassThroughStreams.Names;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Claims each record that passed through, in one transaction per poll. */
public final class Claimer implements AutoCloseable {
  private final Names names;
  private final KafkaProducer<byte[], byte[]> producer;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Consumer<Iterable<ConsumerRecord<byte[], byte[]>>> claimed;
  private final CountDownLatch assigned = new CountDownLatch(1);
  private final Thread thread;
  private volatile boolean closed;

  /**
   * Begins.
   *
   * @param claimed receives the claims of each committed transaction
   */
  public Claimer(
      Map<String, Object> client,
      Names names,
      Consumer<Iterable<ConsumerRecord<byte[], byte[]>>> claimed) {
    this.names = names;
    this.claimed = claimed;
    var transactional = new HashMap<>(client);
    transactional.put("transactional.id", names.prefix() + "floor");
    transactional.put("linger.ms", "0");
    producer =
        new KafkaProducer<>(transactional, new ByteArraySerializer(), new ByteArraySerializer());
    producer.initTransactions();
    var group = new HashMap<>(client);
    group.putAll(
        Map.of(
            "group.id", names.prefix() + "floor",
            "isolation.level", "read_committed",
            "enable.auto.commit", "false",
            "auto.offset.reset", "earliest"));
    consumer = new KafkaConsumer<>(group, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    thread = Thread.ofPlatform().name("floor").daemon().start(this::claim);
  }

  private void claim() {
    consumer.subscribe(List.of(names.out()), new Assigned());
    while (!closed) {
      try {
        var records = consumer.poll(Duration.ofMillis(100));
        if (!records.isEmpty()) {
          producer.beginTransaction();
          records.forEach(
              record ->
                  producer.send(
                      new ProducerRecord<>(names.claims(), record.key(), record.value())));
          producer.sendOffsetsToTransaction(records.nextOffsets(), consumer.groupMetadata());
          producer.commitTransaction();
          claimed.accept(records);
        }
      } catch (WakeupException | InterruptException e) {
        // Only close() wakes the loop up; its condition ends it.
      }
    }
  }

  /** Returns when it has partitions. */
  void awaitPartitions() throws InterruptedException {
    if (!assigned.await(1, TimeUnit.MINUTES)) {
      throw new IllegalStateException("the floor's worker has no partitions after a minute");
    }
  }

  private final class Assigned implements ConsumerRebalanceListener {
    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      assigned.countDown();
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      // A transaction is never open while the consumer polls.
    }
  }

  @Override
  public void close() {
    closed = true;
    consumer.wakeup();
    try {
      thread.join(Duration.ofSeconds(5));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    consumer.close();
    producer.close();
  }
}
