package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.schemas.topic.Topics;
import dev.sluice.topology.catalog.CatalogConfig;
import dev.sluice.topology.catalog.CatalogServer;
import dev.sluice.topology.gate.GateServer;
import dev.sluice.topology.gate.config.GateConfig;
import dev.sluice.v1.DecisionKind;
import dev.sluice.v1.RunCompleted;
import dev.sluice.v1.RunStatus;
import dev.sluice.verification.Checker;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Somebody gives topics more partitions while all runs; Kafka cannot take them away again. */
final class GrownTopicsIT {
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
  private static final int TENANTS = 40;

  private final TestCluster cluster = new TestCluster();

  private GateServer gate(String name) {
    var settings =
        cluster.settings(
            Map.of("agent.wait.ms", "10000", "state.dir", cluster.dir.resolve(name).toString()));
    return GateServer.start(GateConfig.from(settings));
  }

  private CatalogServer catalog() {
    var settings = new HashMap<>(cluster.settings(Map.of()));
    settings.remove("lease.ttl.ms");
    settings.put("state.dir", cluster.dir.resolve("catalog").toString());
    settings.put("http.port", "0");
    return CatalogServer.start(CatalogConfig.from(settings, false));
  }

  private void grow(int partitions, String... topics) throws Exception {
    var more = new HashMap<String, NewPartitions>();
    for (var topic : topics) {
      more.put(cluster.topics.name(topic), NewPartitions.increaseTo(partitions));
    }
    try (var admin = Admin.create(cluster.client())) {
      admin.createPartitions(more).all().get();
    }
  }

  private static void awaitRunning(GateServer... gates) {
    for (var gate : gates) {
      Awaitility.await().atMost(TestCluster.BOUND).until(gate::isRunning);
    }
  }

  /** The longest time between two starts one after the other. */
  private static long longestPauseMs(List<RunCompleted> completed) {
    var starts =
        completed.stream().mapToLong(RunCompleted::getStartedAtMs).sorted().boxed().toList();
    long longest = 0;
    for (int i = 1; i < starts.size(); i++) {
      longest = Math.max(longest, starts.get(i) - starts.get(i - 1));
    }
    return longest;
  }

  /** Every public topic, and beside them one of ours. */
  @Test
  void runsGoOnUnderLoadWithTwoGatesAndACatalog() throws Exception {
    var submitted = new AtomicInteger();
    var load = Executors.newSingleThreadScheduledExecutor();
    try (var one = gate("one");
        var two = gate("two");
        var catalog = catalog()) {
      awaitRunning(one, two);
      cluster.startRunner("w", 32);
      load.scheduleAtFixedRate(
          () -> {
            int number = submitted.getAndIncrement();
            cluster.submit("tenant-" + number % TENANTS, "run-" + number, "echo", "1");
          },
          0,
          50,
          TimeUnit.MILLISECONDS);
      cluster.awaitCompletions(40);

      grow(8, Topics.RUNS, Topics.COMMANDS, Topics.TENANTS, Topics.CLAIMS);

      var limits = "{\"tenant\":\"tenant-1\",\"max_in_flight\":7}";
      cluster.send(Topics.TENANTS, "tenant-1", limits); // where Kafka's partitioner puts it now
      // Half of these lie beyond the gate's partitions.
      cluster.awaitCompletions(40 + 400);
      load.shutdown();
      assertThat(load.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
      var completed = cluster.awaitCompletions(submitted.get());
      try (var later = gate("later")) {
        awaitRunning(one, two, later);
      }

      assertThat(completed)
          .hasSize(submitted.get())
          .allSatisfy(run -> assertThat(run.getStatus()).isEqualTo(RunStatus.SUCCEEDED));
      assertThat(longestPauseMs(completed)).isLessThan(LONGEST_PAUSE.toMillis());
      var http = new HttpCaller(catalog.address());
      Awaitility.await()
          .atMost(TestCluster.BOUND)
          .until(
              () ->
                  catalog.isRunning()
                      && http.get("/v1/tenants/tenant-1").json().path("cap").asInt() == 7);
      assertThat(http.get("/v1/tenants/tenant-1/runs/run-1").json().path("status").asText())
          .isEqualTo("SUCCEEDED");
    }
    var history = cluster.history();
    assertThat(Checker.check(history, Map.of("free", 2, "pro", 20)).violations()).isEmpty();
    assertThat(history.decisions())
        .anySatisfy(
            decided -> {
              assertThat(decided.decision().getKind()).isEqualTo(DecisionKind.ALARM);
              assertThat(decided.decision().getReason()).contains("topic grown", "it has 8");
            });
    cluster.close();
  }
}
