package dev.sluice.topology.gate;

import dev.sluice.admission.port.Cause;
import dev.sluice.admission.port.GateEvent;
import dev.sluice.admission.run.Origin;
import dev.sluice.admission.settings.Limits;
import dev.sluice.admission.settings.TenantSettings;
import dev.sluice.schemas.process.QuietLog;
import dev.sluice.schemas.reading.BoundedConsumer;
import dev.sluice.schemas.serde.SluiceSerdes;
import dev.sluice.schemas.topic.TenantPartitions;
import dev.sluice.schemas.topic.Topics;
import dev.sluice.topology.gate.config.GateConfig;
import dev.sluice.topology.gate.inbound.UserRecords;
import dev.sluice.topology.gate.parking.FirstAppend;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Appends a tenant's last sound record on {@code tenants} once more, for a gate whose own entry of
 * it cannot be read: the decision stays one about a record of the log. Behind a record that
 * somebody appends meanwhile the gate appends that again, so that the last word stays theirs.
 */
final class TenantRereader implements AutoCloseable {
  private static final QuietLog LOG = QuietLog.of(TenantRereader.class);
  private static final Duration AGAIN_AFTER = Duration.ofSeconds(1);
  private static final Duration POLL = Duration.ofMillis(200);

  private final GateConfig config;
  private final UserRecords records;
  private final String topic;
  private final int partitions;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("tenant-rereader").daemon().factory());

  TenantRereader(GateConfig config, SluiceSerdes serdes, int partitions) {
    this.config = config;
    records = new UserRecords(serdes, partitions);
    this.partitions = partitions;
    topic = config.prefix() + Topics.TENANTS;
  }

  /** Returns at once; tries until it has succeeded. */
  void reread(String tenant) {
    thread.execute(() -> attempt(tenant));
  }

  private void attempt(String tenant) {
    try (var consumer = consumer();
        var producer = producer()) {
      appendAgain(tenant, consumer, producer);
    } catch (InterruptedException | InterruptException e) {
      Thread.currentThread().interrupt(); // the process ends
    } catch (ExecutionException | RuntimeException e) {
      LOG.warn("The record of a paused tenant cannot be read again yet: {}", tenant, e);
      thread.schedule(() -> attempt(tenant), AGAIN_AFTER.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void appendAgain(
      String tenant, Consumer<byte[], byte[]> consumer, Producer<byte[], byte[]> producer)
      throws ExecutionException, InterruptedException {
    var partition = new TopicPartition(topic, TenantPartitions.of(tenant, partitions));
    consumer.assign(List.of(partition));
    consumer.seekToBeginning(List.of(partition));
    long copied = -1;
    var last = lastOf(tenant, consumer, partition, null);
    while (last == null || last.offset() != copied) {
      long readTo = consumer.position(partition) - 1;
      copied = producer.send(copy(tenant, partition, readTo, last)).get().offset();
      last = lastOf(tenant, consumer, partition, last);
    }
  }

  /** Reads on to the end; the tenant's last sound record there, or else {@code before}. */
  private @Nullable ConsumerRecord<byte[], byte[]> lastOf(
      String tenant,
      Consumer<byte[], byte[]> consumer,
      TopicPartition partition,
      @Nullable ConsumerRecord<byte[], byte[]> before) {
    byte[] key = tenant.getBytes(StandardCharsets.UTF_8);
    var last = before;
    long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
    while (consumer.position(partition) < end) {
      for (var record : consumer.poll(POLL)) {
        if (Arrays.equals(record.key(), key) && isSound(record)) {
          last = record;
        }
      }
    }
    return last;
  }

  /**
   * Whether a gate takes the record whatever is in force. Behind one that it does not take nothing
   * may stand, if it was read while the entry could not be.
   */
  private boolean isSound(ConsumerRecord<byte[], byte[]> record) {
    var cause = new Cause(record.topic(), record.partition(), record.offset(), record.timestamp());
    return switch (records.tenant(record.key(), record.value(), record.headers(), cause).event()) {
      case GateEvent.TenantSet set -> set.expected() == null && isSound(set.settings());
      case GateEvent.TenantRestored restored -> isSound(restored.settings());
      case null, default -> false;
    };
  }

  private static boolean isSound(@Nullable TenantSettings settings) {
    return settings == null || Limits.problem(settings) == null;
  }

  /**
   * Without a record the tenant has the default plan, which is what a tombstone says. The copy
   * counts as of what was read: what somebody appends meanwhile is newer.
   */
  private ProducerRecord<byte[], byte[]> copy(
      String tenant,
      TopicPartition partition,
      long readTo,
      @Nullable ConsumerRecord<byte[], byte[]> last) {
    byte[] key = tenant.getBytes(StandardCharsets.UTF_8);
    int home = partition.partition();
    if (last == null) {
      var place = new Origin(0, home, readTo);
      return new ProducerRecord<>(
          topic, home, key, null, FirstAppend.behind(new RecordHeaders(), place));
    }
    var place = new Origin(last.timestamp(), home, last.offset());
    return new ProducerRecord<>(
        topic, home, key, last.value(), FirstAppend.behind(last.headers(), place));
  }

  private Consumer<byte[], byte[]> consumer() {
    var settings = new HashMap<String, Object>(config.kafka());
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    return new BoundedConsumer(
        settings,
        (partition, offset, why) -> LOG.warn("{} at {} is skipped: {}", partition, offset, why));
  }

  private Producer<byte[], byte[]> producer() {
    var settings = new HashMap<String, Object>(config.kafka());
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
