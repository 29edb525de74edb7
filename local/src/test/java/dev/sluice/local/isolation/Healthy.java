package dev.sluice.local.isolation;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.client.SluiceException;
import dev.sluice.gateway.cli.GatewayJson;
import dev.sluice.local.stack.LocalStack;
import dev.sluice.schemas.serde.SluiceSerdes;
import dev.sluice.schemas.topic.Topics;
import dev.sluice.v1.RunCompleted;
import dev.sluice.v1.RunStatus;
import dev.sluice.verification.Latency;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Healthy tenants, one in each gate partition or more, that submit brief runs over HTTP at an even
 * pace, whatever becomes of those before; and a reader of {@code completions} that tells how long
 * each took. Both have their own clock alone.
 */
final class Healthy implements AutoCloseable {
  /** Of the names of their tenants. */
  static final String PREFIX = "healthy-";

  private static final int TENANTS = 8;
  private static final Duration PACE = Duration.ofMillis(50);
  private static final int UNAVAILABLE = 503;
  private static final Duration GIVE_UP = Duration.ofSeconds(30);

  private final GatewayJson client;
  private final KafkaConsumer<byte[], byte[]> completions;
  private final Deserializer<RunCompleted> deserializer;
  private int submitted;

  Healthy(LocalStack stack) {
    client = new GatewayJson(URI.create(stack.gatewayUrl()));
    deserializer =
        SluiceSerdes.create(Map.of("schema.registry.url", stack.registry()))
            .deserializer(RunCompleted.class);
    completions =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", stack.bootstrap(), "isolation.level", "read_committed"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    var partitions =
        completions.partitionsFor(Topics.COMPLETIONS).stream()
            .map(one -> new TopicPartition(one.topic(), one.partition()))
            .toList();
    completions.assign(partitions);
    completions.seekToEnd(partitions);
    partitions.forEach(completions::position);
  }

  /**
   * Submits for {@code time} and waits for the ends.
   *
   * @return from the moment at which a request is due to the completion, as this process sees them
   * @throws AssertionError if a run does not succeed
   */
  Latency round(Duration time) throws InterruptedException {
    var sentAt = new ConcurrentHashMap<String, Long>();
    var endedAt = new HashMap<String, Long>();
    var failures = new CopyOnWriteArrayList<String>();
    var submitter = Thread.ofPlatform().start(() -> submit(time, sentAt, failures));
    while (submitter.isAlive() || isMissing(sentAt, endedAt, failures)) {
      poll(endedAt, failures);
    }
    submitter.join();
    if (!failures.isEmpty()) {
      throw new AssertionError(failures.size() + " runs failed, first " + failures.get(0));
    }
    return Latency.of(latencies(sentAt, endedAt));
  }

  private void submit(Duration time, Map<String, Long> sentAt, List<String> failures) {
    long next = System.nanoTime();
    long end = next + time.toNanos();
    while (next < end) {
      var run = "run-" + submitted++;
      var body = new ObjectMapper().createObjectNode().put("agent", "echo").put("run_id", run);
      sentAt.put(run, next); // when it is due: a slow answer delays the next one, and counts
      try {
        submit(PREFIX + submitted % TENANTS, body);
      } catch (RuntimeException e) {
        failures.add(run + ": " + e);
      }
      next += PACE.toNanos();
      LockSupport.parkNanos(next - System.nanoTime());
    }
  }

  /** Repeats what was not acknowledged in time, as callers are told to: it has its id. */
  private void submit(String tenant, ObjectNode body) {
    long end = System.nanoTime() + GIVE_UP.toNanos();
    while (true) {
      try {
        client.submit(tenant, body, null);
        return;
      } catch (SluiceException e) {
        if (e.status() != UNAVAILABLE || System.nanoTime() > end) {
          throw e;
        }
      }
    }
  }

  private void poll(Map<String, Long> endedAt, List<String> failures) {
    for (var record : completions.poll(Duration.ofMillis(20))) {
      var ended = deserializer.deserialize(record.topic(), record.value());
      if (ended.getTenant().startsWith(PREFIX)) {
        endedAt.put(ended.getRunId(), System.nanoTime());
        if (ended.getStatus() != RunStatus.SUCCEEDED) {
          failures.add(ended.getRunId() + " ended " + ended.getStatus());
        }
      }
    }
  }

  /** Whether a run has not ended; one that took too long is a failure. */
  private static boolean isMissing(
      Map<String, Long> sentAt, Map<String, Long> endedAt, List<String> failures) {
    long now = System.nanoTime();
    var missing = sentAt.keySet().stream().filter(run -> !endedAt.containsKey(run)).toList();
    boolean anyIsLate =
        missing.stream().anyMatch(run -> now - sentAt.getOrDefault(run, now) > GIVE_UP.toNanos());
    if (anyIsLate) {
      failures.add(missing + " have not ended after " + GIVE_UP);
    }
    return !missing.isEmpty() && failures.isEmpty();
  }

  private static List<Long> latencies(Map<String, Long> sentAt, Map<String, Long> endedAt) {
    return sentAt.entrySet().stream()
        .map(run -> endedAt.getOrDefault(run.getKey(), run.getValue()) - run.getValue())
        .map(TimeUnit.NANOSECONDS::toMillis)
        .toList();
  }

  @Override
  public void close() {
    completions.close();
  }
}
