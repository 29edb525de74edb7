package dev.sluice.bench.deployed;

import dev.sluice.schemas.serde.SluiceSerdes;
import dev.sluice.schemas.topic.CatalogueConfig;
import dev.sluice.schemas.topic.TopicCatalogue;
import dev.sluice.schemas.topic.Topics;
import dev.sluice.v1.RunCompleted;
import dev.sluice.v1.RunStatus;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Ends of runs, read from committed completions as they come. */
final class Ends implements AutoCloseable {
  private static final Duration BOUND = Duration.ofMinutes(3);

  /** What an agent returned, as JSON. */
  record End(String runId, String output, long readNanos) {}

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final SluiceSerdes serdes;
  private final LinkedBlockingQueue<End> ends = new LinkedBlockingQueue<>();
  private final Map<String, CompletableFuture<End>> awaited = new ConcurrentHashMap<>();
  private final CompletableFuture<Void> failure = new CompletableFuture<>();
  private final Thread thread;

  Ends(String bootstrap, String registry) {
    serdes = SluiceSerdes.create(Map.of("schema.registry.url", registry));
    consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrap, "isolation.level", "read_committed"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    var topic = new TopicCatalogue(CatalogueConfig.local()).name(Topics.COMPLETIONS);
    var partitions =
        consumer.partitionsFor(topic).stream()
            .map(info -> new TopicPartition(topic, info.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToEnd(partitions);
    partitions.forEach(consumer::position);
    thread = Thread.ofPlatform().name("ends").daemon().start(this::read);
  }

  private void read() {
    try (var values = serdes.deserializer(RunCompleted.class)) {
      while (true) {
        for (var one : consumer.poll(Duration.ofMillis(100))) {
          add(values.deserialize(one.topic(), one.value()));
        }
      }
    } catch (WakeupException e) {
      // close() ends the loop
    } catch (RuntimeException e) {
      fail(e);
    }
  }

  private void add(RunCompleted completed) {
    var output = completed.getOutput();
    if (completed.getStatus() != RunStatus.SUCCEEDED || output == null) {
      throw new IllegalStateException("a run ended otherwise than it should: " + completed);
    }
    var text = StandardCharsets.UTF_8.decode(output).toString();
    var end = new End(completed.getRunId(), text, System.nanoTime());
    var one = awaited.remove(end.runId());
    if (one == null) {
      ends.add(end);
    } else {
      one.complete(end);
    }
  }

  private void fail(RuntimeException why) {
    failure.completeExceptionally(why);
    awaited.values().forEach(one -> one.completeExceptionally(why));
  }

  /** The end of one run, which must not have been submitted yet; it is in no other answer. */
  CompletableFuture<End> of(String runId) {
    var one = new CompletableFuture<End>();
    awaited.put(runId, one);
    return one;
  }

  /** So many more ends. */
  List<End> take(int count) throws InterruptedException {
    var taken = new ArrayList<End>(count);
    long until = System.nanoTime() + BOUND.toNanos();
    while (taken.size() < count) {
      failure.getNow(null);
      if (System.nanoTime() > until) {
        throw new IllegalStateException("only %d of %d runs ended".formatted(taken.size(), count));
      }
      var next = ends.poll(100, TimeUnit.MILLISECONDS);
      if (next != null) {
        taken.add(next);
      }
    }
    return taken;
  }

  @Override
  public void close() {
    consumer.wakeup();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    consumer.close();
  }
}
