package dev.sluice.topology.gate.transaction;

import dev.sluice.admission.rules.EarlyCommands;
import dev.sluice.schemas.topic.Topics;
import dev.sluice.topology.streams.ProgressSender;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;

/**
 * Knows the partitions in which all recent submissions, or all recent settings, have been read,
 * including those of open transactions. So whatever waits for one that never comes need not wait
 * forever.
 */
public final class ReadInputs {
  /** What the core allows, less what a tick may take on its way. */
  static final Duration FRESH =
      Duration.ofMillis(EarlyCommands.READ_AGE_MS).minus(ProgressSender.LONGEST);

  private static final List<String> SUBMISSIONS = List.of(Topics.RUNS, Topics.SUBMISSIONS);
  private static final List<String> SETTINGS = List.of(Topics.SETTINGS);
  private static final List<String> TOPICS =
      Stream.concat(SUBMISSIONS.stream(), SETTINGS.stream()).toList();

  /** Ends of partitions, and when they were asked for: they may have moved ever since. */
  private record Ends(Map<TopicPartition, Long> offsets, long askedNanos) {}

  private final String prefix;
  private final Map<TopicPartition, Long> positions = new ConcurrentHashMap<>();
  private final LongSupplier nanoClock;
  private volatile Ends ends = new Ends(Map.of(), 0);

  public ReadInputs(String prefix) {
    this(prefix, System::nanoTime);
  }

  ReadInputs(String prefix, LongSupplier nanoClock) {
    this.prefix = prefix;
    this.nanoClock = nanoClock;
  }

  /** The gate's consumer has read up to {@code position}. */
  public void read(TopicPartition partition, long position) {
    if (TOPICS.stream().anyMatch(topic -> partition.topic().equals(prefix + topic))) {
      positions.put(partition, position);
    }
  }

  /**
   * Where the partitions ended, with what is in open transactions.
   *
   * @param askedNanos a time before that, by {@link System#nanoTime}
   */
  void ended(Map<TopicPartition, Long> offsets, long askedNanos) {
    ends = new Ends(Map.copyOf(offsets), askedNanos);
  }

  /** Those of {@code partitions} of which no submission was unread a moment ago. */
  public Set<Integer> submissionsRead(Set<Integer> partitions) {
    return allRead(SUBMISSIONS, partitions);
  }

  /** The same of settings. */
  public Set<Integer> settingsRead(Set<Integer> partitions) {
    return allRead(SETTINGS, partitions);
  }

  private Set<Integer> allRead(List<String> topics, Set<Integer> partitions) {
    var seen = ends;
    if (nanoClock.getAsLong() - seen.askedNanos() > FRESH.toNanos()) {
      return Set.of();
    }
    var read = new TreeSet<Integer>();
    for (var partition : partitions) {
      if (topics.stream().allMatch(topic -> isRead(topic, partition, seen.offsets()))) {
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
