package dev.sluice.topology.catalog.scaling;

import dev.sluice.schemas.topic.Topics;
import dev.sluice.topology.streams.Watches;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Measures how old the catalog's knowledge is. It regularly asks for the ends of the topics. As
 * soon as everything before such an end is processed, the catalog was up to date at the time of the
 * question. Records of open transactions count too, because their outcome is not known.
 */
public final class Behind {
  public static final Duration LOOK_EVERY = Duration.ofMillis(500);
  private static final Set<String> TOPICS = Set.of(Topics.DECISIONS, Topics.COMPLETIONS);

  /** Where the topics ended, and when. */
  private record Goal(Map<TopicPartition, Long> ends, long atNanos) {}

  /** Asks where partitions end. */
  public interface Ends {
    Map<TopicPartition, Long> ask()
        throws ExecutionException, InterruptedException, TimeoutException;
  }

  private final Reached reached;
  private final Ends ends;
  private final LongSupplier nanos;
  private @Nullable Goal goal;
  private @Nullable Long upToDateNanos;

  /**
   * Knows nothing yet.
   *
   * @param partitions of the gate
   * @param admin asks Kafka
   */
  public Behind(String prefix, int partitions, Admin admin) {
    this(
        new Reached(TOPICS.stream().map(topic -> prefix + topic).collect(Collectors.toSet())),
        () -> ends(prefix, partitions, admin),
        System::nanoTime);
  }

  /**
   * Knows nothing yet.
   *
   * @param nanos a clock that never goes back
   */
  public Behind(Reached reached, Ends ends, LongSupplier nanos) {
    this.reached = reached;
    this.ends = ends;
    this.nanos = nanos;
  }

  private static Map<TopicPartition, Long> ends(String prefix, int partitions, Admin admin)
      throws ExecutionException, InterruptedException, TimeoutException {
    var asked = new HashMap<TopicPartition, OffsetSpec>();
    for (var topic : TOPICS) {
      for (int i = 0; i < partitions; i++) {
        asked.put(new TopicPartition(prefix + topic, i), OffsetSpec.latest());
      }
    }
    var found =
        admin
            .listOffsets(asked, new ListOffsetsOptions(IsolationLevel.READ_UNCOMMITTED))
            .all()
            .get(Watches.ANSWER_WITHIN_MS, TimeUnit.MILLISECONDS);
    var ends = new HashMap<TopicPartition, Long>();
    found.forEach((partition, end) -> ends.put(partition, end.offset()));
    return ends;
  }

  /** Is told how far the catalog's reader is. */
  public Reached reached() {
    return reached;
  }

  /** Looks whether the last ends are reached, and asks for the next. */
  public void look() throws ExecutionException, InterruptedException, TimeoutException {
    if (isOver()) {
      long now = nanos.getAsLong();
      var next = new Goal(ends.ask(), now);
      synchronized (this) {
        goal = next;
      }
    }
  }

  private synchronized boolean isOver() {
    var last = goal;
    if (last == null) {
      return true;
    }
    boolean over =
        last.ends().entrySet().stream()
            .allMatch(end -> end.getValue() == 0 || reached.of(end.getKey()) >= end.getValue());
    if (over) {
      upToDateNanos = last.atNanos();
    }
    return over;
  }

  /** Says that a partition's state is what was kept of it, and that it is read on from there. */
  public synchronized void begins(int partition) {
    reached.forget(partition);
    goal = null;
    upToDateNanos = null;
  }

  /** Says that a record is processed. */
  public void processed(TopicPartition partition, long offset) {
    reached.processed(partition, offset);
  }

  /** In seconds; infinite until it has come to an end for the first time. */
  public synchronized double seconds() {
    var since = upToDateNanos;
    return since == null ? Double.POSITIVE_INFINITY : (nanos.getAsLong() - since) / 1e9;
  }
}
