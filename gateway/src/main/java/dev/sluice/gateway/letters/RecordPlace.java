package dev.sluice.gateway.letters;

import org.apache.kafka.common.TopicPartition;

/**
 * Where a record lies.
 *
 * @param topic its whole name, prefix included
 */
public record RecordPlace(String topic, int partition, long offset) {
  /**
   * Reads {@code TOPIC/PARTITION/OFFSET}.
   *
   * @throws IllegalArgumentException if it is anything else
   */
  public static RecordPlace parse(String text) {
    var parts = text.split("/", -1);
    try {
      if (parts.length == 3 && !parts[0].isEmpty()) {
        var place = new RecordPlace(parts[0], Integer.parseInt(parts[1]), Long.parseLong(parts[2]));
        if (place.partition >= 0 && place.offset >= 0) {
          return place;
        }
      }
    } catch (NumberFormatException notOne) {
      // told below
    }
    throw new IllegalArgumentException(
        "a record is given as TOPIC/PARTITION/OFFSET, such as runs/0/17, got " + text);
  }

  TopicPartition topicPartition() {
    return new TopicPartition(topic, partition);
  }

  @Override
  public String toString() {
    return topic + "/" + partition + "/" + offset;
  }
}
