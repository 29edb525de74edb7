package dev.sluice.topology.catalog.intake;

import dev.sluice.contract.Failures;
import dev.sluice.schemas.topic.Topics;
import dev.sluice.schemas.wire.SerdeException;
import dev.sluice.topology.catalog.store.Changes;
import java.time.Duration;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Applies one partition's records to the views. A record that cannot be applied, because of its
 * content or of existing state, changes nothing and stops nothing.
 */
public final class CatalogProcessor extends ContextualProcessor<byte[], byte[], byte[], byte[]> {
  private static final Duration SWEEP_EVERY = Duration.ofSeconds(10);
  private static final double UP_TO_DATE_S = 5;

  private final CatalogParts parts;
  private final Intake intake;
  private @Nullable Retention retention;

  public CatalogProcessor(CatalogParts parts) {
    this.parts = parts;
    this.intake = new Intake(parts);
  }

  @Override
  public void init(ProcessorContext<byte[], byte[]> context) {
    super.init(context);
    var sweeper = new Retention(parts, this::store);
    retention = sweeper;
    int partition = context.taskId().partition();
    parts.behind().begins(partition);
    parts.demand().count(partition, this::store);
    parts.brakes().begin(partition, this::store);
    context.schedule(
        SWEEP_EVERY,
        PunctuationType.WALL_CLOCK_TIME,
        now -> {
          sweeper.sweep(
              now,
              context.currentStreamTimeMs(),
              key -> context.forward(new Record<>(key, null, Math.max(0, now))));
          if (parts.behind().seconds() < UP_TO_DATE_S) {
            parts.brakes().look(partition, this::store, now);
          }
        });
  }

  private KeyValueStore<Bytes, byte[]> store(String name) {
    return context().getStateStore(name);
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    var at = context().recordMetadata().orElseThrow();
    var changes = new Changes(this::store);
    try {
      var ended = intake.take(record, at, changes);
      changes.apply();
      int partition = context().taskId().partition();
      parts.demand().change(partition, changes.ofRuns());
      parts.brakes().change(partition, changes, record.timestamp());
      if (at.topic().endsWith(Topics.DECISIONS)) {
        parts.gaps().noted(new TopicPartition(at.topic(), at.partition()));
      }
      if (retention != null) {
        retention.changed(changes);
      }
      if (ended != null) {
        parts.waiters().ended(ended.tenant(), ended.runId(), ended);
      }
      processed(at);
    } catch (SerdeException e) {
      if (e.kind() == SerdeException.Kind.REGISTRY_DOWN) {
        throw e;
      }
      setAside(at, e);
    } catch (KafkaException environments) {
      throw environments;
    } catch (RuntimeException | Error e) {
      setAside(at, e);
    }
  }

  private void processed(RecordMetadata at) {
    parts.behind().processed(new TopicPartition(at.topic(), at.partition()), at.offset());
  }

  private void setAside(RecordMetadata at, Throwable why) {
    if (why instanceof Error error && Failures.isFatal(error)) {
      throw error;
    }
    parts.aside().record(at, why);
    processed(at);
  }
}
