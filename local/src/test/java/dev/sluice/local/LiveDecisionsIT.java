package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.gateway.Gateway;
import dev.sluice.gateway.GatewayConfig;
import dev.sluice.schemas.topic.TenantPartitions;
import dev.sluice.schemas.topic.Topics;
import dev.sluice.sdk.Agent;
import dev.sluice.sdk.AgentRef;
import dev.sluice.sdk.RunContext;
import dev.sluice.sdk.SpawnOptions;
import dev.sluice.topology.catalog.CatalogConfig;
import dev.sluice.topology.catalog.CatalogServer;
import dev.sluice.v1.DecisionKind;
import dev.sluice.verification.Checker;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A catalog that is new after {@code decisions} were trimmed knows every run that lives. */
final class LiveDecisionsIT {
  private static final String TENANT = "acme";
  private static final String RUNS = "/v1/tenants/acme/runs";
  private static final Duration HOUR = Duration.ofHours(1);

  /** Waits in the way that its input says. */
  private static final class Waiter implements Agent<String, @Nullable String> {
    private final CountDownLatch never = new CountDownLatch(1);
    private final AtomicBoolean mended = new AtomicBoolean();

    @Override
    public String name() {
      return "waiter";
    }

    @Override
    public @Nullable String run(RunContext run, String way) throws Exception {
      switch (way) {
        case "time" -> run.sleep(HOUR);
        case "child" -> run.await(run.spawn(AgentRef.of(this), "signal"));
        case "leaves" -> run.spawn(AgentRef.of(this), "signal", SpawnOptions.DEFAULT.andDetached());
        case "works" -> never.await();
        default -> {
          if (way.equals("dies") && !mended.get()) {
            throw new IllegalStateException("not mended");
          }
          return run.awaitSignal("go", String.class, HOUR).orElse("none");
        }
      }
      return way;
    }
  }

  private final TestCluster cluster = new TestCluster();
  private final Admin admin = Admin.create(cluster.client());
  private final Waiter waiter = new Waiter();

  @AfterEach
  void stop() {
    admin.close();
    cluster.close();
  }

  private static void submit(TestCluster cluster, String run, String way) {
    cluster.send(
        Topics.RUNS,
        TENANT,
        """
        {"run_id":"%s","tenant":"acme","agent":"waiter","input":"%s",
         "labels":{"way":"%s"},"retry":{"max_attempts":1}}\
        """
            .formatted(run, way, way));
  }

  private void command(String id, String run, String kind) {
    cluster.send(
        Topics.COMMANDS,
        TENANT,
        "{\"command_id\":\"%s\",\"tenant\":\"acme\",\"run_id\":\"%s\",\"kind\":\"%s\"}"
            .formatted(id, run, kind));
  }

  private CatalogServer catalog(String name) {
    var settings = new HashMap<>(cluster.settings(Map.of("instance", name, "http.port", "0")));
    settings.remove("lease.ttl.ms");
    settings.put("state.dir", cluster.dir.resolve("catalog-" + name).toString());
    var usual = CatalogConfig.from(settings, false);
    return CatalogServer.start(usual.withKeepEnded(Duration.ofSeconds(1)));
  }

  private static Map<String, String> statuses(HttpCaller http) throws Exception {
    var found = new TreeMap<String, String>();
    for (JsonNode run : http.get(RUNS + "?limit=100").json().path("runs")) {
      found.put(run.path("run_id").asText(), run.path("status").asText());
    }
    return found;
  }

  private static void awaitStatuses(HttpCaller http, Map<String, String> expected) {
    Awaitility.await()
        .atMost(TestCluster.BOUND)
        .ignoreExceptions()
        .untilAsserted(() -> assertThat(statuses(http)).containsAllEntriesOf(expected));
  }

  private TopicPartition decisions() {
    int partitions = cluster.topics.spec(Topics.DECISIONS).partitions();
    return new TopicPartition(
        cluster.topics.name(Topics.DECISIONS), TenantPartitions.of(TENANT, partitions));
  }

  private long end() throws Exception {
    return admin
        .listOffsets(Map.of(decisions(), OffsetSpec.latest()))
        .partitionResult(decisions())
        .get()
        .offset();
  }

  /** Deletes what is there, then waits until the gate has told of all of them again. */
  private void trim(Set<String> live) throws Exception {
    long end = end();
    admin.deleteRecords(Map.of(decisions(), RecordsToDelete.beforeOffset(end))).all().get();
    Awaitility.await()
        .atMost(TestCluster.BOUND)
        .untilAsserted(
            () -> {
              var told = new HashSet<String>();
              for (var one : cluster.history().decisions()) {
                if (one.decision().getKind() == DecisionKind.LIVE
                    && one.decision().getRunId() != null) {
                  told.add(one.decision().getRunId());
                }
              }
              assertThat(told).containsAll(live);
            });
  }

  @Test
  void aNewCatalogKnowsEveryLiveRunThoughDecisionsWereTrimmed() throws Exception {
    var gate = Map.of("live.repeat.ms", "4000");
    var started = cluster.startGate(gate);
    cluster.startRunner("w", 8, List.of(waiter));
    List.of("time", "signal", "child", "leaves", "dies").forEach(way -> submit(cluster, way, way));
    submit(cluster, "again", "dies");
    var live =
        new TreeMap<>(
            Map.of(
                "time", "WAITING",
                "signal", "WAITING",
                "child", "WAITING",
                "child~1", "WAITING",
                "leaves~1", "WAITING",
                "again", "DEAD",
                "dies", "DEAD"));
    try (var first = catalog("first")) {
      var http = new HttpCaller(first.address());
      awaitStatuses(http, live);
      waiter.mended.set(true);
      command("redrive", "again", "REDRIVE");
      live.put("again", "WAITING");
      awaitStatuses(http, live);
      List.of("works-1", "works-2").forEach(run -> submit(cluster, run, "works"));
      live.putAll(Map.of("works-1", "RUNNING", "works-2", "RUNNING"));
      awaitStatuses(http, live);
      submit(cluster, "queued", "signal");
      live.put("queued", "QUEUED");
      awaitStatuses(http, live);
    }
    trim(live.keySet());
    started.close();
    cluster.startGate(gate);

    try (var second = catalog("second");
        var gateway = gateway(second)) {
      var http = new HttpCaller(second.address());
      awaitStatuses(http, live);
      for (var run : live.entrySet()) {
        checkShown(http, run.getKey(), run.getValue());
      }
      checkLists(http);
      checkCommands(new HttpCaller(gateway.address()), http);
    }
  }

  private static void checkShown(HttpCaller http, String run, String status) throws Exception {
    var shown = http.get(RUNS + "/" + run).json();
    assertThat(shown.path("status").asText()).as(run).isEqualTo(status);
    assertThat(shown.path("agent").asText()).isEqualTo("waiter");
    assertThat(shown.path("pool").asText()).isEqualTo("default");
    assertThat(shown.path("redrive").asInt()).isEqualTo(run.equals("again") ? 1 : 0);
    assertThat(shown.path("depth").asInt()).isEqualTo(run.contains("~") ? 1 : 0);
    assertThat(shown.path("submitted_at").asText()).isNotEmpty();
    if (!run.contains("~")) {
      assertThat(shown.path("labels").path("way").asText()).isNotEmpty();
    } else {
      var root = run.substring(0, run.indexOf('~'));
      assertThat(shown.path("parent_run_id").asText()).isEqualTo(root);
      assertThat(shown.path("root_run_id").asText()).isEqualTo(root);
    }
    if (status.equals("WAITING")) {
      assertThat(shown.path("waiting_for").asText()).isIn("time", "signal", "child");
    }
  }

  private static void checkLists(HttpCaller http) throws Exception {
    var waiting = http.get(RUNS + "?status=WAITING&limit=100").json().path("runs");
    assertThat(waiting).hasSize(6);
    var labelled = http.get(RUNS + "?label=way:works&limit=100").json().path("runs");
    assertThat(labelled).hasSize(2);
    var ofAgent = http.get(RUNS + "?agent=waiter&limit=100").json().path("runs");
    assertThat(ofAgent.size()).isGreaterThanOrEqualTo(10);
    var children = http.get(RUNS + "?parent=child&limit=100").json().path("runs");
    assertThat(children).hasSize(1);
    var tenant = http.get("/v1/tenants/acme").json();
    assertThat(tenant.path("in_flight").asInt()).isEqualTo(2);
    assertThat(tenant.path("held").asInt()).isEqualTo(1);
  }

  private Gateway gateway(CatalogServer catalog) {
    var settings = new HashMap<>(cluster.settings(Map.of("http.port", "0")));
    settings.remove("lease.ttl.ms");
    settings.putAll(
        Map.of("catalogs", catalog.address(), "answer.within.ms", "10000", "http.auth", "none"));
    return Gateway.start(GatewayConfig.from(settings, false));
  }

  /** Every one of them takes a command, and what it then does is seen. */
  private void checkCommands(HttpCaller gateway, HttpCaller http) throws Exception {
    var cancelled = List.of("time", "works-1", "works-2", "queued");
    for (var run : cancelled) {
      assertThat(gateway.post(RUNS + "/" + run + "/cancel", "").status()).isEqualTo(202);
    }
    for (var run : List.of("signal", "child~1", "again")) {
      var told = gateway.post(RUNS + "/" + run + "/signals/go", "\"now\"");
      assertThat(told.status()).as(run).isEqualTo(202);
    }
    command("redrive-2", "dies", "REDRIVE");

    var ends = ends(3 + 8); // those before the trim, too
    cancelled.forEach(run -> assertThat(ends).containsEntry(run, "CANCELLED"));
    List.of("signal", "child~1", "child", "again")
        .forEach(run -> assertThat(ends).containsEntry(run, "SUCCEEDED"));
    awaitStatuses(http, Map.of("dies", "WAITING"));
    Awaitility.await().atMost(TestCluster.BOUND).until(() -> wiped().contains("time"));
    assertThat(wiped()).doesNotContain("leaves", "leaves~1", "dies");
    assertThat(gateway.post(RUNS + "/leaves~1/signals/go", "\"now\"").status()).isEqualTo(202);
    assertThat(ends(3 + 9)).containsEntry("leaves~1", "SUCCEEDED");
    assertThat(Checker.stuck(cluster.history())).isEmpty();
  }

  /** How runs ended last. */
  private Map<String, String> ends(int count) {
    var ends = new TreeMap<String, String>();
    cluster
        .awaitCompletions(count)
        .forEach(end -> ends.put(end.getRunId(), end.getStatus().name()));
    return ends;
  }

  /** Runs of which a journal record was wiped. */
  private Set<String> wiped() {
    return cluster.history().journal().stream()
        .filter(one -> one.record() == null)
        .map(one -> one.key().run())
        .collect(Collectors.toSet());
  }
}
