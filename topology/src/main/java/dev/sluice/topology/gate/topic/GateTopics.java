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
          Topics.CLAIMS,
          Topics.PROGRESS,
          Topics.JOURNAL);

  public static final List<String> OUTPUTS =
      List.of(
          Topics.COMPLETIONS,
          Topics.DECISIONS,
          Topics.DEAD_LETTERS,
          Topics.CONTROL,
          Topics.LOOKUPS);

  /** What the gate reads or writes but for the dispatch topics. */
  public static final List<String> TOPICS =
      Stream.concat(INPUTS.stream(), OUTPUTS.stream()).toList();

  private GateTopics() {}

  public static Changelogs changelogs(GateConfig config) {
    var inputs = INPUTS.stream().map(topic -> config.prefix() + topic).toList();
    return new Changelogs(config.applicationId(), inputs, config.prefix() + Topics.PROGRESS);
  }
}
