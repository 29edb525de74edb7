package dev.sluice.schemas.topic;

import java.util.Map;

/**
 * The required configuration of a topic.
 *
 * @param name with its prefix
 * @param key what its records are keyed by, for people
 * @param configs the topic's own configuration
 */
public record TopicSpec(
    String name, String key, int partitions, short replicationFactor, Map<String, String> configs) {
  public TopicSpec {
    configs = Map.copyOf(configs);
  }
}
