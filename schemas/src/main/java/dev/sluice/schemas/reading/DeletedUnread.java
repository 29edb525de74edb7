package dev.sluice.schemas.reading;

import dev.sluice.schemas.process.Alarms;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;

/**
 * Ranges of records that were deleted before they were read. Each is reported once, by whoever
 * notices it first: the reader or its watch.
 */
public final class DeletedUnread {
  /** The kind of the alarms. */
  public static final String KIND = "records deleted unread";

  private final String reader;
  private final Alarms alarms;
  private final Map<TopicPartition, Long> toldUpTo = new HashMap<>();
  private final Map<TopicPartition, Long> counts = new HashMap<>();

  /**
   * None yet.
   *
   * @param reader who reads, for the alarm
   */
  public DeletedUnread(String reader, Alarms alarms) {
    this.reader = reader;
    this.alarms = alarms;
  }

  /** Says that the offsets {@code from} up to, not including, {@code to} are gone. */
  public void tell(TopicPartition partition, long from, long to) {
    long begin;
    synchronized (this) {
      begin = Math.max(from, toldUpTo.getOrDefault(partition, 0L));
      if (begin >= to) {
        return;
      }
      toldUpTo.put(partition, to);
      counts.merge(partition, to - begin, Long::sum);
    }
    alarms.tell(
        new Alarms.Alarm(
            KIND,
            partition.toString(),
            "offsets %d to %d were deleted before %s read them".formatted(begin, to - 1, reader)));
  }

  /** Says that the log ends before the position of its reader, which begins it again. */
  public void tellCut(TopicPartition partition, long position, long end) {
    alarms.tell(
        new Alarms.Alarm(
            "log cut",
            partition.toString(),
            "it ends at %d, %s had read up to %d; it is read again from its beginning"
                .formatted(end, reader, position)));
  }

  /** Says that the reader skips a record that no reader could hold. */
  void tellOversized(TopicPartition partition, long offset, String why) {
    alarms.tell(
        new Alarms.Alarm(
            "record too large",
            partition.toString(),
            "%s skips the one at offset %d: %s".formatted(reader, offset, why)));
  }

  /** How many offsets of {@code partition} were deleted unread. */
  public synchronized long count(TopicPartition partition) {
    return counts.getOrDefault(partition, 0L);
  }

  /** How many offsets were deleted unread in each partition where there were any. */
  public synchronized Map<TopicPartition, Long> counts() {
    var copy =
        new TreeMap<TopicPartition, Long>(java.util.Comparator.comparing(TopicPartition::toString));
    copy.putAll(counts);
    return copy;
  }
}
