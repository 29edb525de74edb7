package dev.sluice.topology.catalog.values;

import dev.sluice.schemas.reading.BoundedConsumer;
import dev.sluice.schemas.serde.SluiceSerdes;
import dev.sluice.v1.JournalRecord;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads committed journal records by their places, in no consumer group and on the caller's thread.
 * A few may read at once, each for a second; each consumer serves one after the other.
 */
public final class KafkaJournal implements JournalSource, AutoCloseable {
  /** Each takes a few MiB while it reads. */
  static final int MOST_READS = 4;

  /** Shorter than a gateway waits for a catalog. */
  private static final Duration WITHIN = Duration.ofSeconds(1);

  /** Small, so that a seek does not bring what nobody asked for; a batch always comes whole. */
  private static final int FETCH_BYTES = 64 * 1024;

  /** A consumer, which serves one pass after the other. */
  private static final class Reader implements BoundedConsumer.Skipped {
    private final Consumer<byte[], byte[]> consumer;
    private @Nullable JournalPass pass;

    @SuppressWarnings("this-escape") // it is told of nothing before its first poll
    private Reader(Function<BoundedConsumer.Skipped, Consumer<byte[], byte[]>> open) {
      consumer = open.apply(this);
    }

    @Override
    public void tell(TopicPartition partition, long offset, String why) {
      if (pass != null) {
        pass.skipped(partition, offset, why);
      }
    }
  }

  private final String topic;
  private final Deserializer<JournalRecord> deserializer;
  private final Function<BoundedConsumer.Skipped, Consumer<byte[], byte[]>> open;
  private final Semaphore reads = new Semaphore(MOST_READS);
  private final Queue<Reader> idle = new ConcurrentLinkedQueue<>();
  private volatile boolean closed;

  /** Opens a consumer when the first read needs one. */
  public KafkaJournal(Map<String, String> kafka, String topic, SluiceSerdes serdes) {
    this(topic, serdes, skipped -> consumer(kafka, skipped));
  }

  KafkaJournal(
      String topic,
      SluiceSerdes serdes,
      Function<BoundedConsumer.Skipped, Consumer<byte[], byte[]>> open) {
    this.topic = topic;
    this.deserializer = serdes.deserializer(JournalRecord.class);
    this.open = open;
  }

  private static Consumer<byte[], byte[]> consumer(
      Map<String, String> kafka, BoundedConsumer.Skipped skipped) {
    var settings = new HashMap<String, Object>(kafka);
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    settings.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, FETCH_BYTES);
    // What is asked for is there; a fetch that waited for more would hold up the next seek.
    settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 1);
    settings.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) WITHIN.toMillis());
    settings.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) WITHIN.toMillis());
    return new BoundedConsumer(settings, skipped);
  }

  @Override
  public List<Read> read(List<JournalPlace> places) {
    if (places.isEmpty()) {
      return List.of();
    }
    if (closed) {
      throw new JournalUnavailableException("the catalog ends", null);
    }
    if (!reads.tryAcquire()) {
      throw new JournalUnavailableException(
          "values are read by " + MOST_READS + " requests already", null);
    }
    try {
      var found = readBy(reader(), places);
      if (found.isEmpty()) {
        throw new JournalUnavailableException(
            "Kafka did not return the journal within " + WITHIN.toMillis() + " ms", null);
      }
      return found;
    } finally {
      reads.release();
    }
  }

  private Reader reader() {
    var free = idle.poll();
    if (free != null) {
      return free;
    }
    try {
      return new Reader(open);
    } catch (KafkaException e) {
      throw new JournalUnavailableException("Kafka cannot be reached: " + e.getMessage(), e);
    }
  }

  /** A reader that fails is not used again. */
  private List<Read> readBy(Reader reader, List<JournalPlace> places) {
    var pass =
        new JournalPass(topic, reader.consumer, deserializer, System.nanoTime() + WITHIN.toNanos());
    reader.pass = pass;
    boolean isSound = false;
    try {
      var found = pass.read(places);
      isSound = true;
      return found;
    } finally {
      reader.pass = null;
      if (isSound) {
        idle.add(reader);
      } else {
        close(reader);
      }
      if (closed) {
        closeIdle();
      }
    }
  }

  private void closeIdle() {
    for (var reader = idle.poll(); reader != null; reader = idle.poll()) {
      close(reader);
    }
  }

  private static void close(Reader reader) {
    reader.consumer.close(CloseOptions.timeout(Duration.ZERO));
  }

  @Override
  public void close() {
    closed = true;
    closeIdle();
  }
}
