package dev.sluice.topology.streams;

import dev.sluice.schemas.reading.DeletedUnread;
import dev.sluice.schemas.reading.GiantSteps;
import dev.sluice.schemas.reading.Giants;
import dev.sluice.schemas.reading.Patience;
import dev.sluice.schemas.reading.ReadingListener;
import dev.sluice.schemas.reading.WatchfulConsumer;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaClientSupplier;

/**
 * Supplies Kafka Streams' clients, with consumers of the inputs that report records deleted before
 * they were read.
 */
public final class WatchfulClients implements KafkaClientSupplier {
  private final DeletedUnread deleted;
  private final Map<TopicPartition, List<Giants.Giant>> giants;
  private final ReadingListener positions;
  private final CommitPace pace;

  /**
   * Clients of one Kafka Streams client.
   *
   * @param deleted is told what its reader will not see
   * @param giants what the group's consumers must step over
   * @param positions is told how far each input partition has been read
   * @param pace its interval bounds a poll's wait while there may be something to commit; it is
   *     told of each transaction
   */
  public WatchfulClients(
      DeletedUnread deleted,
      Map<TopicPartition, List<Giants.Giant>> giants,
      ReadingListener positions,
      CommitPace pace) {
    this.deleted = deleted;
    this.giants = giants;
    this.positions = positions;
    this.pace = pace;
  }

  @Override
  public Admin getAdmin(Map<String, Object> config) {
    return Admin.create(config);
  }

  @Override
  public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
    return config.get(ProducerConfig.TRANSACTIONAL_ID_CONFIG) == null
        ? new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())
        : new ThriftyProducer(config, pace);
  }

  @Override
  public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
    return new WatchfulConsumer(
        config, deleted, new GiantSteps(giants), positions, new Patience(pace.interval()));
  }

  @Override
  public Consumer<byte[], byte[]> getRestoreConsumer(Map<String, Object> config) {
    return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  @Override
  public Consumer<byte[], byte[]> getGlobalConsumer(Map<String, Object> config) {
    return getRestoreConsumer(config);
  }
}
