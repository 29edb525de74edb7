package dev.sluice.topology.gate.topic;

import dev.sluice.schemas.topic.Topics;
import dev.sluice.topology.gate.config.GateConfig;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/** All partitions that our processes read: inputs, dispatches, outputs, changelogs. */
public final class ReadPartitions {
  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(10);
  private static final long FRESH_NANOS = Duration.ofSeconds(5).toNanos();

  private final GateConfig config;
  private final Admin admin;
  private final Supplier<Set<String>> pools;
  private Set<TopicPartition> known = Set.of();
  private long knownNanos;

  /**
   * Of these topics.
   *
   * @param pools those that there are now
   */
  public ReadPartitions(GateConfig config, Admin admin, Supplier<Set<String>> pools) {
    this.pools = pools;
    this.config = config;
    this.admin = admin;
  }

  public static <T> T get(KafkaFuture<T> future)
      throws ExecutionException, InterruptedException, TimeoutException {
    return future.get(CALL_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Those that there were five seconds ago at the latest. */
  public Set<TopicPartition> all()
      throws ExecutionException, InterruptedException, TimeoutException {
    if (known.isEmpty() || System.nanoTime() - knownNanos > FRESH_NANOS) {
      var names = new HashSet<>(get(admin.listTopics().names()));
      names.removeIf(name -> !isRead(name));
      var partitions = new HashSet<TopicPartition>();
      for (var topic : get(admin.describeTopics(names).allTopicNames()).values()) {
        for (var partition : topic.partitions()) {
          partitions.add(new TopicPartition(topic.name(), partition.partition()));
        }
      }
      known = Set.copyOf(partitions);
      knownNanos = System.nanoTime();
    }
    return known;
  }

  private boolean isRead(String name) {
    if (!name.startsWith(config.prefix())) {
      return false;
    }
    var topic = name.substring(config.prefix().length());
    return GateTopics.all(config).contains(topic)
        || pools.get().stream().anyMatch(pool -> topic.equals(Topics.dispatch(pool)))
        || (name.startsWith(config.applicationId() + "-") && name.endsWith("-changelog"));
  }
}
