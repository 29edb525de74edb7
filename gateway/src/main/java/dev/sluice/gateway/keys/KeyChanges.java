package dev.sluice.gateway.keys;

import dev.sluice.schemas.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Makes, rotates and revokes keys. Every change is one record on the topic, and in force wherever
 * it has been read. Safe for use by several threads.
 */
public final class KeyChanges {
  /** Most keys at once. */
  public static final int MOST = 10_000;

  private static final Duration WRITTEN_WITHIN = Duration.ofSeconds(5);

  private final Map<String, String> kafka;
  private final String topic;
  private final KeyRing ring;
  private final ReentrantLock one = new ReentrantLock();

  /** Changes the keys that {@code ring} reads. */
  public KeyChanges(Map<String, String> kafka, String prefix, KeyRing ring) {
    this.kafka = Map.copyOf(kafka);
    topic = prefix + Topics.KEYS;
    this.ring = ring;
  }

  /**
   * A key that was made.
   *
   * @param text what its holder sends; nobody can be told it again
   */
  public record Made(ApiKey key, String text) {
    /** Without the key itself. */
    @Override
    public String toString() {
      return "Made[" + key.id() + "]";
    }
  }

  /**
   * Makes a key.
   *
   * @throws IllegalArgumentException if a value is wrong
   * @throws IllegalStateException if there are too many keys
   * @throws KafkaException if Kafka has not acknowledged it within 5 s
   */
  public Made create(KeySpec spec, long nowMs) throws InterruptedException {
    return alone(() -> make(spec, nowMs));
  }

  /**
   * Makes a key with the rights, the name and the span of another, which ends.
   *
   * @param overlap for how long the other one goes on, unless it expires before
   * @return null if there is no such key
   * @throws KafkaException as above
   */
  public @Nullable Made rotate(String id, Duration overlap, long nowMs)
      throws InterruptedException {
    return alone(
        () -> {
          var old = ring.all().get(id);
          if (old == null) {
            return null;
          }
          var lasting = Duration.ofMillis(old.expiresAtMs() - old.createdAtMs());
          var made = make(new KeySpec(old.tenant(), old.roles(), old.name(), lasting), nowMs);
          write(id, old.until(Math.min(old.expiresAtMs(), nowMs + overlap.toMillis())));
          return made;
        });
  }

  /**
   * Revokes a key.
   *
   * @return whether there was one
   * @throws KafkaException as above
   */
  public boolean revoke(String id) throws InterruptedException {
    return alone(
        () -> {
          boolean known = ring.all().containsKey(id);
          if (known) {
            write(id, null);
          }
          return known;
        });
  }

  private interface Change<R extends @Nullable Object> {
    R make() throws InterruptedException;
  }

  private <R extends @Nullable Object> R alone(Change<R> change) throws InterruptedException {
    one.lockInterruptibly();
    try {
      return change.make();
    } finally {
      one.unlock();
    }
  }

  private Made make(KeySpec spec, long nowMs) throws InterruptedException {
    if (ring.all().size() >= MOST) {
      throw new IllegalStateException("there are " + MOST + " keys; revoke those not in use");
    }
    var text = KeyText.fresh();
    var id = String.valueOf(KeyText.id(text));
    long ends = nowMs + spec.lasting().toMillis();
    var key =
        new ApiKey(id, KeyText.hash(text), spec.tenant(), spec.roles(), spec.name(), nowMs, ends);
    write(id, key);
    return new Made(key, text);
  }

  /** And waits until it is in force here. */
  private void write(String id, @Nullable ApiKey key) throws InterruptedException {
    byte[] value = key == null ? null : KeyRecords.bytes(key);
    var settings = new HashMap<String, Object>(kafka);
    int ms = (int) WRITTEN_WITHIN.toMillis();
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, ms);
    settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, ms - 1);
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, ms);
    settings.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    var bytes = new ByteArraySerializer();
    // Keys change rarely: a producer for each change is cheaper than one that is kept.
    try (var producer = new KafkaProducer<>(settings, bytes, bytes)) {
      var record = new ProducerRecord<>(topic, 0, id.getBytes(StandardCharsets.UTF_8), value);
      var written = producer.send(record).get(ms, TimeUnit.MILLISECONDS);
      ring.await(written.offset(), WRITTEN_WITHIN);
    } catch (ExecutionException e) {
      throw new KafkaException("the key " + id + " was not written: " + e.getCause(), e);
    } catch (TimeoutException e) {
      throw new KafkaException("it is not known whether the key " + id + " was written", e);
    }
  }
}
