package dev.sluice.runner.io;

import dev.sluice.schemas.serde.SluiceSerdes;
import dev.sluice.schemas.wire.EmittedChunks;
import dev.sluice.schemas.wire.JournalKey;
import dev.sluice.v1.JournalRecord;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Serializer;

/** Appends to the journal. All runs of a worker share one producer, so that they share requests. */
public final class JournalWriter implements JournalAppender, AutoCloseable {
  private final String topic;
  private final Producer<byte[], byte[]> producer;
  private final Serializer<JournalRecord> serializer;

  public JournalWriter(String topic, Producer<byte[], byte[]> producer, SluiceSerdes serdes) {
    this.topic = topic;
    this.producer = producer;
    this.serializer = serdes.serializer(JournalRecord.class);
  }

  @Override
  public CompletableFuture<Long> append(JournalRecord record, int partition) {
    return append(record, partition, new RecordHeaders());
  }

  @Override
  public CompletableFuture<Long> appendLast(JournalRecord record, int partition, long emitted) {
    var headers = new RecordHeaders();
    headers.add(EmittedChunks.HEADER, EmittedChunks.header(emitted));
    return append(record, partition, headers);
  }

  private CompletableFuture<Long> append(JournalRecord record, int partition, Headers headers) {
    var key =
        new JournalKey.Entry(
            record.getTenant(),
            record.getRunId(),
            record.getEpoch(),
            record.getIncarnation(),
            record.getSeq());
    byte[] value = serializer.serialize(topic, record);
    var done = new CompletableFuture<Long>();
    producer.send(
        new ProducerRecord<>(
            topic, partition, null, key.text().getBytes(StandardCharsets.UTF_8), value, headers),
        (metadata, failure) -> {
          if (failure != null) {
            done.completeExceptionally(named(failure, value.length));
          } else if (!metadata.hasOffset()) {
            done.completeExceptionally(
                new KafkaException("the broker does not say where it stands"));
          } else {
            done.complete(metadata.timestamp());
          }
        });
    return done;
  }

  /** Kafka does not say what is too large for what. */
  private Exception named(Exception failure, int bytes) {
    return failure instanceof RecordTooLargeException
        ? new RecordTooLargeException(
            "%s does not take a record of %d bytes (its max.message.bytes): %s"
                .formatted(topic, bytes, failure.getMessage()))
        : failure;
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(5));
  }
}
