package dev.sluice.schemas.reading;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.TopicPartition;

/**
 * Moves a consumer past giant records. A poll uncompresses no further than the last record that it
 * returns, so a consumer that reads record by record can skip each giant before it is uncompressed.
 * Later records in the giant's batch are skipped with it.
 */
public final class GiantSteps {
  private final Map<TopicPartition, List<Giants.Giant>> ahead = new HashMap<>();
  private final boolean isCareful;

  /** What {@link Giants#find} has found; for one consumer. */
  public GiantSteps(Map<TopicPartition, List<Giants.Giant>> giants) {
    giants.forEach((partition, found) -> ahead.put(partition, new ArrayList<>(found)));
    isCareful = !giants.isEmpty();
  }

  Map<String, Object> settings(Map<String, Object> settings) {
    var all = new HashMap<>(settings);
    if (isCareful) {
      all.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 1);
    }
    return all;
  }

  void stepOver(
      Collection<TopicPartition> assigned, Consumer<?, ?> consumer, DeletedUnread deleted) {
    for (var partition : assigned) {
      var giants = ahead.get(partition);
      if (giants != null) {
        stepOver(partition, giants, consumer, deleted);
      }
    }
  }

  private void stepOver(
      TopicPartition partition,
      List<Giants.Giant> giants,
      Consumer<?, ?> consumer,
      DeletedUnread deleted) {
    while (!giants.isEmpty() && consumer.position(partition) >= giants.getFirst().from()) {
      var giant = giants.removeFirst();
      if (giant.isAt(consumer.position(partition))) {
        deleted.tellOversized(
            partition,
            giant.offset(),
            "it has %d bytes once uncompressed; later records of its batch, up to %d, are skipped too"
                .formatted(giant.bytes(), giant.next() - 1));
        consumer.seek(partition, giant.next());
      }
    }
  }
}
