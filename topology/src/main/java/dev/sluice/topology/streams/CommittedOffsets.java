package dev.sluice.topology.streams;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * What the last transactions of a producer have committed. It holds for one generation of the
 * group: until then nobody else commits offsets of its member's partitions.
 */
final class CommittedOffsets {
  private final Map<TopicPartition, OffsetAndMetadata> committed = new HashMap<>();
  private final Map<TopicPartition, OffsetAndMetadata> sent = new HashMap<>();
  private @Nullable ConsumerGroupMetadata group;

  /**
   * What of {@code all} is not committed as it is. If everything is, that is all of it: the commit
   * also shows that this member still belongs to its group.
   */
  Map<TopicPartition, OffsetAndMetadata> changed(
      Map<TopicPartition, OffsetAndMetadata> all, ConsumerGroupMetadata member) {
    if (!member.equals(group)) {
      forget();
      group = member;
    }
    var changed = new HashMap<>(all);
    changed.entrySet().removeIf(one -> one.getValue().equals(committed.get(one.getKey())));
    return changed.isEmpty() ? all : changed;
  }

  /** These are part of the transaction. */
  void sent(Map<TopicPartition, OffsetAndMetadata> offsets) {
    sent.putAll(offsets);
  }

  /** The transaction is committed. */
  void committed() {
    committed.putAll(sent);
    sent.clear();
  }

  /** Nothing is known any more. */
  void forget() {
    committed.clear();
    sent.clear();
  }
}
