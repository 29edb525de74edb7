package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.schemas.topic.Topics;
import dev.sluice.topology.catalog.CatalogConfig;
import dev.sluice.topology.catalog.CatalogServer;
import dev.sluice.v1.DecisionKind;
import dev.sluice.v1.RunCompleted;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Records that are deleted before one of our readers came to them are not passed over in silence.
 */
final class TrimmedTopicsIT {
  private static final String TENANT = "acme";

  private final TestCluster cluster = new TestCluster();
  private final Admin admin = Admin.create(cluster.client());

  @AfterEach
  void stop() {
    admin.close();
    cluster.close();
  }

  private TopicPartition home(String topic) {
    int partition =
        dev.sluice.schemas.topic.TenantPartitions.of(
            TENANT, cluster.topics.spec(topic).partitions());
    return new TopicPartition(cluster.topics.name(topic), partition);
  }

  private long end(TopicPartition partition) throws Exception {
    var latest = Map.of(partition, OffsetSpec.latest());
    return admin.listOffsets(latest).partitionResult(partition).get().offset();
  }

  private void deleteBefore(TopicPartition partition, long offset) throws Exception {
    admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(offset))).all().get();
  }

  private void submit(String prefix, int runs) {
    for (int run = 0; run < runs; run++) {
      cluster.submit(TENANT, prefix + run, "echo", "1");
    }
  }

  private void awaitAlarm(String... words) {
    Awaitility.await()
        .atMost(TestCluster.BOUND)
        .untilAsserted(
            () ->
                assertThat(cluster.history().decisions())
                    .anySatisfy(
                        one -> {
                          assertThat(one.decision().getKind()).isEqualTo(DecisionKind.ALARM);
                          assertThat(one.decision().getReason()).contains(words);
                        }));
  }

  @Test
  void namesTheSubmissionsThatWereDeletedWhileTheGateStood() throws Exception {
    var runs = home(Topics.RUNS);
    cluster.startRunner("w", 4);
    try (var gate = cluster.startGate()) {
      submit("before-", 3);
      cluster.awaitCompletions(3);
      assertThat(gate.isRunning()).isTrue();
    }
    submit("during-", 12);
    Awaitility.await().atMost(TestCluster.BOUND).until(() -> end(runs) == 15);
    deleteBefore(runs, 14);

    try (var gate = cluster.startGate()) {
      assertThat(cluster.awaitCompletions(4))
          .extracting(RunCompleted::getRunId)
          .contains("during-11");

      awaitAlarm("records deleted unread", runs.toString(), "offsets 3 to 13", "the gate");
      assertThat(new HttpCaller(gate.probes()).get("/metrics").http().body())
          .contains(
              "sluice_records_deleted_unread{partition=\"%d\",topic=\"%s\"} 11.0"
                  .formatted(runs.partition(), runs.topic()));
    }
  }

  /** Its reader has read them, and would not find them again. */
  @Test
  void namesAJournalThatWasTrimmed() throws Exception {
    var journal = home(Topics.JOURNAL);
    var gate = cluster.startGate();
    cluster.startRunner("w", 4);
    submit("run-", 3);
    cluster.awaitCompletions(3);
    policy(journal.topic(), "compact,delete");
    Awaitility.await()
        .atMost(TestCluster.BOUND)
        .ignoreExceptions()
        .until(
            () -> {
              deleteBefore(journal, 2);
              return true;
            });
    policy(journal.topic(), "compact");

    awaitAlarm("compacted topic trimmed", journal.toString(), "offset 2");
    assertThat(new HttpCaller(gate.probes()).get("/readyz").http().body())
        .contains("compacted topic trimmed: " + journal);
  }

  private void policy(String topic, String policy) throws Exception {
    var change =
        new AlterConfigOp(new ConfigEntry("cleanup.policy", policy), AlterConfigOp.OpType.SET);
    var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    admin.incrementalAlterConfigs(Map.of(resource, List.of(change))).all().get();
  }

  @Test
  void namesTheDecisionsThatACatalogWillNotSee() throws Exception {
    var decisions = home(Topics.DECISIONS);
    cluster.startGate();
    cluster.startRunner("w", 4);
    try (var catalog = catalog()) {
      submit("seen-", 2);
      cluster.awaitCompletions(2);
      var http = new HttpCaller(catalog.address());
      Awaitility.await()
          .atMost(TestCluster.BOUND)
          .ignoreExceptions()
          .until(
              () ->
                  http.get("/v1/tenants/acme/runs/seen-1")
                      .json()
                      .path("status")
                      .asText()
                      .equals("SUCCEEDED"));
    }
    submit("unseen-", 2);
    cluster.awaitCompletions(4);
    long end = end(decisions);
    deleteBefore(decisions, end - 1);

    try (var catalog = catalog()) {
      awaitAlarm("records deleted unread", decisions.toString(), "the catalog 0");
      assertThat(new HttpCaller(catalog.address()).get("/metrics").http().body())
          .contains("sluice_records_deleted_unread{partition=\"" + decisions.partition());
    }
  }

  private CatalogServer catalog() {
    var settings = new HashMap<>(cluster.settings(Map.of()));
    settings.remove("lease.ttl.ms");
    settings.put("state.dir", cluster.dir.resolve("catalog").toString());
    settings.put("http.port", "0");
    return CatalogServer.start(CatalogConfig.from(settings, false));
  }
}
