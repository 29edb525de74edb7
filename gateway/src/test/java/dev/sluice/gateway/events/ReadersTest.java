package dev.sluice.gateway.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.schemas.serde.SluiceSerdes;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Readers that get no answer of a partition go on with the others. */
@Timeout(30)
final class ReadersTest {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final long LAST = 7;
  private static final long THEN = 5;

  /** A cluster of which some partitions do not answer, and of others records were deleted. */
  private static final class Cluster extends MockConsumer<byte[], byte[]> {
    final Set<TopicPartition> silent = ConcurrentHashMap.newKeySet();
    final Set<TopicPartition> deleted = ConcurrentHashMap.newKeySet();
    final AtomicInteger unanswered = new AtomicInteger();

    Cluster() {
      super("none");
    }

    private void ask(TopicPartition partition) {
      if (silent.contains(partition)) {
        unanswered.incrementAndGet();
        throw new TimeoutException("no answer of " + partition);
      }
    }

    @Override
    public synchronized ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
      for (var partition : assignment()) {
        if (deleted.remove(partition)) {
          throw new OffsetOutOfRangeException(Map.of(partition, 1L));
        }
      }
      return super.poll(timeout);
    }

    @Override
    public synchronized long position(TopicPartition partition, Duration timeout) {
      ask(partition);
      return super.position(partition, timeout);
    }

    @Override
    public synchronized Map<TopicPartition, OffsetAndTimestamp> offsetsForTimes(
        Map<TopicPartition, Long> times, Duration timeout) {
      var found = new HashMap<TopicPartition, OffsetAndTimestamp>();
      times.forEach(
          (partition, time) -> {
            ask(partition);
            found.put(partition, new OffsetAndTimestamp(THEN, time));
          });
      return found;
    }
  }

  private final Records records =
      new Records(
          Map.of(), "", SluiceSerdes.create(Map.of("schema.registry.url", "http://127.0.0.1:1")));
  private final TopicPartition bad = records.partition(Source.OUTPUTS, 0);
  private final TopicPartition good = records.partition(Source.OUTPUTS, 1);
  private final Cluster cluster = new Cluster();

  private static Feed feed() {
    return new Feed(Samples.TENANT, Samples.RUN, new Room(1_000_000), new Room(1_000_000));
  }

  private static Feed joined(Present present, TopicPartition partition) {
    var feed = feed();
    present.join(Cursor.at(feed, Source.OUTPUTS, partition, Cursor.NOW));
    return feed;
  }

  private static void assertBegins(Feed feed, long at) throws InterruptedException {
    assertThat(feed.awaitBeginning(Set.of(Source.OUTPUTS), SOON))
        .isEqualTo(Map.of(Source.OUTPUTS, at));
  }

  private static void assertStopped(Feed feed) {
    Awaitility.await()
        .atMost(SOON)
        .untilAsserted(() -> assertThat(feed.over()).isEqualTo(Feed.Over.STOPPED));
  }

  @Test
  void thePresentGoesOnWhenItCannotLearnWhereDeletedRecordsEnd() throws Exception {
    cluster.updateEndOffsets(Map.of(bad, LAST, good, LAST));
    try (var present = new Present(records, cluster, cursor -> {})) {
      present.start();
      var first = joined(present, bad);
      assertBegins(first, LAST);

      cluster.silent.add(bad);
      cluster.deleted.add(bad);

      assertStopped(first);
      assertBegins(joined(present, good), LAST);
    }
  }

  @Test
  void thePresentWaitsOnceForAPartitionThatDoesNotAnswer() throws Exception {
    cluster.updateEndOffsets(Map.of(bad, LAST, good, LAST));
    cluster.silent.add(bad);
    try (var present = new Present(records, cluster, cursor -> {})) {
      present.start();

      assertStopped(joined(present, bad));
      assertStopped(joined(present, bad));

      assertBegins(joined(present, good), LAST);
      assertThat(cluster.unanswered).hasValue(1);
    }
  }

  private static Feed told(Past past, TopicPartition partition) {
    var feed = feed();
    var cursor = Cursor.since(feed, Source.OUTPUTS, partition, 1_000);
    cursor.mustReach(LAST);
    past.tell(cursor);
    return feed;
  }

  @Test
  void thePastWaitsOnceForAPartitionThatDoesNotAnswer() throws Exception {
    cluster.silent.add(bad);
    try (var past = new Past(records, cluster, cursor -> {})) {
      past.start();
      var first = told(past, bad);
      var second = told(past, bad);
      var other = told(past, good);

      assertBegins(other, THEN);
      assertStopped(first);
      assertStopped(second);
      assertThat(cluster.unanswered).hasValue(1);
      other.end(Feed.Over.GONE);
    }
  }
}
