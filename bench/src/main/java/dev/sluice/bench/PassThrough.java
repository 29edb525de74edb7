package dev.sluice.bench;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

/**
 * The hops of a start without our logic: produce, an exactly-once Kafka Streams application that
 * writes one store entry and passes the record on, and a claim in a transaction.
 */
final class PassThrough implements AutoCloseable {
  private static final int PARTITIONS = 4;

  private final String in;
  private final String out;
  private final String claims;
  private final KafkaStreams streams;
  private final KafkaProducer<byte[], byte[]> producer;
  private final KafkaProducer<byte[], byte[]> claimer;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Thread thread;
  private final AtomicLong passed = new AtomicLong();
  private volatile Sample sample = new Sample(0);
  private volatile boolean closed;

  PassThrough(Bed bed, String prefix, int commitIntervalMs) throws Exception {
    in = prefix + "floor-in";
    out = prefix + "floor-out";
    claims = prefix + "floor-claims";
    try (var admin = Admin.create(bed.client())) {
      var topics =
          List.of(in, out, claims).stream()
              .map(name -> new NewTopic(name, PARTITIONS, (short) 1))
              .toList();
      admin.createTopics(topics).all().get();
      Bed.awaitTopics(admin, List.of(in, out, claims));
    }
    streams = new KafkaStreams(topology(), config(bed, prefix, commitIntervalMs));
    producer = bed.producer();
    var transactional = bed.client();
    transactional.put("transactional.id", prefix + "floor");
    transactional.put("linger.ms", "0");
    claimer =
        new KafkaProducer<>(transactional, new ByteArraySerializer(), new ByteArraySerializer());
    claimer.initTransactions();
    var group = bed.client();
    group.putAll(
        Map.of(
            "group.id", prefix + "floor",
            "isolation.level", "read_committed",
            "enable.auto.commit", "false",
            "auto.offset.reset", "earliest"));
    consumer = new KafkaConsumer<>(group, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    streams.start();
    while (streams.state() != KafkaStreams.State.RUNNING) {
      Thread.sleep(20);
    }
    thread = Thread.ofPlatform().name("floor").daemon().start(this::claim);
  }

  private Topology topology() {
    var store =
        Stores.keyValueStoreBuilder(
            Stores.inMemoryKeyValueStore("floor"), Serdes.Bytes(), Serdes.ByteArray());
    return new Topology()
        .addSource("in", new ByteArrayDeserializer(), new ByteArrayDeserializer(), in)
        .addProcessor("pass", Pass::new, "in")
        .addStateStore(store, "pass")
        .addSink("out", out, new ByteArraySerializer(), new ByteArraySerializer(), "pass");
  }

  private static final class Pass extends ContextualProcessor<byte[], byte[], byte[], byte[]> {
    @Override
    public void process(Record<byte[], byte[]> record) {
      KeyValueStore<Bytes, byte[]> store = context().getStateStore("floor");
      store.put(Bytes.wrap(record.key()), record.value());
      context().forward(record);
    }
  }

  private static Properties config(Bed bed, String prefix, int commitIntervalMs) {
    var settings = new Properties();
    settings.putAll(bed.client());
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, prefix + "floor-app");
    settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, commitIntervalMs);
    settings.put(StreamsConfig.POLL_MS_CONFIG, commitIntervalMs);
    settings.put(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, -1L);
    settings.put(StreamsConfig.STATE_DIR_CONFIG, bed.dir().resolve(prefix + "floor").toString());
    settings.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0L);
    settings.put(StreamsConfig.producerPrefix("linger.ms"), 5);
    settings.put(StreamsConfig.consumerPrefix("auto.offset.reset"), "earliest");
    return settings;
  }

  private void claim() {
    consumer.subscribe(List.of(out));
    while (!closed) {
      try {
        var records = consumer.poll(Duration.ofMillis(100));
        if (!records.isEmpty()) {
          claimer.beginTransaction();
          records.forEach(
              record -> claimer.send(new ProducerRecord<>(claims, record.key(), record.value())));
          claimer.sendOffsetsToTransaction(records.nextOffsets(), consumer.groupMetadata());
          claimer.commitTransaction();
          long now = System.nanoTime();
          records.forEach(record -> sample.add(now - ByteBuffer.wrap(record.value()).getLong()));
          passed.addAndGet(records.count());
        }
      } catch (WakeupException | InterruptException e) {
        // Only close() wakes the loop up; its condition ends it.
      }
    }
  }

  /** Passes {@code count} records, one each {@code periodNanos}. */
  Sample measure(int count, long periodNanos) throws InterruptedException {
    sample = new Sample(count);
    long next = System.nanoTime();
    for (int i = 0; i < count; i++) {
      send(i);
      next += periodNanos;
      StartLatency.pauseUntil(next);
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
    return producer.send(new ProducerRecord<>(in, key, value));
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
    claimer.close();
    producer.close();
    streams.close(Duration.ofSeconds(5));
  }
}
