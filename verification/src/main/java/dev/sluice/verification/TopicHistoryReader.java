package dev.sluice.verification;

import dev.sluice.schemas.process.QuietLog;
import dev.sluice.schemas.reading.BoundedConsumer;
import dev.sluice.schemas.serde.JsonRecords;
import dev.sluice.schemas.serde.SluiceSerdes;
import dev.sluice.schemas.topic.Topics;
import dev.sluice.schemas.wire.JournalKey;
import dev.sluice.schemas.wire.SerdeException;
import dev.sluice.v1.Decision;
import dev.sluice.v1.DispatchAnswer;
import dev.sluice.v1.JournalRecord;
import dev.sluice.v1.Progress;
import dev.sluice.v1.RunCompleted;
import dev.sluice.v1.RunSubmitted;
import dev.sluice.v1.Setting;
import dev.sluice.v1.TenantLimits;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Reads a history from the topics, as any consumer of committed records may. */
public final class TopicHistoryReader {
  private static final QuietLog LOG = QuietLog.of(TopicHistoryReader.class);

  /** Each before those that what is in it follows from. */
  private static final List<String> EFFECTS_FIRST =
      List.of(
          Topics.COMPLETIONS,
          Topics.DECISIONS,
          Topics.CLAIMS,
          Topics.PROGRESS,
          Topics.JOURNAL,
          Topics.TENANTS,
          Topics.SETTINGS,
          Topics.SUBMISSIONS,
          Topics.RUNS);

  private static final Duration POLL = Duration.ofMillis(200);

  private final String bootstrapServers;
  private final String prefix;
  private final SluiceSerdes serdes;

  public TopicHistoryReader(String bootstrapServers, String registryUrl, String prefix) {
    this.bootstrapServers = bootstrapServers;
    this.prefix = prefix;
    this.serdes = SluiceSerdes.create(Map.of("schema.registry.url", registryUrl));
  }

  /**
   * Reads from each topic's beginning to where its committed records end now. The ends are looked
   * up one topic after the other, so that whatever is read has its causes in the history, also
   * while runs go on: a completion comes with its journal. Effects of what is read may lie behind
   * the end.
   */
  public History read() {
    var settings = new HashMap<String, Object>();
    settings.put("bootstrap.servers", bootstrapServers);
    settings.put("isolation.level", "read_committed");
    settings.put("allow.auto.create.topics", "false");
    settings.put("max.poll.records", 5_000);
    var history = new History();
    try (var consumer =
        new BoundedConsumer(
            settings,
            (partition, offset, why) ->
                LOG.warn("The record of {} at {} is skipped: {}", partition, offset, why))) {
      var ends = ends(consumer);
      var left = new HashSet<>(ends.keySet());
      consumer.seekToBeginning(left);
      while (!left.isEmpty()) {
        for (var record : consumer.poll(POLL)) {
          if (record.offset() < end(ends, new TopicPartition(record.topic(), record.partition()))) {
            take(history, record);
          }
        }
        left.removeIf(partition -> consumer.position(partition) >= end(ends, partition));
        consumer.pause(ends.keySet().stream().filter(one -> !left.contains(one)).toList());
      }
    }
    return history;
  }

  private Map<TopicPartition, Long> ends(Consumer<byte[], byte[]> consumer) {
    var topics = EFFECTS_FIRST.stream().map(topic -> partitions(consumer, topic)).toList();
    consumer.assign(topics.stream().flatMap(List::stream).toList());
    var ends = new HashMap<TopicPartition, Long>();
    topics.forEach(partitions -> ends.putAll(consumer.endOffsets(partitions)));
    return ends;
  }

  private List<TopicPartition> partitions(Consumer<byte[], byte[]> consumer, String topic) {
    return consumer.partitionsFor(prefix + topic).stream()
        .map(one -> new TopicPartition(one.topic(), one.partition()))
        .toList();
  }

  private static long end(Map<TopicPartition, Long> ends, TopicPartition partition) {
    return Objects.requireNonNull(ends.get(partition));
  }

  private void take(History history, ConsumerRecord<byte[], byte[]> record) {
    var at = new Place(record.partition(), record.offset(), record.timestamp());
    try {
      switch (record.topic().substring(prefix.length())) {
        case Topics.RUNS, Topics.SUBMISSIONS -> submission(history, record, at);
        case Topics.TENANTS -> limits(history, record, at);
        case Topics.SETTINGS -> setting(history, record, at);
        case Topics.CLAIMS ->
            history.answers().add(new History.Answer(value(DispatchAnswer.class, record), at));
        case Topics.DECISIONS ->
            history.decisions().add(new History.Decided(value(Decision.class, record), at));
        case Topics.COMPLETIONS ->
            history
                .completions()
                .add(new History.Completion(value(RunCompleted.class, record), at));
        case Topics.PROGRESS ->
            history.progress().add(new History.Progressed(value(Progress.class, record), at));
        case Topics.JOURNAL -> journal(history, record, at);
        default -> throw new IllegalStateException("not asked for: " + record.topic());
      }
    } catch (SerdeException e) {
      if (e.kind() == SerdeException.Kind.REGISTRY_DOWN) {
        throw e;
      }
      // What nobody can read is the gate's to refuse; it is no part of the history.
    }
  }

  private <T extends org.apache.avro.specific.SpecificRecord> T value(
      Class<T> type, ConsumerRecord<byte[], byte[]> record) {
    var read = serdes.deserializer(type).deserialize(record.topic(), record.value());
    if (read == null) {
      throw unreadable("the record is empty", null);
    }
    return read;
  }

  private static SerdeException unreadable(String why, @Nullable Throwable cause) {
    return new SerdeException(SerdeException.Kind.MALFORMED, why, cause);
  }

  private void submission(History history, ConsumerRecord<byte[], byte[]> record, Place at) {
    if (record.value() == null) {
      return;
    }
    var run =
        JsonRecords.isJson(record.value())
            ? JsonRecords.runSubmitted(record.value())
            : value(RunSubmitted.class, record);
    history
        .submissions()
        .add(
            new History.Submission(
                new RunName(run.getTenant(), run.getRunId()),
                run,
                record.topic().substring(prefix.length()),
                at));
  }

  private void limits(History history, ConsumerRecord<byte[], byte[]> record, Place at) {
    var tenant = text(record.key());
    TenantLimits limits = null;
    if (record.value() != null) {
      limits =
          JsonRecords.isJson(record.value())
              ? JsonRecords.tenantLimits(record.value())
              : value(TenantLimits.class, record);
    }
    history.limits().add(new History.Limits(tenant, limits, at));
  }

  private void setting(History history, ConsumerRecord<byte[], byte[]> record, Place at) {
    var setting = record.value() == null ? null : value(Setting.class, record);
    history.settings().add(new History.Set(text(record.key()), setting, at));
  }

  private static String text(byte @Nullable [] key) {
    return key == null ? "" : new String(key, StandardCharsets.UTF_8);
  }

  private void journal(History history, ConsumerRecord<byte[], byte[]> record, Place at) {
    var key = key(record.key());
    var value = record.value() == null ? null : value(JournalRecord.class, record);
    history.journal().add(new History.Journaled(key, value, at));
  }

  private static JournalKey key(byte @Nullable [] key) {
    try {
      return JournalKey.parse(text(key));
    } catch (IllegalArgumentException foreign) {
      throw unreadable("no journal record has this key", foreign);
    }
  }
}
