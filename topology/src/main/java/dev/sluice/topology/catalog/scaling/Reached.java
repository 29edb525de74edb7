package dev.sluice.topology.catalog.scaling;

import dev.sluice.schemas.reading.ReadingListener;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.TopicPartition;

/**
 * How far records have been processed, including transaction markers after the last record. Only
 * the reader's position is past those markers, and it counts once everything that the reader
 * returned is processed.
 */
public final class Reached implements ReadingListener {
  private static final long NONE = -1;

  private final Set<String> topics;
  private final Map<TopicPartition, Long> positions = new ConcurrentHashMap<>();
  private final Map<TopicPartition, Long> returned = new ConcurrentHashMap<>();
  private final Map<TopicPartition, Long> processed = new ConcurrentHashMap<>();

  /**
   * Nothing yet.
   *
   * @param topics those whose partitions matter
   */
  public Reached(Set<String> topics) {
    this.topics = Set.copyOf(topics);
  }

  @Override
  public void at(TopicPartition partition, long position) {
    if (topics.contains(partition.topic())) {
      positions.put(partition, position);
    }
  }

  @Override
  public void returned(TopicPartition partition, long offset) {
    if (topics.contains(partition.topic())) {
      returned.put(partition, offset);
    }
  }

  /** Says that a record is processed, and with it all before. */
  public void processed(TopicPartition partition, long offset) {
    if (topics.contains(partition.topic())) {
      processed.put(partition, offset);
    }
  }

  /** Forgets what is known of a partition: it is read again from where its state was kept. */
  public void forget(int partition) {
    for (var places : List.of(positions, returned, processed)) {
      places.keySet().removeIf(one -> one.partition() == partition);
    }
  }

  /** The first offset that is not known to be processed; -1 if nothing is known. */
  long of(TopicPartition partition) {
    long done = processed.getOrDefault(partition, NONE);
    if (returned.getOrDefault(partition, NONE) <= done) {
      return positions.getOrDefault(partition, NONE);
    }
    return done == NONE ? NONE : done + 1;
  }
}
