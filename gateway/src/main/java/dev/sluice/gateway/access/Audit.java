package dev.sluice.gateway.access;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.contract.Texts;
import dev.sluice.schemas.process.SettingsException;
import dev.sluice.schemas.topic.RequiredTopics;
import dev.sluice.schemas.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Writes to the topic {@code audit} who changed what, and who was refused for want of a right. No
 * request waits for it: what Kafka does not take in time is lost, and counted.
 */
public final class Audit implements AutoCloseable {
  /** Stands for the status of a request whose connection broke before its answer. */
  static final int UNANSWERED = 0;

  /** Entries that wait to be written. */
  private static final int WAITING = 10_000;

  private static final int SUBJECT_CHARS = 512;
  private static final Duration BETWEEN_TRIES = Duration.ofMillis(500);
  private static final Duration CLOSED_WITHIN = Duration.ofSeconds(2);
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Somebody who asked for something.
   *
   * @param who the id of a key, or the subject of a token
   * @param route its method and template
   * @param tenant empty for a route of no tenant
   * @param subject the run, the key or the setting; empty for none
   * @param from the address that the request came from
   */
  public record Entry(String who, String route, String tenant, String subject, String from) {
    Entry about(String other) {
      return new Entry(who, route, tenant, other, from);
    }
  }

  private record Line(String tenant, byte[] json) {}

  private final Map<String, String> kafka;
  private final String prefix;
  private final LongSupplier clock;
  private final Runnable lost;
  private final BlockingQueue<Line> waiting = new ArrayBlockingQueue<>(WAITING);
  private final Thread writer = Thread.ofPlatform().name("audit").daemon().unstarted(this::write);
  private volatile @Nullable String why = "Kafka has not answered yet for the topic audit";
  private volatile boolean closed;

  /**
   * Writes nothing until it is started; entries wait.
   *
   * @param kafka what a Kafka client is made with
   * @param clock milliseconds since the epoch
   * @param lost told once for every entry that is lost
   */
  public Audit(Map<String, String> kafka, String prefix, LongSupplier clock, Runnable lost) {
    this.kafka = Map.copyOf(kafka);
    this.prefix = prefix;
    this.clock = clock;
    this.lost = lost;
  }

  /** Begins to write what waits. */
  public void start() {
    writer.start();
  }

  /** Notes how a request was answered, and returns at once. */
  void write(Entry entry, int status) {
    if (!waiting.offer(new Line(entry.tenant(), json(entry, status)))) {
      lost.run();
    }
  }

  private byte[] json(Entry entry, int status) {
    var json = JSON.createObjectNode();
    json.put("at", Instant.ofEpochMilli(clock.getAsLong()).toString());
    json.put("who", Texts.atMost(SUBJECT_CHARS, entry.who()));
    json.put("route", entry.route());
    json.put("tenant", Texts.atMost(SUBJECT_CHARS, entry.tenant()));
    json.put("subject", Texts.atMost(SUBJECT_CHARS, entry.subject()));
    json.put("from", entry.from()).put("status", status);
    return json.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** Why nothing can be written yet; empty once it could. */
  public Optional<String> whyNot() {
    return Optional.ofNullable(why);
  }

  private void write() {
    while (!closed) {
      try {
        RequiredTopics.check(kafka, prefix, List.of(Topics.AUDIT), Set.of());
        why = null;
        writeAll();
      } catch (SettingsException topics) {
        why = String.valueOf(topics.getMessage());
        LockSupport.parkNanos(BETWEEN_TRIES.toNanos());
      } catch (KafkaException notYet) {
        LockSupport.parkNanos(BETWEEN_TRIES.toNanos());
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void writeAll() throws InterruptedException {
    var settings = new HashMap<String, Object>(kafka);
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 4 * 1024 * 1024);
    var bytes = new ByteArraySerializer();
    try (var producer = new KafkaProducer<>(settings, bytes, bytes)) {
      while (!closed || !waiting.isEmpty()) {
        var line = waiting.poll(BETWEEN_TRIES.toMillis(), TimeUnit.MILLISECONDS);
        if (line != null) {
          send(producer, line);
        }
      }
    }
  }

  private void send(KafkaProducer<byte[], byte[]> producer, Line line) {
    byte[] key = line.tenant().getBytes(StandardCharsets.UTF_8);
    var record = new ProducerRecord<>(prefix + Topics.AUDIT, key, line.json());
    try {
      producer.send(
          record,
          (written, failure) -> {
            if (failure != null) {
              lost.run();
            }
          });
    } catch (KafkaException failed) {
      lost.run();
    }
  }

  /** Writes what waits, for at most two seconds. */
  @Override
  public void close() {
    closed = true;
    try {
      writer.join(CLOSED_WITHIN.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    writer.interrupt();
  }
}
