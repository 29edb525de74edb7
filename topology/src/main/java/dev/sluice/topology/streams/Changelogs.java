package dev.sluice.topology.streams;

import dev.sluice.schemas.process.QuietLog;
import dev.sluice.schemas.topic.TopicAdmin;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.InvalidPartitionsException;

/**
 * Widens the changelogs of a Kafka Streams application. They must have as many partitions as the
 * widest input: Kafka Streams creates them like that, but refuses to start when an input has grown
 * since.
 */
public final class Changelogs {
  private static final QuietLog LOG = QuietLog.of(Changelogs.class);

  private final String applicationId;
  private final Collection<String> inputs;
  private final String ours;

  /**
   * Those of an application.
   *
   * @param inputs names of the topics that it reads
   * @param ours the one of them that is widened when the changelogs are the widest of all
   */
  public Changelogs(String applicationId, Collection<String> inputs, String ours) {
    this.applicationId = applicationId;
    this.inputs = inputs;
    this.ours = ours;
  }

  /** How many partitions each input has. */
  Map<String, Integer> inputs(Admin admin) {
    return TopicAdmin.partitions(admin, inputs);
  }

  static int most(Map<String, Integer> counts) {
    return counts.values().stream().mapToInt(Integer::intValue).max().orElse(0);
  }

  /** The changelogs that there are. */
  public List<String> names(Admin admin) {
    return get(admin.listTopics().names()).stream()
        .filter(name -> name.startsWith(applicationId + "-"))
        .filter(name -> name.endsWith("-changelog"))
        .toList();
  }

  /**
   * Adds the partitions that are missing. A task beyond those of the gate finds nothing in them.
   *
   * @return how many tasks there will be
   * @throws KafkaException if that is not possible; the message says what helps
   */
  public int fit(Admin admin) {
    var changelogs = TopicAdmin.partitions(admin, names(admin));
    var narrow = new HashSet<String>();
    int widest = most(inputs(admin));
    int tasks = Math.max(widest, most(changelogs));
    changelogs.forEach(
        (topic, partitions) -> {
          if (partitions < tasks) {
            narrow.add(topic);
          }
        });
    if (widest < tasks) { // a topic was made anew, with fewer partitions
      narrow.add(ours);
    }
    widen(admin, narrow, tasks);
    return tasks;
  }

  private static void widen(Admin admin, Set<String> narrow, int partitions) {
    var wider = new HashMap<String, NewPartitions>();
    narrow.forEach(topic -> wider.put(topic, NewPartitions.increaseTo(partitions)));
    admin
        .createPartitions(wider)
        .values()
        .forEach(
            (topic, done) -> {
              try {
                get(done);
                LOG.warn(
                    "Gave {} {} partitions, to match a topic that has grown", topic, partitions);
              } catch (InvalidPartitionsException anotherProcessWasFaster) {
                // It has them.
              } catch (KafkaException e) {
                throw new KafkaException(
                    "%s needs %d partitions; kafka-topics.sh --alter --topic %s --partitions %d gives them"
                        .formatted(topic, partitions, topic, partitions),
                    e);
              }
            });
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
