package dev.sluice.topology.streams;

import dev.sluice.schemas.reading.Giants;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartition;

/**
 * Makes a client with giant records ahead read record by record, which is slow, and restarts it
 * once they are behind the committed offsets.
 */
public final class CarefulReading {
  /** How often is looked. */
  public static final Duration LOOK_EVERY = Duration.ofSeconds(5);

  private static final long TIMEOUT_S = 10;

  private final Admin admin;
  private final Map<String, String> kafka;
  private final String group;
  private volatile Map<TopicPartition, List<Giants.Giant>> giants = Map.of();

  /**
   * Of one application.
   *
   * @param kafka what a Kafka client is made with
   * @param group of its consumers
   */
  public CarefulReading(Admin admin, Map<String, String> kafka, String group) {
    this.admin = admin;
    this.kafka = Map.copyOf(kafka);
    this.group = group;
  }

  /** Looks for giants before a client is made that reads {@code topics}. */
  public Map<TopicPartition, List<Giants.Giant>> begin(List<String> topics) {
    giants = Giants.find(admin, kafka, group, topics);
    return giants;
  }

  /** Looks once whether they are over. */
  public void look(Consumer<String> restart)
      throws ExecutionException, InterruptedException, TimeoutException {
    if (giants.isEmpty()) {
      return;
    }
    var committed =
        admin
            .listConsumerGroupOffsets(group)
            .partitionsToOffsetAndMetadata()
            .get(TIMEOUT_S, TimeUnit.SECONDS);
    boolean areBehind =
        giants.entrySet().stream()
            .allMatch(
                found -> {
                  var position = committed.get(found.getKey());
                  return position != null && position.offset() >= found.getValue().getLast().next();
                });
    if (areBehind) {
      giants = Map.of();
      restart.accept("the record too large to read is skipped");
    }
  }
}
