package dev.sluice.runner.worker;

import dev.sluice.schemas.SluiceSerdes;
import dev.sluice.v1.FenceEntry;
import dev.sluice.v1.JournalRecord;
import dev.sluice.v1.SpawnEntry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads journal records by their offsets. One thread serves all runs of a worker: it goes through
 * what is asked for in the order of offsets and keeps what a fetch brought along, because runs that
 * were accepted together resume together.
 */
final class JournalReader implements JournalSource, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(JournalReader.class);
  private static final long GIVE_UP_AFTER_MS = 20_000;
  private static final int MAX_KEPT_BYTES = 16 * 1024 * 1024;
  private static final int MAX_BATCHES = 16;
  private static final Duration POLL = Duration.ofMillis(50);

  private record Place(int partition, long offset) {}

  private record Asked(Place place, CompletableFuture<byte[]> answer, long atMs) {}

  private final String topic;
  private final Consumer<byte[], byte[]> consumer;
  private final Deserializer<JournalRecord> deserializer;
  private final LinkedBlockingQueue<Asked> queue = new LinkedBlockingQueue<>();
  private final LinkedHashMap<Place, byte[]> kept = new LinkedHashMap<>();
  private final List<Asked> open = new ArrayList<>();

  /** Decoded once for all the children that take their inputs from one. */
  private final Map<Place, JournalRecord> batches =
      Collections.synchronizedMap(
          new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<Place, JournalRecord> eldest) {
              return size() > MAX_BATCHES;
            }
          });

  private final Thread thread;
  private int keptBytes;
  private volatile boolean closed;

  JournalReader(String topic, Consumer<byte[], byte[]> consumer, SluiceSerdes serdes) {
    this.topic = topic;
    this.consumer = consumer;
    this.deserializer = serdes.deserializer(JournalRecord.class);
    this.thread =
        Thread.ofPlatform()
            .name("journal-reader")
            .daemon()
            .start(
                () -> {
                  prepare(serdes.serializer(JournalRecord.class));
                  work();
                });
  }

  /**
   * Does once what a resumption does: the first one after a kill should not wait for a connection,
   * a schema and classes.
   */
  private void prepare(Serializer<JournalRecord> serializer) {
    var any = new JournalRecord("", "", 0, "", 0, "", new FenceEntry(""));
    try {
      deserializer.deserialize(topic, serializer.serialize(topic, any));
      var partitions =
          consumer.partitionsFor(topic).stream()
              .map(one -> new TopicPartition(topic, one.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      consumer.poll(POLL);
    } catch (RuntimeException e) { // whatever it is, the thread must go on
      LOG.debug("The journal cannot be read yet; the first run that needs it tries again", e);
    }
  }

  @Override
  public List<JournalRecord> read(int partition, List<Long> offsets) throws InterruptedException {
    var asked = new ArrayList<Asked>(offsets.size());
    long now = nowMs();
    for (long offset : offsets) {
      var one = new Asked(new Place(partition, offset), new CompletableFuture<>(), now);
      asked.add(one);
      queue.add(one);
    }
    var records = new ArrayList<JournalRecord>(offsets.size());
    for (var one : asked) {
      records.add(decode(one));
    }
    return records;
  }

  private JournalRecord decode(Asked asked) throws InterruptedException {
    try {
      byte[] value = asked.answer().get();
      var batch = batches.get(asked.place());
      if (batch != null) {
        return batch;
      }
      var record = deserializer.deserialize(topic, value);
      if (record == null) {
        throw new KafkaException("a tombstone lies at " + asked.place());
      }
      if (record.getEntry() instanceof SpawnEntry) {
        batches.put(asked.place(), record);
      }
      return record;
    } catch (java.util.concurrent.ExecutionException e) {
      throw new KafkaException("cannot read the journal at " + asked.place(), e.getCause());
    }
  }

  private static long nowMs() {
    return System.nanoTime() / 1_000_000;
  }

  private void work() {
    while (!closed) {
      try {
        serve(take());
      } catch (InterruptedException | WakeupException e) {
        // Only close() interrupts; the loop's condition ends it.
      } catch (KafkaException e) {
        failAll(e);
      }
    }
    failAll(new KafkaException("the worker stops"));
  }

  private List<Asked> take() throws InterruptedException {
    if (open.isEmpty()) {
      open.add(queue.take());
    }
    queue.drainTo(open);
    return open;
  }

  private void serve(List<Asked> asked) {
    asked.removeIf(this::serveKept);
    if (asked.isEmpty()) {
      return;
    }
    var first = new HashMap<TopicPartition, Long>();
    asked.forEach(
        one ->
            first.merge(
                new TopicPartition(topic, one.place().partition()),
                one.place().offset(),
                Math::min));
    consumer.assign(first.keySet());
    first.forEach(consumer::seek);
    consumer.poll(POLL).forEach(this::keep);
    asked.removeIf(one -> serveKept(one) || isGone(one) || isHopeless(one));
    dropOldest();
  }

  /**
   * Whether a record is certainly not there: the poll that began at or before it has passed it. One
   * that was deleted must not hold up all the others.
   */
  private boolean isGone(Asked asked) {
    var place = asked.place();
    return consumer.position(new TopicPartition(topic, place.partition())) > place.offset()
        && asked
            .answer()
            .completeExceptionally(new KafkaException("the record at " + place + " was deleted"));
  }

  private boolean serveKept(Asked asked) {
    byte[] value = kept.get(asked.place());
    return value != null && asked.answer().complete(value);
  }

  private static boolean isHopeless(Asked asked) {
    return nowMs() - asked.atMs() > GIVE_UP_AFTER_MS
        && asked
            .answer()
            .completeExceptionally(new KafkaException("no record at " + asked.place()));
  }

  private void keep(ConsumerRecord<byte[], byte[]> record) {
    if (record.value() == null) {
      return;
    }
    if (kept.put(new Place(record.partition(), record.offset()), record.value()) == null) {
      keptBytes += record.value().length;
    }
  }

  /** Only behind the answers: what was asked for must not be dropped unread. */
  private void dropOldest() {
    var oldest = kept.entrySet().iterator();
    while (keptBytes > MAX_KEPT_BYTES && oldest.hasNext()) {
      keptBytes -= oldest.next().getValue().length;
      oldest.remove();
    }
  }

  private void failAll(KafkaException cause) {
    queue.drainTo(open);
    open.forEach(one -> one.answer().completeExceptionally(cause));
    open.clear();
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    try {
      thread.join(Duration.ofSeconds(5));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    consumer.close();
  }
}
