package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.schemas.topic.TopicAdmin;
import dev.sluice.schemas.topic.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What the gate remembers of ended runs is deleted by time, and so needs the time of day. */
final class RecentIdsIT {
  private static final String TIMESTAMPS = "message.timestamp.type";

  @Test
  void keepsTheIdsOfEndedRunsFromTheirEndsOn() {
    try (var cluster = new TestCluster()) {
      cluster.startGate();
      cluster.startRunner("w", 1);
      cluster.submit("acme", "run", "echo", "1");
      var completed = cluster.awaitCompletions(1).getFirst();

      var kept = awaitId(cluster);

      assertThat(kept.timestampType()).isEqualTo(TimestampType.LOG_APPEND_TIME);
      assertThat(kept.timestamp()).isGreaterThanOrEqualTo(completed.getCompletedAtMs());
    }
  }

  /** As a gate of before made it. */
  @Test
  void datesAnOlderChangelogByTheBroker() throws Exception {
    try (var cluster = new TestCluster();
        var admin = Admin.create(cluster.client())) {
      var name = cluster.prefix + "sluice-gate-gate-ids-changelog";
      int partitions = cluster.topics.spec(Topics.RUNS).partitions();
      var older =
          new NewTopic(name, partitions, (short) 1)
              .configs(Map.of("cleanup.policy", "delete", TIMESTAMPS, "CreateTime"));
      admin.createTopics(List.of(older)).all().get();

      cluster.startGate();

      Awaitility.await()
          .atMost(TestCluster.BOUND)
          .until(
              () ->
                  "LogAppendTime"
                      .equals(
                          TopicAdmin.configs(admin, Set.of(name))
                              .getOrDefault(name, Map.of())
                              .get(TIMESTAMPS)));
    }
  }

  private static ConsumerRecord<byte[], byte[]> awaitId(TestCluster cluster) {
    var read = new ArrayList<ConsumerRecord<byte[], byte[]>>();
    try (var consumer =
        new KafkaConsumer<>(
            cluster.client(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      var partitions = new ArrayList<TopicPartition>();
      for (int partition = 0;
          partition < cluster.topics.spec(Topics.RUNS).partitions();
          partition++) {
        partitions.add(
            new TopicPartition(cluster.prefix + "sluice-gate-gate-ids-changelog", partition));
      }
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Awaitility.await()
          .atMost(TestCluster.BOUND)
          .until(
              () -> {
                consumer.poll(Duration.ofMillis(100)).forEach(read::add);
                return !read.isEmpty();
              });
    }
    return read.getFirst();
  }
}
