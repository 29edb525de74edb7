package dev.sluice.schemas.topic;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Creates the topics of the catalogue, and reports differences from it. */
public final class TopicAdmin {
  private static final int ANSWER_WITHIN_MS = 20_000;
  private static final int SEEN_WITHIN_MS = 10_000;
  private static final int LOOK_EVERY_MS = 20;

  private TopicAdmin() {}

  /**
   * A client whose calls fail after 20 seconds; to be closed by the caller.
   *
   * @param kafka what a Kafka client is made with
   */
  public static Admin connect(Map<String, String> kafka) {
    return connect(kafka, ANSWER_WITHIN_MS);
  }

  /** A client whose calls fail after {@code withinMs}; to be closed by the caller. */
  public static Admin connect(Map<String, String> kafka, int withinMs) {
    var settings = new HashMap<String, Object>(kafka);
    // Not above the other one: Kafka refuses that.
    settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, withinMs);
    settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, withinMs);
    return Admin.create(settings);
  }

  /**
   * Creates the topics that do not exist; those that do stay as they are.
   *
   * @return the names of the topics created
   * @throws KafkaException if the broker refuses or cannot be reached
   */
  public static List<String> create(Admin admin, TopicCatalogue catalogue) {
    var existing = get(admin.listTopics().names());
    var missing =
        catalogue.topics().stream().filter(spec -> !existing.contains(spec.name())).toList();
    var results = admin.createTopics(missing.stream().map(TopicAdmin::newTopic).toList()).values();
    var created = new ArrayList<String>();
    for (var spec : missing) {
      var result = results.get(spec.name());
      if (result != null && isCreated(result)) {
        created.add(spec.name());
      }
    }
    awaitSeen(admin, created);
    return created;
  }

  /** The controller has made them; the broker that is asked next may not know of it yet. */
  private static void awaitSeen(Admin admin, List<String> created) {
    long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(SEEN_WITHIN_MS);
    while (partitions(admin, created).size() < created.size() && System.nanoTime() < until) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(LOOK_EVERY_MS));
    }
  }

  private static NewTopic newTopic(TopicSpec spec) {
    return new NewTopic(spec.name(), spec.partitions(), spec.replicationFactor())
        .configs(spec.configs());
  }

  private static boolean isCreated(KafkaFuture<Void> result) {
    try {
      get(result);
      return true;
    } catch (TopicExistsException someoneElseWasFaster) {
      return false;
    }
  }

  /**
   * Compares the topics on the broker with the catalogue.
   *
   * @return every difference; empty when all is as it should be
   * @throws KafkaException if the broker cannot be reached
   */
  public static List<Difference> check(Admin admin, TopicCatalogue catalogue) {
    return differences(admin, catalogue.topics());
  }

  static List<Difference> differences(Admin admin, List<TopicSpec> specs) {
    var names = specs.stream().map(TopicSpec::name).toList();
    var descriptions = known(admin.describeTopics(names).topicNameValues());
    var resources = names.stream().map(TopicAdmin::resource).toList();
    var configs = known(admin.describeConfigs(resources).values());
    var differences = new ArrayList<Difference>();
    for (var spec : specs) {
      var description = descriptions.get(spec.name());
      var config = configs.get(resource(spec.name()));
      if (description == null || config == null) {
        differences.add(new Difference(spec.name(), Difference.TOPIC, "there", "missing"));
      } else {
        differences.addAll(compare(spec, description, config));
      }
    }
    return differences;
  }

  /**
   * How many partitions each topic has; those that are missing are left out.
   *
   * @throws KafkaException if the broker cannot be reached, or does not let this process look
   */
  public static Map<String, Integer> partitions(Admin admin, Collection<String> topics) {
    var counts = new HashMap<String, Integer>();
    known(admin.describeTopics(topics).topicNameValues())
        .forEach((topic, description) -> counts.put(topic, description.partitions().size()));
    return counts;
  }

  /**
   * The settings that each topic has; topics that are missing are left out.
   *
   * @throws KafkaException if the broker cannot be reached, or does not let this process look
   */
  public static Map<String, Map<String, String>> configs(Admin admin, Collection<String> topics) {
    var configs = new HashMap<String, Map<String, String>>();
    known(admin.describeConfigs(topics.stream().map(TopicAdmin::resource).toList()).values())
        .forEach((resource, config) -> configs.put(resource.name(), values(config)));
    return configs;
  }

  private static Map<String, String> values(Config config) {
    return config.entries().stream()
        .filter(entry -> entry.value() != null)
        .collect(Collectors.toMap(entry -> entry.name(), entry -> entry.value()));
  }

  /** What the broker tells of the topics that it has. */
  private static <K, V> Map<K, V> known(Map<K, KafkaFuture<V>> answers) {
    var known = new HashMap<K, V>();
    answers.forEach(
        (topic, answer) -> {
          try {
            known.put(topic, get(answer));
          } catch (UnknownTopicOrPartitionException missing) {
            // Being left out says so.
          } catch (AuthorizationException e) {
            throw new KafkaException("not allowed to look at " + topic, e);
          }
        });
    return known;
  }

  private static List<Difference> compare(
      TopicSpec spec, TopicDescription description, Config config) {
    var differences = new ArrayList<Difference>();
    int partitions = description.partitions().size();
    if (partitions != spec.partitions()) {
      differences.add(
          new Difference(
              spec.name(),
              Difference.PARTITIONS,
              "" + spec.partitions(),
              Integer.toString(partitions)));
    }
    int replicas = fewestReplicas(description);
    if (replicas != spec.replicationFactor()) {
      differences.add(
          new Difference(
              spec.name(),
              Difference.REPLICAS,
              Short.toString(spec.replicationFactor()),
              Integer.toString(replicas)));
    }
    var found = values(config);
    var inSync = found.getOrDefault(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, "1");
    boolean isWritable = Integer.parseInt(inSync) <= replicas;
    if (!isWritable) {
      differences.add(
          new Difference(
              spec.name(),
              TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG,
              "at most its number of replicas (%d), or no write succeeds".formatted(replicas),
              inSync));
    }
    new TreeMap<>(spec.configs())
        .forEach(
            (name, expected) -> {
              var value = found.getOrDefault(name, "not set");
              boolean isSaid = !isWritable && name.equals(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG);
              if (!value.equals(expected) && !isSaid) {
                differences.add(new Difference(spec.name(), name, expected, value));
              }
            });
    return differences;
  }

  /** Of the partition that has the fewest; one that is being moved has more for a while. */
  private static int fewestReplicas(TopicDescription description) {
    return description.partitions().stream()
        .mapToInt(partition -> partition.replicas().size())
        .min()
        .orElse(0);
  }

  private static ConfigResource resource(String topic) {
    return new ConfigResource(ConfigResource.Type.TOPIC, topic);
  }

  private static <T> T get(KafkaFuture<T> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof KafkaException kafka ? kafka : new KafkaException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted while waiting for the broker", e);
    }
  }
}
