package dev.sluice.runner.lease;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/** Up to where this incarnation has answered: offsets that were set back bring it again. */
final class AnsweredOffsets {
  private final Map<TopicPartition, Long> next = new HashMap<>();

  /** The first offset that may not be answered yet. */
  long next(TopicPartition source) {
    return next.getOrDefault(source, 0L);
  }

  void committed(Map<TopicPartition, OffsetAndMetadata> offsets) {
    offsets.forEach((source, offset) -> next.merge(source, offset.offset(), Math::max));
  }

  /**
   * Where the consumer has passed aborted dispatches and markers since: a topic that is read to its
   * end has no lag once these are committed. To be asked only while all that was polled is
   * answered.
   */
  Map<TopicPartition, OffsetAndMetadata> passedBy(Consumer<?, ?> consumer, String mark) {
    var passed = new HashMap<TopicPartition, OffsetAndMetadata>();
    for (var source : consumer.assignment()) {
      long position = position(consumer, source);
      if (position > next(source)) {
        passed.put(source, new OffsetAndMetadata(position, Optional.empty(), mark));
      }
    }
    return passed;
  }

  /** What is read next; 0 while that is not known. */
  private static long position(Consumer<?, ?> consumer, TopicPartition source) {
    try {
      return consumer.position(source, Duration.ZERO);
    } catch (TimeoutException notKnownYet) {
      return 0;
    }
  }
}
