package dev.sluice.topology.gate.topic;

import dev.sluice.schemas.topic.Topics;
import dev.sluice.topology.gate.config.GateConfig;
import dev.sluice.topology.streams.Changelogs;
import java.util.List;
import java.util.stream.Stream;

/** The topics that the gate reads and writes, by name without the prefix. */
public final class GateTopics {
  public static final List<String> INPUTS =
      List.of(
          Topics.RUNS,
          Topics.SUBMISSIONS,
          Topics.COMMANDS,
          Topics.TENANTS,
          Topics.SETTINGS,
          Topics.CLAIMS,
          Topics.PROGRESS,
          Topics.JOURNAL);

  private static final List<String> OUTPUTS =
      List.of(
          Topics.COMPLETIONS,
          Topics.DECISIONS,
          Topics.DEAD_LETTERS,
          Topics.CONTROL,
          Topics.LOOKUPS);

  private GateTopics() {}

  /** What the gate writes and does not read, but for the dispatch topics. */
  public static List<String> outputs(GateConfig config) {
    return config.completionsJson()
        ? Stream.concat(OUTPUTS.stream(), Stream.of(Topics.COMPLETIONS_JSON)).toList()
        : OUTPUTS;
  }

  /** What the gate reads or writes but for the dispatch topics. */
  public static List<String> all(GateConfig config) {
    return Stream.concat(INPUTS.stream(), outputs(config).stream()).toList();
  }

  public static Changelogs changelogs(GateConfig config) {
    var inputs = INPUTS.stream().map(topic -> config.prefix() + topic).toList();
    return new Changelogs(config.applicationId(), inputs, config.prefix() + Topics.PROGRESS);
  }
}
