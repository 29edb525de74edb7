package dev.sluice.runner.io;

import dev.sluice.runner.health.LifeSigns;
import dev.sluice.schemas.process.QuietLog;
import dev.sluice.schemas.serde.SluiceSerdes;
import dev.sluice.schemas.wire.SerdeException;
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
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Reads journal records by their offsets. One thread serves all runs of a worker: it goes through
 * what is asked for in the order of offsets and keeps what a fetch brought along, because runs that
 * were accepted together resume together.
 */
public final class JournalReader implements JournalSource, AutoCloseable {
  private static final QuietLog LOG = QuietLog.of(JournalReader.class);
  private static final long GIVE_UP_AFTER_MS = 20_000;
  private static final long STANDS_AFTER_MS = 60_000;
  private static final long LONGEST_IDLE_MS = 1_000;

  /** A broker that has just become the leader may not know the newest records for a moment. */
  private static final int TRIES_OUT_OF_RANGE = 10;

  private static final long PAUSE_OUT_OF_RANGE_MS = 200;

  private static final int MAX_KEPT_BYTES = 16 * 1024 * 1024;
  private static final int MAX_BATCHES = 16;
  private static final Duration POLL = Duration.ofMillis(50);

  private record Place(int partition, long offset) {}

  /** What a fetch brought: a value and its append time. */
  private record Fetched(byte[] value, long appendedMs) {}

  private record Asked(Place place, CompletableFuture<Fetched> answer, long atMs) {}

  private final String topic;
  private final Consumer<byte[], byte[]> consumer;
  private final Deserializer<JournalRecord> deserializer;
  private final LinkedBlockingQueue<Asked> queue = new LinkedBlockingQueue<>();
  private final LinkedHashMap<Place, Fetched> kept = new LinkedHashMap<>();
  private final List<Asked> open = new ArrayList<>();

  /** Decoded once for all the children that take their inputs from one. */
  private final Map<Place, Stored> batches =
      Collections.synchronizedMap(
          new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<Place, Stored> eldest) {
              return size() > MAX_BATCHES;
            }
          });

  private final Serializer<JournalRecord> serializer;
  private final LifeSigns.Sign sign;
  private final Thread thread;
  private int keptBytes;
  private volatile boolean closed;

  /** Reads when it is started. */
  public JournalReader(
      String topic, Consumer<byte[], byte[]> consumer, SluiceSerdes serdes, LifeSigns life) {
    this.topic = topic;
    this.consumer = consumer;
    this.deserializer = serdes.deserializer(JournalRecord.class);
    this.serializer = serdes.serializer(JournalRecord.class);
    sign = life.sign("journal-reader", STANDS_AFTER_MS);
    thread =
        life.thread(
            "journal-reader",
            () -> {
              prepare();
              work();
            });
  }

  /** Starts the one thread that reads. */
  public void start() {
    thread.start();
  }

  /**
   * Does once what a resumption does: the first one after a kill should not wait for a connection,
   * a schema and classes.
   */
  private void prepare() {
    var any = new JournalRecord("", "", 0, "", 0, "", new FenceEntry(""), null);
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
      LOG.info("The journal cannot be read yet; the first run that needs it tries again", e);
    }
  }

  @Override
  public List<Stored> read(int partition, List<Long> offsets) throws InterruptedException {
    for (int tries = 1; ; tries++) {
      try {
        return readOnce(partition, offsets);
      } catch (OffsetOutOfRangeException e) {
        if (tries == TRIES_OUT_OF_RANGE) {
          throw new JournalBrokenException("the journal has no such offset: " + e.getMessage(), e);
        }
        Thread.sleep(PAUSE_OUT_OF_RANGE_MS);
      }
    }
  }

  private List<Stored> readOnce(int partition, List<Long> offsets) throws InterruptedException {
    var asked = new ArrayList<Asked>(offsets.size());
    long now = nowMs();
    for (long offset : offsets) {
      if (offset < 0) {
        throw new JournalBrokenException("no journal has an offset " + offset, null);
      }
      asked.add(new Asked(new Place(partition, offset), new CompletableFuture<>(), now));
    }
    queue.addAll(asked);
    var records = new ArrayList<Stored>(offsets.size());
    for (var one : asked) {
      records.add(decode(one));
    }
    return records;
  }

  private Stored decode(Asked asked) throws InterruptedException {
    try {
      var fetched = asked.answer().get();
      var batch = batches.get(asked.place());
      return batch == null ? decode(asked.place(), fetched) : batch;
    } catch (java.util.concurrent.ExecutionException e) {
      throw switch (e.getCause()) {
        case JournalBrokenException broken -> broken;
        case OffsetOutOfRangeException outside -> outside;
        case null, default ->
            new KafkaException("cannot read the journal at " + asked.place(), e.getCause());
      };
    }
  }

  private Stored decode(Place place, Fetched fetched) {
    try {
      var record = deserializer.deserialize(topic, fetched.value());
      var stored = new Stored(record, fetched.appendedMs());
      if (record.getEntry() instanceof SpawnEntry) {
        batches.put(place, stored);
      }
      return stored;
    } catch (RuntimeException | StackOverflowError e) {
      if (e instanceof SerdeException serde && serde.kind() != SerdeException.Kind.MALFORMED) {
        throw serde; // the registry's fault, and over when that is
      }
      throw new JournalBrokenException("the record at " + place + " cannot be read: " + e, e);
    }
  }

  private static long nowMs() {
    return System.nanoTime() / 1_000_000;
  }

  private void work() {
    while (!closed) {
      try {
        turn();
      } catch (InterruptedException | InterruptException | WakeupException e) {
        // Only close() interrupts; the loop's condition ends it.
      } catch (RuntimeException e) {
        LOG.warn("Reading the journal failed; going on", e);
        failAll(new KafkaException("reading the journal failed", e));
      }
    }
    failAll(new KafkaException("the worker stops"));
  }

  private void turn() throws InterruptedException {
    sign.turned();
    if (open.isEmpty()) {
      var first = queue.poll(LONGEST_IDLE_MS, TimeUnit.MILLISECONDS);
      if (first == null) {
        return;
      }
      open.add(first);
    }
    queue.drainTo(open);
    serve(open);
  }

  /** What fails together is tried one by one: a place that cannot be read fails for itself. */
  private void serve(List<Asked> asked) {
    asked.removeIf(this::serveKept);
    try {
      fetch(asked);
    } catch (InterruptException | WakeupException e) {
      throw e;
    } catch (OffsetOutOfRangeException e) {
      e.offsetOutOfRangePartitions().forEach((at, offset) -> outOfRange(asked, at, offset, e));
    } catch (RuntimeException e) {
      List.copyOf(asked).forEach(this::fetchAlone);
    }
    asked.removeIf(one -> one.answer().isDone());
    dropOldest();
  }

  /** The first place that was asked for lies before the journal's start, or all behind its end. */
  private void outOfRange(
      List<Asked> asked, TopicPartition at, long offset, OffsetOutOfRangeException cause) {
    Long start = consumer.beginningOffsets(List.of(at)).get(at);
    for (var one : asked) {
      if (one.place().partition() != at.partition()) {
        continue;
      }
      if (start == null || offset >= start) {
        one.answer().completeExceptionally(cause);
      } else if (one.place().offset() < start) {
        one.answer().completeExceptionally(notThere(one.place()));
      }
    }
  }

  private void fetchAlone(Asked asked) {
    try {
      if (!serveKept(asked)) {
        fetch(new ArrayList<>(List.of(asked)));
      }
    } catch (InterruptException | WakeupException e) {
      throw e;
    } catch (RuntimeException e) {
      asked.answer().completeExceptionally(e);
    }
  }

  private void fetch(List<Asked> asked) {
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
  }

  /**
   * Whether a record is certainly not there: the poll that began at or before it has passed it. One
   * that was deleted must not hold up all the others.
   */
  private boolean isGone(Asked asked) {
    var place = asked.place();
    return consumer.position(new TopicPartition(topic, place.partition())) > place.offset()
        && asked.answer().completeExceptionally(notThere(place));
  }

  private static JournalBrokenException notThere(Place place) {
    return new JournalBrokenException("there is no record at " + place, null);
  }

  private boolean serveKept(Asked asked) {
    var fetched = kept.get(asked.place());
    return fetched != null && asked.answer().complete(fetched);
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
    var fetched = new Fetched(record.value(), record.timestamp());
    if (kept.put(new Place(record.partition(), record.offset()), fetched) == null) {
      keptBytes += record.value().length;
    }
  }

  /** Only behind the answers: what was asked for must not be dropped unread. */
  private void dropOldest() {
    var oldest = kept.entrySet().iterator();
    while (keptBytes > MAX_KEPT_BYTES && oldest.hasNext()) {
      keptBytes -= oldest.next().getValue().value().length;
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
    LifeSigns.awaitEnd(thread, Duration.ofSeconds(5));
    consumer.close();
  }
}
