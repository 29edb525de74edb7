package dev.sluice.schemas.topic;

import dev.sluice.schemas.process.SettingsException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks a process's topics before it reads or writes. A broker with {@code
 * auto.create.topics.enable} creates a missing topic with default settings as soon as a producer
 * asks for it, and a journal in such a topic is deleted after a week.
 */
public final class RequiredTopics {
  /** What loses or misplaces records where it differs; sizes and retention are the operator's. */
  private static final Set<String> ESSENTIAL =
      Set.of(
          Difference.TOPIC,
          Difference.PARTITIONS,
          TopicConfig.CLEANUP_POLICY_CONFIG,
          TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG);

  private static final Logger LOG = LoggerFactory.getLogger(RequiredTopics.class);

  private RequiredTopics() {}

  /**
   * Looks whether the topics are there and as the catalogue has them, in what matters.
   *
   * @param kafka what a Kafka client is made with
   * @param topics those of {@link Topics} that the process uses
   * @param pools those whose dispatch topic it uses
   * @return how many partitions the gate has (G)
   * @throws SettingsException names each topic that is missing or different, and what helps
   * @throws KafkaException if Kafka cannot be reached, or does not let the process look
   */
  public static int check(
      Map<String, String> kafka, String prefix, List<String> topics, Set<String> pools) {
    var admin = TopicAdmin.connect(kafka);
    try {
      var partitions = check(admin, prefix, topics, pools);
      partitions.grown().forEach(sentence -> LOG.warn("{}", sentence));
      return partitions.count();
    } catch (TimeoutException e) {
      throw new KafkaException(
          "Kafka does not answer at " + kafka.get(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG), e);
    } finally {
      admin.close(Duration.ZERO);
    }
  }

  /** The same with a client that the caller has, and without a word about more partitions. */
  public static GatePartitions check(
      Admin admin, String prefix, List<String> topics, Set<String> pools) {
    return check(admin, prefix, topics, pools, ESSENTIAL);
  }

  /** Looks only whether they are there, with their partitions: settings may come right later. */
  public static GatePartitions checkThere(
      Admin admin, String prefix, List<String> topics, Set<String> pools) {
    return check(admin, prefix, topics, pools, Set.of(Difference.TOPIC, Difference.PARTITIONS));
  }

  private static GatePartitions check(
      Admin admin, String prefix, List<String> topics, Set<String> pools, Set<String> essential) {
    var partitioned = topics.stream().filter(topic -> !topic.equals(Topics.CONTROL)).toList();
    var partitions = GatePartitions.read(admin, prefix, partitioned);
    var dispatches = new HashSet<String>();
    pools.forEach(pool -> dispatches.add(prefix + Topics.dispatch(pool)));
    var names = new HashSet<>(dispatches);
    topics.forEach(topic -> names.add(prefix + topic));
    var config = new CatalogueConfig(prefix, partitions.count(), 1, (short) 1, List.copyOf(pools));
    var specs =
        new TopicCatalogue(config)
            .topics().stream().filter(spec -> names.contains(spec.name())).toList();
    var problems = new ArrayList<String>();
    for (var difference : TopicAdmin.differences(admin, specs)) {
      if (essential.contains(difference.what()) && !difference.isMorePartitions()) {
        problems.add(difference.toString());
      }
    }
    if (!problems.isEmpty()) {
      problems.add("sluice topics create adds the missing ones");
      throw new SettingsException(problems);
    }
    return partitions;
  }
}
