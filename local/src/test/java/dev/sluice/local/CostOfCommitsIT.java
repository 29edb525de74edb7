package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.schemas.topic.Topics;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What the gate's transactions ask of the broker. All bounds are in relation to what was read or
 * committed, so that they hold on a machine of any speed.
 */
final class CostOfCommitsIT {
  private static final int RUNS = 40;
  private static final int TICKS = 400;

  /** Records of a run that the gate reads, and markers behind two of them. */
  private static final int READS_PER_RUN = 5 + 2;

  /** A run that comes alone is read in as many transactions, and claimed in one. */
  private static final int MARKERS_PER_RUN = 5 + 1;

  private final TestCluster cluster = new TestCluster();

  @AfterEach
  void stop() {
    cluster.close();
  }

  @Test
  void aTransactionCommitsTheOffsetsThatHaveMoved() throws Exception {
    cluster.startGate();
    cluster.startRunner("one", 4);
    runOneAfterTheOther(0, 1);
    long before = end("__consumer_offsets");
    long said = end(cluster.topics.name(Topics.PROGRESS));

    runOneAfterTheOther(1, RUNS);

    // A tick or heartbeat is read alone at worst: its offset, and a marker.
    long beside = 2 * (end(cluster.topics.name(Topics.PROGRESS)) - said);
    assertThat(end("__consumer_offsets") - before)
        .as("records of offsets, %d of them for the clock and heartbeats", beside)
        .isLessThan(RUNS * (READS_PER_RUN + 1 + MARKERS_PER_RUN) + beside);
  }

  @Test
  void aTransactionWritesAnEntryOnceHoweverOftenItChanges() throws Exception {
    cluster.startGate(Map.of("commit.interval.ms", "2000", "tick.ms", "100"));
    var ticks = cluster.topics.name(Topics.PROGRESS);
    var clock = cluster.prefix + "sluice-gate-gate-clock-changelog";

    Awaitility.await().atMost(TestCluster.BOUND).until(() -> end(ticks) >= TICKS);

    assertThat(end(clock)).as("records of %d ticks, and markers", TICKS).isLessThan(TICKS / 2);
  }

  private void runOneAfterTheOther(int round, int count) {
    int before = cluster.completed().size();
    for (int run = 0; run < count; run++) {
      cluster.submit("tenant", "run-" + round + "-" + run, "echo", "{}");
      cluster.awaitCompletions(before + run + 1);
    }
  }

  /** The sum of the ends of a topic's partitions: records and markers that were ever there. */
  private long end(String topic) throws Exception {
    try (var admin = Admin.create(cluster.client())) {
      var asked = new HashMap<TopicPartition, OffsetSpec>();
      for (var found : admin.describeTopics(List.of(topic)).allTopicNames().get().values()) {
        for (var one : found.partitions()) {
          asked.put(new TopicPartition(topic, one.partition()), OffsetSpec.latest());
        }
      }
      return admin.listOffsets(asked).all().get().values().stream()
          .mapToLong(end -> end.offset())
          .sum();
    }
  }
}
