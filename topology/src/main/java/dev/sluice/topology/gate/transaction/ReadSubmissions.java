package dev.sluice.topology.gate.transaction;

import dev.sluice.schemas.topic.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.TopicPartition;

/**
 * Knows in which partitions all submissions have been read that were there a moment ago, those of
 * open transactions too: what waits for one that has not come need not wait for ever.
 */
public final class ReadSubmissions {
  private static final long FRESH_NANOS = Duration.ofSeconds(5).toNanos();
  private static final List<String> TOPICS = List.of(Topics.RUNS, Topics.SUBMISSIONS);

  private record Ends(Map<TopicPartition, Long> offsets, long atNanos) {}

  private final String prefix;
  private final Map<TopicPartition, Long> positions = new ConcurrentHashMap<>();
  private volatile Ends ends = new Ends(Map.of(), System.nanoTime());

  public ReadSubmissions(String prefix) {
    this.prefix = prefix;
  }

  /** The gate's consumer has read up to {@code position}. */
  public void read(TopicPartition partition, long position) {
    if (TOPICS.stream().anyMatch(topic -> partition.topic().equals(prefix + topic))) {
      positions.put(partition, position);
    }
  }

  /** Where the partitions end now, with what is in open transactions. */
  void ended(Map<TopicPartition, Long> offsets) {
    ends = new Ends(Map.copyOf(offsets), System.nanoTime());
  }

  /** Those of {@code partitions} of which nothing was unread a moment ago. */
  public Set<Integer> allRead(Set<Integer> partitions) {
    var seen = ends;
    if (System.nanoTime() - seen.atNanos() > FRESH_NANOS) {
      return Set.of();
    }
    var read = new TreeSet<Integer>();
    for (var partition : partitions) {
      if (TOPICS.stream().allMatch(topic -> isRead(topic, partition, seen.offsets()))) {
        read.add(partition);
      }
    }
    return read;
  }

  private boolean isRead(String topic, int partition, Map<TopicPartition, Long> offsets) {
    var of = new TopicPartition(prefix + topic, partition);
    var end = offsets.get(of);
    var position = positions.get(of);
    return end != null && position != null && position >= end;
  }
}
