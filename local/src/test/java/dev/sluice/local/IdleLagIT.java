package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.schemas.topic.Topics;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What Kafka's own tools show of a pool of which nothing is left to do. */
final class IdleLagIT {
  private static final int RUNS = 20;
  private static final int TENANTS = 5;

  private final TestCluster cluster = new TestCluster();

  @AfterEach
  void stop() {
    cluster.close();
  }

  @Test
  void aDispatchTopicThatIsReadToItsEndHasNoLagAndLosesNothingByIt() throws Exception {
    cluster.startGate();
    cluster.startRunner("one", 4);
    submit(0);
    assertThat(cluster.awaitCompletions(RUNS)).hasSize(RUNS);
    awaitNoLag();

    abortDispatches();
    awaitNoLag();

    cluster.startRunner("two", 4); // takes over partitions at what is committed
    submit(1);
    assertThat(cluster.awaitCompletions(2 * RUNS)).hasSize(2 * RUNS);
    awaitNoLag();
  }

  /**
   * What a gate leaves that is killed amid a commit: records that nobody is shown, and a marker.
   */
  private void abortDispatches() {
    var settings = cluster.client();
    settings.put("transactional.id", cluster.prefix + "aborting");
    var bytes = new ByteArraySerializer();
    try (var producer = new KafkaProducer<>(settings, bytes, bytes)) {
      producer.initTransactions();
      producer.beginTransaction();
      for (var source : dispatches()) {
        producer.send(
            new ProducerRecord<>(source.topic(), source.partition(), new byte[1], new byte[1]));
      }
      producer.flush();
      producer.abortTransaction();
    }
  }

  private List<TopicPartition> dispatches() {
    var spec = cluster.topics.spec(Topics.dispatch("default"));
    return IntStream.range(0, spec.partitions())
        .mapToObj(partition -> new TopicPartition(spec.name(), partition))
        .toList();
  }

  private void submit(int round) {
    for (int run = 0; run < RUNS; run++) {
      cluster.submit("tenant-" + run % TENANTS, "run-" + round + "-" + run, "echo", "{}");
    }
  }

  private void awaitNoLag() {
    var settings = new Properties();
    settings.putAll(cluster.client());
    try (var admin = Admin.create(settings)) {
      Awaitility.await().atMost(TestCluster.BOUND).untilAsserted(() -> assertNoLag(admin));
    }
  }

  private void assertNoLag(Admin admin) throws Exception {
    var group = cluster.prefix + "runners.default";
    var committed = admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
    var asked = new HashMap<TopicPartition, OffsetSpec>();
    dispatches().forEach(source -> asked.put(source, OffsetSpec.latest()));
    var ends = admin.listOffsets(asked).all().get();
    assertThat(ends.values()).anyMatch(end -> end.offset() > 0);
    assertThat(lag(committed, ends)).isZero();
  }

  private static long lag(
      Map<TopicPartition, OffsetAndMetadata> committed,
      Map<TopicPartition, ListOffsetsResultInfo> ends) {
    long lag = 0;
    for (var end : ends.entrySet()) {
      var read = committed.get(end.getKey());
      lag += end.getValue().offset() - (read == null ? 0 : read.offset());
    }
    return lag;
  }
}
