package dev.sluice.runner.lease;

import dev.sluice.runner.io.Clients;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/** Opens the producers of one pool's answers: each ends whatever the one before it left open. */
final class ClaimProducers {
  private final PoolTopics topics;
  private final String transactionalId;
  private final Clients clients;

  ClaimProducers(PoolTopics topics, String worker, Clients clients) {
    this.topics = topics;
    this.transactionalId = topics.transactionalId(worker);
    this.clients = clients;
  }

  /**
   * A producer of which no transaction is open.
   *
   * @throws KafkaException if that takes too long; to be tried again
   */
  Producer<byte[], byte[]> open() {
    var next = clients.claimProducer(transactionalId);
    try {
      next.initTransactions();
      endForgotten(next);
      return next;
    } catch (KafkaException e) {
      next.close(Duration.ZERO);
      throw e;
    }
  }

  /**
   * Drops what stands in the group's offsets and no coordinator knows of any more: a broker that
   * has just been started may end a transaction without its markers, and then nobody could read the
   * offsets of those partitions again. The marker of any later transaction of the same id ends
   * them; this one commits nothing, and so needs no place in the group.
   */
  @SuppressWarnings("removal") // Kafka has no other way to name a group without being a member
  private void endForgotten(Producer<byte[], byte[]> next) {
    var any = new TopicPartition(topics.dispatches(), 0);
    next.beginTransaction();
    next.sendOffsetsToTransaction(
        Map.of(any, new OffsetAndMetadata(0)), new ConsumerGroupMetadata(topics.group()));
    next.abortTransaction();
  }
}
