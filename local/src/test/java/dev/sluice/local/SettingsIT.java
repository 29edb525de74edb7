package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.sluice.schemas.topic.CatalogueConfig;
import dev.sluice.schemas.topic.TopicAdmin;
import dev.sluice.schemas.topic.TopicCatalogue;
import dev.sluice.schemas.topic.Topics;
import dev.sluice.topology.gate.GateServer;
import dev.sluice.v1.DecisionKind;
import dev.sluice.v1.Dispatch;
import dev.sluice.v1.PlanSetting;
import dev.sluice.v1.PoolSetting;
import dev.sluice.v1.RunCompleted;
import dev.sluice.v1.RunStatus;
import dev.sluice.v1.Setting;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Pools, plans and numbers that gates learn one after the other, or from the log. */
final class SettingsIT {
  private static final int TENANTS = 12;
  private TestCluster cluster;
  private int submitted;

  @BeforeEach
  void start() {
    cluster = new TestCluster();
    var config = cluster.topics.config();
    var both =
        new CatalogueConfig(
            config.prefix(),
            config.gatePartitions(),
            config.dispatchPartitions(),
            config.replicationFactor(),
            List.of("default", "gpu"));
    try (var admin = Admin.create(cluster.client())) {
      TopicAdmin.create(admin, new TopicCatalogue(both));
    }
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  private GateServer gate(String name, String pools) {
    return cluster.startGate(
        Map.of("pools", pools, "state.dir", cluster.dir.resolve(name).toString()));
  }

  /** Each tenant submits a run of each pool. */
  private void load() {
    for (int tenant = 0; tenant < TENANTS; tenant++) {
      for (var pool : List.of("default", "gpu")) {
        cluster.send(
            Topics.RUNS,
            "t" + tenant,
            "{\"run_id\":\"r%d\",\"tenant\":\"t%d\",\"agent\":\"probe\",\"pool\":\"%s\",\"input\":{\"steps\":1}}"
                .formatted(submitted++, tenant, pool));
      }
    }
  }

  private void set(Setting setting) {
    byte[] value =
        cluster
            .serdes
            .serializer(Setting.class)
            .serialize(cluster.topics.name(Topics.SETTINGS), setting);
    cluster.sendToAll(Topics.SETTINGS, setting.getKind() + "/" + setting.getName(), value);
  }

  private void assertAllSucceed() {
    var ends = cluster.awaitCompletions(submitted);
    assertThat(ends).extracting(end -> end.getStatus()).containsOnly(RunStatus.SUCCEEDED);
    assertThat(ends).hasSize(submitted);
  }

  @Test
  void aPoolThatIsRolledOutGateByGateRefusesNoRun() {
    cluster.startRunner("w", 16, Map.of("pools", "default,gpu"), TestCluster.sampleAgents());
    var first = gate("one", "default");
    var second = gate("two", "default,gpu");
    load();
    first.close();
    load();
    gate("one", "default,gpu");
    load();
    second.close();
    load();
    gate("two", "default,gpu");
    load();

    assertAllSucceed();
  }

  @Test
  void aPoolAndAPlanThatAreSetAreInForceAtGatesThatWereNeverToldOfThem() {
    cluster.startRunner("w", 16, Map.of("pools", "default,gpu"), TestCluster.sampleAgents());
    gate("one", "default");
    load();

    set(new Setting("pool", "gpu", new PoolSetting(false, false, null), null, null, null));
    var gold = PlanSetting.newBuilder().setMaxInFlight(7).build();
    cluster.send(Topics.TENANTS, "t1", "{\"tenant\":\"t1\",\"plan\":\"gold\"}");
    set(new Setting("plan", "gold", null, gold, null, null));
    gate("two", "default");
    load();

    assertAllSucceed();
    Awaitility.await()
        .atMost(TestCluster.BOUND)
        .untilAsserted(() -> assertThat(partitionsThatHave("plan/gold")).hasSize(4));
    var caps =
        cluster.history().decisions().stream()
            .map(one -> one.decision())
            .filter(one -> one.getTenant().equals("t1") && one.getLoad() != null)
            .map(one -> one.getLoad().getCap())
            .toList();
    assertThat(caps).last().isEqualTo(7);
  }

  /** A runner that beats every 9 s, for leases of 30 s, is offered leases of 6 s. */
  @Test
  void aShorterTtlHoldsForLeasesThatBeginAfterItAndTheirRunnerKeepsThem() {
    var longer = Map.of("lease.ttl.ms", "30000", "heartbeat.ms", "9000");
    cluster.startRunner("w", 16, longer, TestCluster.sampleAgents());
    cluster.startGate(Map.of("lease.ttl.ms", "30000"));
    submit("before", 1);
    cluster.awaitCompletions(1);

    set(new Setting("value", "lease.ttl.ms", null, null, null, 6_000L));
    Awaitility.await()
        .atMost(TestCluster.BOUND)
        .until(() -> partitionsThatHave("value/lease.ttl.ms").size() == 4);
    submit("behind", 7_000); // longer than the new TTL

    assertThat(cluster.awaitCompletions(2))
        .extracting(RunCompleted::getStatus, RunCompleted::getEpochs)
        .containsOnly(tuple(RunStatus.SUCCEEDED, 1));
    assertThat(ttls()).containsExactly(Map.entry("before", 30_000L), Map.entry("behind", 6_000L));
  }

  private void submit(String run, int stepMs) {
    cluster.submit("t", run, "probe", "{\"steps\":1,\"step_ms\":%d}".formatted(stepMs));
  }

  private Map<String, Long> ttls() {
    var ttls = new TreeMap<String, Long>();
    try (var reader = new TopicReader<>(cluster, Topics.dispatch("default"), Dispatch.class)) {
      reader.await(2).forEach(one -> ttls.put(one.getRunId(), one.getLeaseTtlMs()));
    }
    return ttls;
  }

  private Set<Integer> partitionsThatHave(String setting) {
    var partitions = new HashSet<Integer>();
    for (var one : cluster.history().decisions()) {
      if (one.decision().getKind() == DecisionKind.TENANT
          && setting.equals(one.decision().getSetting())) {
        partitions.add(one.decision().getCausePartition());
      }
    }
    return partitions;
  }
}
