package dev.sluice.topology.gate.topic;

import dev.sluice.schemas.process.SettingsException;
import dev.sluice.schemas.topic.TopicAdmin;
import dev.sluice.schemas.topic.Topics;
import dev.sluice.topology.gate.config.GateConfig;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.config.TopicConfig;

/** Checks that {@code decisions} are kept long enough to contain every live run at all times. */
public final class DecisionsRetention {
  /** A round may take longer than its period, and a gate may be away for as long. */
  private static final int ROUNDS = 2;

  private DecisionsRetention() {}

  /**
   * Checks the topic's setting against {@code live.repeat.ms}.
   *
   * @throws SettingsException if decisions about a live run may be deleted before they are repeated
   */
  public static void check(Map<String, String> settings, GateConfig config) {
    long keptMs = Long.parseLong(settings.getOrDefault(TopicConfig.RETENTION_MS_CONFIG, "-1"));
    long neededMs = ROUNDS * config.core().liveRepeatMs();
    if (keptMs >= 0 && keptMs < neededMs) {
      var topic = config.prefix() + Topics.DECISIONS;
      var command =
          TopicProblems.command(topic, TopicConfig.RETENTION_MS_CONFIG, Long.toString(neededMs));
      throw new SettingsException(
          List.of(
              "live.repeat.ms: %s must keep decisions for twice as long, %d ms, and keeps them for %d ms; lower live.repeat.ms at every gate, or: %s"
                  .formatted(topic, neededMs, keptMs, command)));
    }
  }

  /** The same with the setting as the broker has it. */
  public static void check(GateConfig config) {
    var topic = config.prefix() + Topics.DECISIONS;
    try (var admin = TopicAdmin.connect(config.kafka())) {
      check(TopicAdmin.configs(admin, Set.of(topic)).getOrDefault(topic, Map.of()), config);
    }
  }
}
