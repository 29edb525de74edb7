package dev.sluice.topology.streams;

import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A producer for the transactions of Kafka Streams that asks less of the broker than Kafka Streams
 * would: all that is not on its way yet goes when the transaction is committed, not task by task;
 * and offsets that the last transactions have committed are not committed again.
 */
final class ThriftyProducer extends KafkaProducer<byte[], byte[]> {
  private final CommitPace pace;
  private final CommittedOffsets offsets = new CommittedOffsets();

  ThriftyProducer(Map<String, Object> settings, CommitPace pace) {
    super(settings, new ByteArraySerializer(), new ByteArraySerializer());
    this.pace = pace;
  }

  /**
   * Does nothing: what a transaction wrote counts once it is committed, and to commit it waits for
   * every acknowledgement. Kafka Streams flushes before that, once for each task, and would wait
   * for one request after the other.
   */
  @Override
  public void flush() {}

  @Override
  public void sendOffsetsToTransaction(
      Map<TopicPartition, OffsetAndMetadata> all, ConsumerGroupMetadata group) {
    var changed = offsets.changed(all, group);
    super.sendOffsetsToTransaction(changed, group);
    offsets.sent(changed);
  }

  @Override
  public void commitTransaction() {
    super.commitTransaction();
    pace.committed();
    offsets.committed();
  }

  @Override
  public void abortTransaction() {
    offsets.forget();
    super.abortTransaction();
  }
}
