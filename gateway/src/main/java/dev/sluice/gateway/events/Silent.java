package dev.sluice.gateway.events;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.kafka.common.TopicPartition;

/** The partitions of which nothing was heard lately: nobody waits for them. For one thread. */
final class Silent {
  private final Map<TopicPartition, Long> until = new HashMap<>();
  private final LongSupplier nanos;

  Silent(LongSupplier nanos) {
    this.nanos = nanos;
  }

  void add(TopicPartition partition, Duration length) {
    until.put(partition, nanos.getAsLong() + length.toNanos());
  }

  boolean contains(TopicPartition partition) {
    var end = until.get(partition);
    if (end != null && nanos.getAsLong() - end >= 0) {
      until.remove(partition);
      return false;
    }
    return end != null;
  }
}
