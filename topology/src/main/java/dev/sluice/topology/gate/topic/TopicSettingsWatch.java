package dev.sluice.topology.gate.topic;

import dev.sluice.schemas.process.Alarms;
import dev.sluice.topology.gate.config.GateConfig;
import dev.sluice.topology.streams.ProgressSender;
import dev.sluice.v1.Progress;
import java.time.Duration;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.config.TopicConfig;

/**
 * Reads the topics' settings at regular intervals and appends changes to {@code progress}, so that
 * they take effect at a position of the log.
 */
public final class TopicSettingsWatch {
  public static final Duration LOOK_EVERY = Duration.ofSeconds(2);

  private final GateConfig config;
  private final DispatchTopics dispatches;
  private final Admin admin;
  private final ProgressSender sender;
  private final Set<Integer> owned;
  private final TopicsInForce topics;
  private final Alarms alarms;

  /** The partitions whose tasks run here, and what they go by. */
  public record Tasks(Set<Integer> owned, TopicsInForce topics) {}

  public TopicSettingsWatch(
      GateConfig config,
      DispatchTopics dispatches,
      Tasks tasks,
      Admin admin,
      ProgressSender sender,
      Alarms alarms) {
    this.config = config;
    this.dispatches = dispatches;
    this.admin = admin;
    this.sender = sender;
    owned = tasks.owned();
    topics = tasks.topics();
    this.alarms = alarms;
  }

  public void look() {
    var now = TopicSettings.read(admin, config, dispatches.pools());
    topics.know(now);
    for (int partition : owned) {
      if (topics.isNews(partition, now)) {
        sender.send(new Progress(now.record()), Set.of(partition));
      }
    }
    tell(now);
  }

  private void tell(TopicSettings now) {
    var wrong = new TreeMap<String, String>();
    for (var problem : now.problems()) {
      int colon = problem.indexOf(": ");
      wrong.merge(
          problem.substring(0, colon),
          problem.substring(colon + 2) + "; nothing is dispatched until it is back",
          (one, other) -> one + "; " + other);
    }
    alarms.set("topic setting", wrong);
    var low = new TreeMap<String, String>();
    now.limits()
        .forEach(
            (topic, limit) -> {
              int usual = TopicSettings.usualBytes(topic);
              if (limit < usual) {
                low.put(config.prefix() + topic, text(topic, limit, usual));
              }
            });
    alarms.set("topic limit", low);
  }

  private String text(String topic, long limit, int usual) {
    var name = TopicConfig.MAX_MESSAGE_BYTES_CONFIG;
    return "%s is %d, but was created with %d; larger records are refused. %s"
        .formatted(
            name,
            limit,
            usual,
            TopicProblems.command(config.prefix() + topic, name, Integer.toString(usual)));
  }
}
