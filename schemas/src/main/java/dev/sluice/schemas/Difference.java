package dev.sluice.schemas;

/**
 * Something about a topic that is not as the catalogue wants it.
 *
 * @param what {@code partitions}, {@code topic} or the name of a configuration
 */
public record Difference(String topic, String what, String expected, String found) {
  static final String TOPIC = "topic";
  static final String PARTITIONS = "partitions";

  @Override
  public String toString() {
    return topic + ": " + what + " should be " + expected + ", is " + found;
  }
}
