package dev.sluice.topology.gate.topic;

import static dev.sluice.topology.gate.topic.ReadPartitions.get;

import dev.sluice.schemas.topic.TopicAdmin;
import dev.sluice.schemas.topic.Topics;
import dev.sluice.topology.gate.config.GateConfig;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** The numbers of partitions of the dispatch topics, which may grow at any time. */
public final class DispatchTopics {
  public static final Duration LOOK_EVERY = Duration.ofSeconds(3);

  private final GateConfig config;
  private final Map<Integer, Set<String>> ofTasks = new ConcurrentHashMap<>();
  private volatile Map<String, Integer> partitions = Map.of();

  DispatchTopics(GateConfig config) {
    this.config = config;
  }

  /**
   * Looks for the first time.
   *
   * @throws KafkaException if Kafka cannot be reached
   */
  public static DispatchTopics read(GateConfig config) {
    var topics = new DispatchTopics(config);
    try (var admin = TopicAdmin.connect(config.kafka())) {
      topics.look(admin);
      return topics;
    } catch (ExecutionException | TimeoutException e) {
      throw new KafkaException("the dispatch topics cannot be described", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted while describing the dispatch topics", e);
    }
  }

  /** 0 for a pool without a topic. */
  public int partitions(String pool) {
    return partitions.getOrDefault(pool, 0);
  }

  /** A task knows these pools; the settings that it goes by may add some at any time. */
  public void known(int partition, Set<String> pools) {
    ofTasks.put(partition, Set.copyOf(pools));
  }

  /** Those of the configuration, and those that a task here has come to know. */
  public Set<String> pools() {
    var pools = new TreeSet<>(config.core().pools());
    ofTasks.values().forEach(pools::addAll);
    return pools;
  }

  public void look(Admin admin) throws ExecutionException, InterruptedException, TimeoutException {
    var found = new HashMap<String, Integer>();
    var pools = new HashMap<String, String>();
    pools().forEach(pool -> pools.put(config.prefix() + Topics.dispatch(pool), pool));
    var topics = admin.describeTopics(pools.keySet()).topicNameValues();
    for (var topic : topics.entrySet()) {
      try {
        int count = get(topic.getValue()).partitions().size();
        found.put(pools.getOrDefault(topic.getKey(), ""), count);
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
          throw e;
        }
      }
    }
    partitions = Map.copyOf(found);
  }
}
