package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.embedded.TestBroker;
import dev.sluice.schemas.topic.Topics;
import dev.sluice.v1.RunCompleted;
import dev.sluice.v1.RunStatus;
import dev.sluice.verification.Checker;
import dev.sluice.verification.TopicHistoryReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class RecordsOfAnyClientIT {
  @Test
  void takesRecordsWithNoKeyOrAnyAndRefusesWhatIsWrongWithAReason() throws Exception {
    try (var cluster = new TestCluster()) {
      cluster.startGate();
      cluster.startRunner("w", 4);

      for (int i = 0; i < 12; i++) {
        cluster.send(Topics.RUNS, null, run("keyless-" + i, "tenant-" + i % 5, ""));
        cluster.send(Topics.RUNS, "key-" + i, run("misplaced-" + i, "tenant-" + i % 5, ""));
      }
      cluster.send(Topics.RUNS, null, run("keyless-0", "tenant-0", ""));
      cluster.send(Topics.RUNS, "acme", run("unknown-field", "acme", ",\"prio\":1"));
      cluster.send(Topics.RUNS, "acme", run("no-pool", "acme", ",\"pool\":\"NOWHERE\""));
      cluster.send(Topics.RUNS, "acme", run("budget", "acme", ",\"budget\":{\"calls\":-3}"));
      cluster.send(Topics.RUNS, "acme", run("large", "acme", large()));
      cluster.send(Topics.RUNS, "acme", run("ok", "bad tenant", ""));
      cluster.send(Topics.RUNS, "acme", "{\"run_id\":");
      cluster.send(Topics.RUNS, "acme", new byte[] {0, 0, 0, 0, 99, 1, 2});
      cluster.send(Topics.RUNS, "acme", "garbage".getBytes(StandardCharsets.UTF_8));
      cluster.submit("acme", "last", "echo", "1");

      var completed = cluster.awaitCompletions(29);
      assertThat(completed).extracting(RunCompleted::getRunId).doesNotHaveDuplicates();
      assertThat(ids(completed, RunStatus.REJECTED))
          .containsExactlyInAnyOrder("unknown-field", "no-pool", "budget", "large");
      assertThat(ids(completed, RunStatus.SUCCEEDED)).hasSize(25).contains("last");
      assertThat(completed)
          .filteredOn(run -> run.getRunId().equals("unknown-field"))
          .extracting(run -> run.getError().getMessage())
          .singleElement()
          .asString()
          .contains("unknown field prio");
    }
  }

  private static String run(String id, String tenant, String more) {
    return "{\"run_id\":\"%s\",\"tenant\":\"%s\",\"agent\":\"echo\"%s%s}"
        .formatted(id, tenant, more.contains("\"input\"") ? "" : ",\"input\":1", more);
  }

  private static String large() {
    return ",\"input\":\"" + "x".repeat(1_500_000) + "\"";
  }

  private static List<String> ids(List<RunCompleted> completed, RunStatus status) {
    return completed.stream()
        .filter(run -> run.getStatus() == status)
        .map(RunCompleted::getRunId)
        .toList();
  }

  @Test
  void neverExceedsACapThatGoesUpAndDownAndIsPaused() throws Exception {
    try (var cluster = new TestCluster()) {
      cluster.startGate();
      cluster.startRunner("w", 32);
      cluster.send(Topics.TENANTS, "acme", "{\"tenant\":\"acme\",\"max_in_flight\":8}");
      for (int i = 0; i < 60; i++) {
        cluster.submit("acme", "r" + i, "probe", "{\"steps\":2,\"step_ms\":50}");
        cluster.submit("other-" + i % 10, "o" + i, "echo", "1");
      }
      cluster.awaitCompletions(10);
      cluster.send(Topics.TENANTS, "acme", "{\"tenant\":\"acme\",\"max_in_flight\":1}");
      cluster.awaitCompletions(65);
      cluster.send(Topics.TENANTS, "acme", "{\"tenant\":\"acme\",\"paused\":true}");
      cluster.send(Topics.TENANTS, "acme", "{\"tenant\":\"acme\",\"plan\":\"pro\"}");

      assertThat(cluster.awaitCompletions(120)).hasSize(120);
      var broker = TestBroker.shared();
      var history =
          new TopicHistoryReader(
                  broker.bootstrapServers(), broker.registry().url().toString(), cluster.prefix)
              .read();
      var report = Checker.check(history, Map.of("free", 2, "pro", 20));
      assertThat(report.violations()).isEmpty();
      assertThat(report.accepted()).isEqualTo(120);
    }
  }
}
