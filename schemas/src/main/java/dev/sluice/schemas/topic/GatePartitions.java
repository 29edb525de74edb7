package dev.sluice.schemas.topic;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;

/**
 * How many gate partitions there are (G). Partitions can be added to any topic by whoever may alter
 * it, and never taken away, so G is read from the topics that only we create, above all from {@code
 * journal}: it is the number that most of those have, the least of these where they do not agree.
 * What lies in partitions beyond it is re-routed by the gate.
 */
public final class GatePartitions {
  private static final List<String> OURS =
      List.of(
          Topics.JOURNAL,
          Topics.SUBMISSIONS,
          Topics.CLAIMS,
          Topics.PROGRESS,
          Topics.COMPLETIONS,
          Topics.DECISIONS,
          Topics.DEAD_LETTERS);

  private final int count;
  private final Map<String, Integer> found;

  private GatePartitions(int count, Map<String, Integer> found) {
    this.count = count;
    this.found = new TreeMap<>(found);
  }

  /**
   * Looks at the topics.
   *
   * @param topics those of {@link Topics} that a process uses, of one partition for each of the
   *     gate's
   * @throws org.apache.kafka.common.KafkaException if the broker cannot be reached, or does not let
   *     this process look
   */
  public static GatePartitions read(Admin admin, String prefix, Collection<String> topics) {
    var names = topics.stream().map(topic -> prefix + topic).toList();
    var found = TopicAdmin.partitions(admin, names);
    var ours = new ArrayList<Integer>();
    for (var topic : OURS) {
      var partitions = topics.contains(topic) ? found.get(prefix + topic) : null;
      if (partitions != null) {
        ours.add(partitions);
      }
    }
    return new GatePartitions(ours.isEmpty() ? 1 : mostCommon(ours), found);
  }

  static int mostCommon(List<Integer> counts) {
    var votes = new TreeMap<Integer, Integer>();
    counts.forEach(count -> votes.merge(count, 1, Integer::sum));
    int most = 0;
    int votesOfMost = 0;
    for (var entry : votes.entrySet()) { // the least first, so that a tie is the least one's
      if (entry.getValue() > votesOfMost) {
        most = entry.getKey();
        votesOfMost = entry.getValue();
      }
    }
    return most;
  }

  /** G. */
  public int count() {
    return count;
  }

  /** The most partitions that a topic has: how many the gate's own state needs. */
  public int most() {
    return found.values().stream().mapToInt(Integer::intValue).reduce(count, Math::max);
  }

  /** A sentence for each topic that has more than G. */
  public List<String> grown() {
    var sentences = new ArrayList<String>();
    found.forEach(
        (topic, partitions) -> {
          if (partitions > count) {
            sentences.add(
                "%s has %d partitions, the gate has %d: it re-routes records in the others; Kafka cannot remove partitions"
                    .formatted(topic, partitions, count));
          }
        });
    return sentences;
  }
}
