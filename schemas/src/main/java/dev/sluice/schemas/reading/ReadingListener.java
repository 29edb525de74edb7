package dev.sluice.schemas.reading;

import org.apache.kafka.common.TopicPartition;

/** Receives a consumer's progress, on the consumer's thread. */
@FunctionalInterface
public interface ReadingListener {
  /**
   * Told several times a second: where a partition is read on. Markers of transactions lie before
   * it, which no record tells of.
   */
  void at(TopicPartition partition, long position);

  /** Told with each poll that returned records of a partition: the last one's offset. */
  default void returned(TopicPartition partition, long offset) {}
}
