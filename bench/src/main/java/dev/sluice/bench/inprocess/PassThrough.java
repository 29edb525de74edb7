package dev.sluice.bench.inprocess;

import dev.sluice.bench.floor.Claimer;
import dev.sluice.bench.floor.PassThroughStreams;
import dev.sluice.bench.floor.PassThroughStreams.Names;
import dev.sluice.bench.measure.Pace;
import dev.sluice.bench.measure.Sample;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.streams.KafkaStreams;

/**
 * The hops of a start without our logic: produce, an exactly-once Kafka Streams application that
 * writes one store entry and passes the record on, and a claim in a transaction.
 */
final class PassThrough implements AutoCloseable {
  private static final int PARTITIONS = 4;

  private final Names names;
  private final KafkaStreams streams;
  private final KafkaProducer<byte[], byte[]> producer;
  private final Claimer claimer;
  private final AtomicLong passed = new AtomicLong();
  private volatile Sample sample = new Sample(0);

  PassThrough(Bed bed, String prefix, int commitIntervalMs) throws Exception {
    names = new Names(prefix);
    try (var admin = Admin.create(bed.client())) {
      var all = List.of(names.in(), names.out(), names.claims());
      var topics = all.stream().map(name -> new NewTopic(name, PARTITIONS, (short) 1)).toList();
      admin.createTopics(topics).all().get();
      Bed.awaitTopics(admin, all);
    }
    producer = bed.producer();
    streams = PassThroughStreams.start(bed.client(), names, bed.dir(), commitIntervalMs);
    claimer = new Claimer(bed.client(), names, this::count);
  }

  private void count(Iterable<ConsumerRecord<byte[], byte[]>> claimed) {
    long now = System.nanoTime();
    for (var record : claimed) {
      sample.add(now - ByteBuffer.wrap(record.value()).getLong());
      passed.incrementAndGet();
    }
  }

  /** Passes {@code count} records, one each {@code periodNanos}. */
  Sample measure(int count, long periodNanos) throws InterruptedException {
    sample = new Sample(count);
    long next = System.nanoTime();
    for (int i = 0; i < count; i++) {
      send(i);
      next += periodNanos;
      Pace.until(next);
    }
    StartLatency.awaitSize(sample, count);
    return sample;
  }

  /** Passes {@code count} records as fast as it goes; records a second. */
  double throughput(int count) throws InterruptedException {
    long before = passed.get();
    long start = System.nanoTime();
    for (int i = 0; i < count; i++) {
      send(i);
    }
    while (passed.get() - before < count) {
      Thread.sleep(1);
    }
    return count / ((System.nanoTime() - start) / 1e9);
  }

  /** How long one append to what this program reads takes, one after the other. */
  Sample appends(int count) throws Exception {
    var appended = new Sample(count);
    for (int i = 0; i < 2 * count; i++) {
      long start = System.nanoTime();
      send(i).get();
      if (i >= count) {
        appended.add(System.nanoTime() - start);
      }
    }
    return appended;
  }

  private Future<RecordMetadata> send(int number) {
    byte[] key = ByteBuffer.allocate(8).putLong(number % 1_000).array();
    byte[] value = ByteBuffer.allocate(200).putLong(System.nanoTime()).array();
    return producer.send(new ProducerRecord<>(names.in(), key, value));
  }

  @Override
  public void close() {
    claimer.close();
    producer.close();
    streams.close(Duration.ofSeconds(5));
  }
}
