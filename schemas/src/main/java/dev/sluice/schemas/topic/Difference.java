package dev.sluice.schemas.topic;

/**
 * A difference between a topic and the catalogue.
 *
 * @param what {@code partitions}, {@code replicas}, {@code topic} or the name of a configuration
 */
public record Difference(String topic, String what, String expected, String found) {
  static final String TOPIC = "topic";
  static final String PARTITIONS = "partitions";
  static final String REPLICAS = "replicas";

  @Override
  public String toString() {
    var sentence = topic + ": " + what + " should be " + expected + ", is " + found;
    return isMorePartitions()
        ? sentence + ": the gate re-routes records in the others; Kafka cannot remove partitions"
        : sentence;
  }

  /** Whether it is a topic that was given more partitions, which nobody can take back. */
  boolean isMorePartitions() {
    return what.equals(PARTITIONS) && Integer.parseInt(found) > Integer.parseInt(expected);
  }
}
