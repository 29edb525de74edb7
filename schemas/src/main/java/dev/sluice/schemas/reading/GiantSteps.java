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
 * Where a consumer steps over giants. A poll uncompresses up to the last record that it hands out
 * and no further, so reading record by record there is a moment before each giant to do so. The
 * records behind it in its batch are stepped over with it.
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
            "it has %d bytes once uncompressed; what is behind it in its batch, up to %d, is skipped too"
                .formatted(giant.bytes(), giant.next() - 1));
        consumer.seek(partition, giant.next());
      }
    }
  }
}
