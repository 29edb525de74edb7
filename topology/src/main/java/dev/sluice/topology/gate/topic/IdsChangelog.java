package dev.sluice.topology.gate.topic;

import dev.sluice.schemas.process.Alarms;
import dev.sluice.schemas.topic.TopicAdmin;
import dev.sluice.topology.gate.config.GateConfig;
import dev.sluice.topology.streams.Watches;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the broker date the ids of ended runs. A changelog created by an older gate dates them by
 * virtual time, which makes all of them too old to be kept, and Kafka Streams does not change the
 * settings of an existing topic.
 */
public final class IdsChangelog {
  public static final Duration LOOK_EVERY = Duration.ofSeconds(30);

  private static final Logger LOG = LoggerFactory.getLogger(IdsChangelog.class);
  private static final String ALARM = "ids of ended runs";
  private static final String NAME = TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG;
  private static final String RIGHT = "LogAppendTime";

  private final Admin admin;
  private final Alarms alarms;
  private final String topic;
  private boolean isBlind;

  public IdsChangelog(GateConfig config, Admin admin, Alarms alarms) {
    this.admin = admin;
    this.alarms = alarms;
    topic = config.applicationId() + "-gate-ids-changelog";
  }

  /**
   * Sets it right where it is not. An alarm gives the command if this gate may not alter it, and
   * the log, once, if it may not even describe it.
   */
  public void look() throws ExecutionException, InterruptedException, TimeoutException {
    var found = found();
    if (found.equals(RIGHT)) {
      alarms.set(ALARM, Map.of());
      return;
    }
    try {
      alter();
      LOG.info("Set {} of {} to {}, was {}", NAME, topic, RIGHT, found);
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof AuthorizationException)) {
        throw e;
      }
      alarms.set(
          ALARM,
          Map.of(
              topic,
              "%s is %s, so ids of ended runs may be deleted too early and a repeated submission runs again; this gate may not alter it: %s"
                  .formatted(NAME, found, TopicProblems.command(topic, NAME, RIGHT))));
    }
  }

  /** A topic that is not there yet is made as it must be. */
  private String found() {
    try {
      return TopicAdmin.configs(admin, Set.of(topic))
          .getOrDefault(topic, Map.of())
          .getOrDefault(NAME, RIGHT);
    } catch (KafkaException e) {
      if (!(e.getCause() instanceof AuthorizationException)) {
        throw e;
      }
      if (!isBlind) {
        isBlind = true;
        LOG.info(
            "This gate may not describe {}; if a gate older than 0.1.0 created it: {}",
            topic,
            TopicProblems.command(topic, NAME, RIGHT));
      }
      return RIGHT;
    }
  }

  private void alter() throws ExecutionException, InterruptedException, TimeoutException {
    var change = new AlterConfigOp(new ConfigEntry(NAME, RIGHT), AlterConfigOp.OpType.SET);
    var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    admin
        .incrementalAlterConfigs(Map.of(resource, List.of(change)))
        .all()
        .get(Watches.ANSWER_WITHIN_MS, TimeUnit.MILLISECONDS);
  }
}
