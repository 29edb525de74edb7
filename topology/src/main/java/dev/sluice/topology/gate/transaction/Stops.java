package dev.sluice.topology.gate.transaction;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/** The offsets at which open transactions block readers of committed records, and since when. */
final class Stops {
  private record Stop(long offset, long sinceNanos) {}

  private final Map<TopicPartition, Stop> stops = new HashMap<>();

  /**
   * Takes in where partitions end now; those that are not named are forgotten.
   *
   * @param committed up to where readers of committed records get
   * @param ends with what is in open transactions
   * @return how long readers have stood in each partition where they do
   */
  Map<TopicPartition, Duration> stood(
      Map<TopicPartition, Long> committed, Map<TopicPartition, Long> ends, long nowNanos) {
    var stood = new HashMap<TopicPartition, Duration>();
    stops.keySet().retainAll(ends.keySet());
    ends.forEach(
        (partition, end) -> {
          long offset = committed.getOrDefault(partition, 0L);
          if (offset >= end) {
            stops.remove(partition);
          } else {
            var stop =
                stops.merge(
                    partition,
                    new Stop(offset, nowNanos),
                    (before, now) -> before.offset() == now.offset() ? before : now);
            stood.put(partition, Duration.ofNanos(nowNanos - stop.sinceNanos()));
          }
        });
    return stood;
  }

  /** Forgets all. */
  void clear() {
    stops.clear();
  }
}
