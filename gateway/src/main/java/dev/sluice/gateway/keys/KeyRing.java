package dev.sluice.gateway.keys;

import dev.sluice.schemas.process.SettingsException;
import dev.sluice.schemas.topic.RequiredTopics;
import dev.sluice.schemas.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All keys, read from their topic from its beginning and followed from there on. While Kafka cannot
 * be reached, those that were known last are in force. Safe for use by any number of threads.
 */
public final class KeyRing implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(KeyRing.class);
  private static final String NOT_YET = "the API keys have not been read yet";
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration BETWEEN_TRIES = Duration.ofMillis(500);

  /** Compared with where there is no key, so that this takes as long. */
  private static final String NO_HASH = KeyText.hash("");

  private final Map<String, String> kafka;
  private final String prefix;
  private final TopicPartition place;
  private final AtomicBoolean started = new AtomicBoolean();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition moved = lock.newCondition();
  private final Thread reader = Thread.ofPlatform().name("keys").daemon().unstarted(this::follow);
  private volatile @Nullable Map<String, ApiKey> keys;
  private volatile String why = NOT_YET;
  private volatile long passed = -1;
  private volatile boolean closed;

  /**
   * Reads nothing until it is started.
   *
   * @param kafka what a Kafka client is made with
   * @param prefix of the topics' names
   */
  public KeyRing(Map<String, String> kafka, String prefix) {
    this.kafka = Map.copyOf(kafka);
    this.prefix = prefix;
    place = new TopicPartition(prefix + Topics.KEYS, 0);
  }

  /** Begins to read; does nothing the second time. */
  public void start() {
    if (started.compareAndSet(false, true)) {
      reader.start();
    }
  }

  /** Why the keys are not known; empty if they are. */
  public Optional<String> whyNot() {
    return keys == null ? Optional.of(why) : Optional.empty();
  }

  /** The keys by their ids, expired ones among them; empty until they are read. */
  public Map<String, ApiKey> all() {
    var known = keys;
    return known == null ? Map.of() : Map.copyOf(known);
  }

  /** The key that a caller shows, expired or not; null if there is none. */
  public @Nullable ApiKey find(String text) {
    var known = keys;
    var id = KeyText.id(text);
    var key = known == null || id == null ? null : known.get(id);
    boolean matches = KeyText.matches(text, key == null ? NO_HASH : key.hash());
    return key != null && matches ? key : null;
  }

  /**
   * Waits until it has read so far.
   *
   * @param offset of a record; −1 waits for everything that there was at the start
   * @return whether it has
   */
  public boolean await(long offset, Duration within) throws InterruptedException {
    long left = within.toNanos();
    lock.lock();
    try {
      while (keys == null || passed <= offset) {
        if (left <= 0) {
          return false;
        }
        left = moved.awaitNanos(left);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  private void follow() {
    while (!closed) {
      try {
        RequiredTopics.check(kafka, prefix, List.of(Topics.KEYS), Set.of());
        read();
      } catch (SettingsException topics) {
        why = String.valueOf(topics.getMessage());
      } catch (KafkaException e) {
        if (!closed) {
          LOG.warn("The API keys cannot be read; those known last stay in force", e);
        }
        why = NOT_YET + ": " + e.getMessage();
      }
      LockSupport.parkNanos(closed ? 0 : BETWEEN_TRIES.toNanos());
    }
  }

  private void read() {
    var settings = new HashMap<String, Object>(kafka);
    settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    var bytes = new ByteArrayDeserializer();
    try (var consumer = new KafkaConsumer<>(settings, bytes, bytes)) {
      consumer.assign(List.of(place));
      consumer.seekToBeginning(List.of(place));
      long end = consumer.endOffsets(List.of(place)).getOrDefault(place, 0L);
      var read = new ConcurrentHashMap<String, ApiKey>();
      boolean isComplete = false; // before, what is revoked further on would be in force
      while (!closed) {
        consumer.poll(POLL).forEach(record -> apply(record, read));
        long position = consumer.position(place);
        isComplete |= position >= end;
        if (isComplete) {
          show(read, position);
        }
      }
    }
  }

  private void show(Map<String, ApiKey> read, long position) {
    lock.lock();
    try {
      keys = read;
      passed = position;
      moved.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private static void apply(ConsumerRecord<byte[], byte[]> record, Map<String, ApiKey> into) {
    byte[] name = record.key();
    if (name == null) {
      return;
    }
    var id = new String(name, StandardCharsets.UTF_8);
    byte[] value = record.value();
    var key = value == null ? Optional.<ApiKey>empty() : KeyRecords.read(value);
    if (key.isPresent() && key.get().id().equals(id)) {
      into.put(id, key.get());
      return;
    }
    if (value != null) {
      LOG.warn("The API key at offset {} cannot be read and is refused", record.offset());
    }
    into.remove(id);
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(reader);
  }
}
