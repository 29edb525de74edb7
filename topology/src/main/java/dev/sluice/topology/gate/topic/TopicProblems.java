package dev.sluice.topology.gate.topic;

import dev.sluice.schemas.topic.TopicSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.TopicConfig;

/** Finds topic settings with which records would be lost or misdated. */
final class TopicProblems {
  private TopicProblems() {}

  /**
   * The problems, each with the command that fixes it.
   *
   * @param spec how the topic has to be
   * @param settings how it is
   */
  static List<String> of(TopicSpec spec, Map<String, String> settings) {
    var problems = new ArrayList<String>();
    compare(spec, settings, TopicConfig.CLEANUP_POLICY_CONFIG, problems);
    compare(spec, settings, TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, problems);
    return problems;
  }

  private static void compare(
      TopicSpec spec, Map<String, String> settings, String name, List<String> problems) {
    var expected = spec.configs().get(name);
    var found = settings.get(name);
    if (expected != null && !expected.equals(found)) {
      problems.add(
          "%s: %s must be %s, is %s; %s"
              .formatted(spec.name(), name, expected, found, command(spec.name(), name, expected)));
    }
  }

  /** What sets a topic's setting. */
  static String command(String topic, String name, String value) {
    return "kafka-configs.sh --alter --entity-type topics --entity-name %s --add-config %s=%s"
        .formatted(topic, name, value);
  }
}
