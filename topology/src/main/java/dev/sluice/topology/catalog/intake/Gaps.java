package dev.sluice.topology.catalog.intake;

import dev.sluice.schemas.reading.DeletedUnread;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.TopicPartition;

/** The partitions of {@code decisions} with records that were deleted before they were read. */
public final class Gaps {
  private final DeletedUnread deleted;
  private final Map<TopicPartition, Long> noted = new ConcurrentHashMap<>();

  public Gaps(DeletedUnread deleted) {
    this.deleted = deleted;
  }

  boolean isFound(TopicPartition partition) {
    return deleted.count(partition) > noted.getOrDefault(partition, 0L);
  }

  /** It has been written down. */
  void noted(TopicPartition partition) {
    noted.put(partition, deleted.count(partition));
  }
}
