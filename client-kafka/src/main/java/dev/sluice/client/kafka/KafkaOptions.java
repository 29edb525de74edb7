package dev.sluice.client.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Which cluster, and how much is kept.
 *
 * @param kafka settings of Kafka's own clients, {@code bootstrap.servers} among them
 * @param serdes {@code schema.registry.url}, and the settings of other serdes if others are used
 * @param topicPrefix before the name of each topic
 * @param maxAwaited the most runs that were submitted here and have not ended; a submission beyond
 *     them is refused. 1 to 1,000,000
 * @param keepFor for how long a run is awaited at least; an older one gives way to a new one when
 *     there is no room
 * @param within for how long Kafka may take to acknowledge a submission, and to answer at the start
 */
public record KafkaOptions(
    Map<String, String> kafka,
    Map<String, String> serdes,
    String topicPrefix,
    int maxAwaited,
    Duration keepFor,
    Duration within) {
  private static final int MOST_AWAITED = 1_000_000;

  public KafkaOptions {
    kafka = Map.copyOf(kafka);
    serdes = Map.copyOf(serdes);
    if (!kafka.containsKey("bootstrap.servers")) {
      throw new IllegalArgumentException("kafka must have bootstrap.servers");
    }
    if (maxAwaited < 1 || maxAwaited > MOST_AWAITED) {
      throw new IllegalArgumentException(
          "maxAwaited must be 1 to " + MOST_AWAITED + ", got " + maxAwaited);
    }
    if (keepFor.isNegative() || within.toMillis() < 1) {
      throw new IllegalArgumentException(
          "keepFor must not be negative and within at least 1 ms, got %s and %s"
              .formatted(keepFor, within));
    }
  }

  /** Awaits up to 10,000 runs, each for a day at least; Kafka has 30 s to answer. */
  public static KafkaOptions of(String bootstrapServers, String registryUrl) {
    return new KafkaOptions(
        Map.of("bootstrap.servers", bootstrapServers),
        Map.of("schema.registry.url", registryUrl),
        "",
        10_000,
        Duration.ofDays(1),
        Duration.ofSeconds(30));
  }

  /** With a setting of Kafka's clients, such as {@code security.protocol}. */
  public KafkaOptions withKafka(String setting, String value) {
    return new KafkaOptions(
        with(kafka, setting, value), serdes, topicPrefix, maxAwaited, keepFor, within);
  }

  /** With a setting of the serdes, such as {@code auto.register.schemas}. */
  public KafkaOptions withSerdes(String setting, String value) {
    return new KafkaOptions(
        kafka, with(serdes, setting, value), topicPrefix, maxAwaited, keepFor, within);
  }

  /** With this before the name of each topic; empty for none. */
  public KafkaOptions withPrefix(String prefix) {
    return new KafkaOptions(kafka, serdes, prefix, maxAwaited, keepFor, within);
  }

  /**
   * With other bounds on runs that are awaited.
   *
   * @param most at once, 1 to 1,000,000
   * @param each for how long a run is kept at least; not negative
   * @throws IllegalArgumentException if they lie outside
   */
  public KafkaOptions awaiting(int most, Duration each) {
    return new KafkaOptions(kafka, serdes, topicPrefix, most, each, within);
  }

  /**
   * With another time for Kafka to answer.
   *
   * @param value at least 1 ms
   * @throws IllegalArgumentException if it is shorter
   */
  public KafkaOptions answeredWithin(Duration value) {
    return new KafkaOptions(kafka, serdes, topicPrefix, maxAwaited, keepFor, value);
  }

  private static Map<String, String> with(Map<String, String> all, String name, String value) {
    var more = new HashMap<>(all);
    more.put(name, value);
    return more;
  }

  /** Without values: passwords are among them. */
  @Override
  public String toString() {
    return "KafkaOptions[kafka=%s, serdes=%s]".formatted(kafka.keySet(), serdes.keySet());
  }
}
