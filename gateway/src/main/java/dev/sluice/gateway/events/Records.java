package dev.sluice.gateway.events;

import dev.sluice.schemas.process.QuietLog;
import dev.sluice.schemas.reading.BoundedConsumer;
import dev.sluice.schemas.serde.SluiceSerdes;
import dev.sluice.schemas.wire.EmittedChunks;
import dev.sluice.v1.Decision;
import dev.sluice.v1.Output;
import dev.sluice.v1.RunCompleted;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/** Reads the records that streams are made of. */
final class Records {
  private static final QuietLog LOG = QuietLog.of(Records.class);

  private final Map<String, String> kafka;
  private final String prefix;
  private final Deserializer<Output> outputs;
  private final Deserializer<Decision> decisions;
  private final Deserializer<RunCompleted> completions;

  /**
   * @param kafka what a consumer is made with
   */
  Records(Map<String, String> kafka, String prefix, SluiceSerdes serdes) {
    this.kafka = Map.copyOf(kafka);
    this.prefix = prefix;
    outputs = serdes.deserializer(Output.class);
    decisions = serdes.deserializer(Decision.class);
    completions = serdes.deserializer(RunCompleted.class);
  }

  TopicPartition partition(Source source, int partition) {
    return new TopicPartition(prefix + source.topic(), partition);
  }

  Source source(TopicPartition partition) {
    var topic = partition.topic().substring(prefix.length());
    for (var source : Source.values()) {
      if (source.topic().equals(topic)) {
        return source;
      }
    }
    throw new IllegalArgumentException("streams do not read " + topic);
  }

  /** Without a group: each gateway reads all that its streams need. */
  Consumer<byte[], byte[]> consumer() {
    var settings = new HashMap<String, Object>(kafka);
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    return new BoundedConsumer(
        settings,
        (partition, offset, why) ->
            LOG.error("The record of {} at {} is skipped: {}", partition, offset, why));
  }

  static String key(ConsumerRecord<byte[], byte[]> record) {
    byte[] key = record.key();
    return key == null ? "" : new String(key, StandardCharsets.UTF_8);
  }

  /** What a record says; null if it cannot be read, which is logged. */
  @Nullable Came read(Source source, ConsumerRecord<byte[], byte[]> record) {
    try {
      var topic = record.topic();
      return switch (source) {
        case OUTPUTS ->
            new Came.Chunk(
                record.offset(),
                Objects.requireNonNull(outputs.deserialize(topic, record.value())));
        case DECISIONS ->
            new Came.State(
                record.offset(),
                shown(Objects.requireNonNull(decisions.deserialize(topic, record.value()))));
        case COMPLETIONS ->
            new Came.End(
                record.offset(),
                shown(Objects.requireNonNull(completions.deserialize(topic, record.value()))),
                EmittedChunks.read(record.headers()));
      };
    } catch (RuntimeException | StackOverflowError e) {
      LOG.warn("A record of {} at {} is no event", record.topic(), record.offset(), e);
      return null;
    }
  }

  /** Without what no stream shows: it would wait in memory with what they do show. */
  static Decision shown(Decision decision) {
    set(decision, "submission", null);
    set(decision, "load", null);
    set(decision, "standing", null);
    set(decision, "versions", List.of());
    return decision;
  }

  /** The same of a completion; its output above all. */
  static RunCompleted shown(RunCompleted completed) {
    set(completed, "output", null);
    set(completed, "labels", Map.of());
    set(completed, "charged", Map.of());
    var error = completed.getError();
    if (error != null) {
      set(error, "stack_trace", null);
    }
    return completed;
  }

  private static void set(SpecificRecord record, String field, @Nullable Object value) {
    record.put(record.getSchema().getField(field).pos(), value);
  }

  /** Whether a stream is about what came. */
  static boolean concerns(Feed feed, Came came) {
    return switch (came) {
      case Came.Chunk(long offset, Output output) ->
          isOf(feed, output.getTenant(), output.getRunId());
      case Came.State(long offset, Decision decision) ->
          isOf(feed, decision.getTenant(), decision.getRunId());
      case Came.End(long offset, RunCompleted completed, var emitted) ->
          isOf(feed, completed.getTenant(), completed.getRunId());
      case Came.Begins any -> true;
      case Came.CaughtUp any -> true;
      case Came.Gap any -> true;
    };
  }

  private static boolean isOf(Feed feed, String tenant, @Nullable String run) {
    return tenant.equals(feed.tenant())
        && run != null
        && (feed.run() == null || run.equals(feed.run()));
  }
}
