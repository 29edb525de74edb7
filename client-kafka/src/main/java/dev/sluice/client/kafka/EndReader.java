package dev.sluice.client.kafka;

import dev.sluice.client.SluiceException;
import dev.sluice.client.SluiceException.Problem;
import dev.sluice.schemas.serde.SluiceSerdes;
import dev.sluice.schemas.topic.Topics;
import dev.sluice.schemas.wire.SerdeException;
import dev.sluice.v1.RunCompleted;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads all ends that are committed from its start on, by one consumer of no group in one thread,
 * and tells each to whoever awaits it. Goes on from where it stands whatever Kafka or the registry
 * do meanwhile.
 */
final class EndReader implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EndReader.class);
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration STOP = Duration.ofSeconds(5);
  private static final long PAUSE_MS = 500;

  private final AwaitedRuns awaited;
  private final String topic;
  private final Deserializer<RunCompleted> ends;
  private final Consumer<byte[], byte[]> consumer;
  private final int partitions;
  private final CountDownLatch stop = new CountDownLatch(1);
  private final Thread thread;
  private volatile @Nullable RuntimeException trouble;

  private EndReader(KafkaOptions options, String topic, SluiceSerdes serdes, AwaitedRuns awaited) {
    this.awaited = awaited;
    this.topic = topic;
    this.ends = serdes.deserializer(RunCompleted.class);
    this.consumer = consumer(options);
    this.thread = Thread.ofPlatform().daemon().name("sluice-client-ends").unstarted(this::run);
    try {
      this.partitions = seek(options);
    } catch (KafkaException e) {
      consumer.close(CloseOptions.timeout(Duration.ZERO));
      throw SluiceException.of(
          Problem.of(0, "the end of " + topic + " is not known: " + e.getMessage()), e);
    }
  }

  /**
   * Begins to read. Whatever is submitted once this has returned ends behind where it begins.
   *
   * @throws SluiceException.Unavailable if Kafka does not say in time where the topic ends
   */
  static EndReader start(
      KafkaOptions options, String topic, SluiceSerdes serdes, AwaitedRuns awaited) {
    var reader = new EndReader(options, topic, serdes, awaited);
    reader.thread.start();
    return reader;
  }

  private static Consumer<byte[], byte[]> consumer(KafkaOptions options) {
    var settings = new HashMap<String, Object>(options.kafka());
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    // Only if what it stands at was deleted: then everything that is left is behind it.
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    settings.remove(ConsumerConfig.GROUP_ID_CONFIG);
    return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  private int seek(KafkaOptions options) {
    var all =
        partitions(topic, options.within()).stream()
            .map(info -> new TopicPartition(topic, info.partition()))
            .toList();
    consumer.assign(all);
    // Of what is stable: an end that is being committed at this moment is read, too.
    consumer.endOffsets(all, options.within()).forEach(consumer::seek);
    // Looked at here: a producer that asks for a topic which is not there makes the broker create
    // it.
    var runs = partitions(options.topicPrefix() + Topics.RUNS, options.within());
    return Math.min(all.size(), runs.size());
  }

  private List<PartitionInfo> partitions(String name, Duration within) {
    var found = consumer.partitionsFor(name, within);
    if (found == null || found.isEmpty()) {
      throw new KafkaException("there is no topic " + name);
    }
    return found;
  }

  /** Of the gate, whatever number of partitions a topic has been given since. */
  int partitions() {
    return partitions;
  }

  /** Why ends cannot be read now; null if they can. */
  @Nullable RuntimeException trouble() {
    return trouble;
  }

  private void run() {
    try (consumer) {
      while (stop.getCount() > 0) {
        readOn();
      }
    } catch (WakeupException stopped) {
      LOG.debug("stopped");
    }
  }

  private void readOn() {
    try {
      for (var record : consumer.poll(POLL)) {
        read(record);
      }
      trouble = null;
    } catch (WakeupException e) {
      throw e;
    } catch (RuntimeException e) {
      if (trouble == null) {
        LOG.warn("ends cannot be read; trying again: {}", e.toString());
      }
      trouble = e;
      pause();
    }
  }

  /** Tries again for as long as the registry does not answer. */
  private void read(ConsumerRecord<byte[], byte[]> record) {
    if (record.value() == null || !isAwaited(record.key())) {
      return;
    }
    while (stop.getCount() > 0) {
      try {
        awaited.end(Records.read(ends.deserialize(topic, record.value())));
        trouble = null;
        return;
      } catch (RuntimeException e) {
        if (!isPassing(e)) {
          LOG.warn(
              "an end cannot be read: partition {} offset {}: {}",
              record.partition(),
              record.offset(),
              e.toString());
          return;
        }
        trouble = e;
        pause();
      }
    }
  }

  private static boolean isPassing(RuntimeException e) {
    return e instanceof SerdeException serde && serde.kind() == SerdeException.Kind.REGISTRY_DOWN;
  }

  private boolean isAwaited(byte @Nullable [] key) {
    return key == null || awaited.hasTenant(new String(key, StandardCharsets.UTF_8));
  }

  private void pause() {
    try {
      if (stop.await(PAUSE_MS, TimeUnit.MILLISECONDS)) {
        LOG.debug("stopping");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      stop.countDown();
    }
  }

  @Override
  public void close() {
    stop.countDown();
    consumer.wakeup();
    try {
      if (!thread.join(STOP)) {
        LOG.debug("the reader ends by itself once the registry has answered");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
