package dev.sluice.local;

import static dev.sluice.v1.RunStatus.SUCCEEDED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.schemas.topic.Topics;
import dev.sluice.sdk.Agent;
import dev.sluice.sdk.RunContext;
import dev.sluice.topology.gate.GateServer;
import dev.sluice.v1.DecisionKind;
import dev.sluice.v1.RunCompleted;
import dev.sluice.v1.RunStatus;
import dev.sluice.verification.Checker;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Somebody changes a topic's settings while all runs. */
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class TopicSettingsIT {
  private static final int TENANTS = 4;
  private static final long SEED = 20_261_129;
  private static final String SIZE = "max.message.bytes";
  private static final String LOW = "50000";
  private static final String LIMIT = "takes at most 50000 bytes (max.message.bytes)";
  private static final String STOPPED = "nothing is dispatched: ";
  private static final String LARGE = "\"" + "x".repeat(60_000) + "\"";

  private final TestCluster cluster = new TestCluster();
  private final Admin admin = Admin.create(cluster.client());
  private final GateServer gate = cluster.startGate(Map.of("completions.json", "true"));
  private final HttpCaller probes = new HttpCaller(gate.probes());
  private final Set<Setting> changed = new LinkedHashSet<>();
  private int completed;
  private int numbers;

  TopicSettingsIT() {
    var agents = new ArrayList<>(TestCluster.sampleAgents());
    agents.add(new WideAgent());
    cluster.startRunner("w", 8, agents);
  }

  @AfterAll
  void stop() {
    admin.close();
    cluster.close();
    assertThat(Checker.check(cluster.history(), Map.of("free", 2, "pro", 20)).violations())
        .isEmpty();
  }

  private record Setting(String topic, String name) {}

  /** What a test that failed left wrong would fail the others. */
  @AfterEach
  void setBackWhatIsLeft() throws Exception {
    for (var one : Set.copyOf(changed)) {
      setBack(one.topic(), one.name());
    }
  }

  private void set(String topic, String name, String value) throws Exception {
    changed.add(new Setting(topic, name));
    var change = new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET);
    var resource = new ConfigResource(ConfigResource.Type.TOPIC, cluster.topics.name(topic));
    admin.incrementalAlterConfigs(Map.of(resource, List.of(change))).all().get();
  }

  private void setBack(String topic, String name) throws Exception {
    set(topic, name, usual(topic, name));
    changed.remove(new Setting(topic, name));
  }

  private String usual(String topic, String name) {
    return Objects.requireNonNull(cluster.topics.spec(topic).configs().get(name), name);
  }

  private String readyz() throws Exception {
    return probes.get("/readyz").http().body();
  }

  private void awaitReadyz(String words) {
    Awaitility.await().atMost(TestCluster.BOUND).until(() -> readyz().contains(words));
  }

  private void awaitQuiet() {
    Awaitility.await().atMost(TestCluster.BOUND).until(() -> readyz().equals("ok\n"));
  }

  /** Submits a small run of each tenant. */
  private int submitSmall() {
    int number = numbers++;
    for (int tenant = 0; tenant < TENANTS; tenant++) {
      cluster.submit("small-" + tenant, "run-" + number, "echo", "1");
    }
    return TENANTS;
  }

  private List<RunCompleted> await(int more) {
    int before = completed;
    completed += more;
    var all = cluster.awaitCompletions(completed);
    return all.subList(before, all.size());
  }

  /** Nobody has noticed yet when the gate sends what is too large: its transaction is aborted. */
  @Test
  void whatWasSentUnawaresIsSentAgainWithoutWhatIsTooLarge() throws Exception {
    set(Topics.JOURNAL, SIZE, LOW);
    cluster.submit("large", "at-once", "echo", LARGE);
    int small = submitSmall();

    assertThat(await(small + 1)).allSatisfy(run -> endsAs(run, RunStatus.REJECTED, LIMIT));
    awaitReadyz("topic limit: " + cluster.topics.name(Topics.JOURNAL) + ": " + SIZE + " is " + LOW);

    setBack(Topics.JOURNAL, SIZE);
    awaitQuiet();
    cluster.submit("large", "after", "echo", LARGE);
    assertThat(await(1)).allSatisfy(run -> endsAs(run, SUCCEEDED, ""));
  }

  /** What is lowered, what then is too large, and how it ends. */
  @ParameterizedTest
  @CsvSource({
    "completions, echo, DEAD, takes at most 50000 bytes (max.message.bytes)",
    "dispatch.default, echo, DEAD, takes at most 50000 bytes (max.message.bytes)",
    "journal, wide, DEAD, does not take a record of",
    "dead-letters, nothing, SUCCEEDED, ''"
  })
  void onlyWhatIsTooLargeForATopicSuffers(
      String topic, String agent, RunStatus ends, String message) throws Exception {
    set(topic, SIZE, LOW);
    var name = cluster.topics.name(topic);
    awaitReadyz("topic limit: " + name + ": " + SIZE + " is " + LOW);
    awaitInForce(topic + "=" + LOW);
    int large = 1;
    switch (agent) {
      case "echo" -> cluster.submit("large", "to-" + topic, agent, LARGE);
      case "wide" -> cluster.submit("large", "to-" + topic, agent, "60000");
      default -> {
        cluster.send(Topics.RUNS, "large", LARGE);
        large = 0;
      }
    }
    int small = submitSmall();

    assertThat(await(small + large)).allSatisfy(run -> endsAs(run, ends, message));

    setBack(topic, SIZE);
    awaitQuiet();
  }

  private static void endsAs(RunCompleted run, RunStatus large, String message) {
    boolean isLarge = run.getTenant().equals("large");
    assertThat(run.getStatus()).as(run.toString()).isEqualTo(isLarge ? large : SUCCEEDED);
    if (isLarge && large != SUCCEEDED) {
      assertThat(run.getError().getMessage()).contains(message);
    }
  }

  /** With next to nothing allowed, the gate cannot say what it decides: it waits. */
  @Test
  void theGateWaitsForTopicsThatTakeNextToNothing() throws Exception {
    var topics = List.of(Topics.JOURNAL, Topics.DECISIONS);
    for (var topic : topics) {
      set(topic, SIZE, "100");
    }
    int small = submitSmall();
    Awaitility.await()
        .atMost(TestCluster.BOUND)
        .until(() -> probes.get("/readyz").status() == 503 && readyz().contains("100"));
    assertThat(probes.get("/healthz").status()).isEqualTo(200);

    for (var topic : topics) {
      setBack(topic, SIZE);
    }

    assertThat(await(small)).allSatisfy(run -> endsAs(run, SUCCEEDED, ""));
    awaitQuiet();
  }

  /** Each topic whose clean-up or timestamps are not a matter of taste, changed in turn. */
  @Test
  void nothingIsDispatchedUntilTheLastSettingIsBack() throws Exception {
    var wrong = wrongSettings();
    Collections.shuffle(wrong, new Random(SEED));
    for (var one : wrong) {
      set(one.topic(), one.name(), one.value());
    }
    for (var one : wrong) {
      awaitReadyz(
          "--entity-name %s --add-config %s=%s"
              .formatted(
                  cluster.topics.name(one.topic()), one.name(), usual(one.topic(), one.name())));
    }
    awaitInForce(STOPPED);
    int small = submitSmall();
    for (var one : wrong.subList(1, wrong.size())) {
      setBack(one.topic(), one.name());
    }
    var last = wrong.getFirst();
    awaitInForce(STOPPED + cluster.topics.name(last.topic()) + ": " + last.name());
    assertThat(dispatchesBehind(STOPPED)).as("seed " + SEED).isZero();

    setBack(last.topic(), last.name());

    assertThat(await(small)).allSatisfy(run -> endsAs(run, SUCCEEDED, ""));
    awaitQuiet();
  }

  /** Topics that no gate reads or writes. */
  private static final Set<String> NOT_THE_GATES =
      Set.of(Topics.OUTPUTS, Topics.KEYS, Topics.AUDIT);

  private record Wrong(String topic, String name, String value) {}

  private List<Wrong> wrongSettings() {
    var wrong = new ArrayList<Wrong>();
    for (var spec : cluster.topics.topics()) {
      var topic = spec.name().substring(cluster.prefix.length());
      if (!NOT_THE_GATES.contains(topic)) {
        var policy = spec.configs().get("cleanup.policy");
        wrong.add(
            new Wrong(topic, "cleanup.policy", "delete".equals(policy) ? "compact" : "delete"));
        if (spec.configs().containsKey("message.timestamp.type")) {
          wrong.add(new Wrong(topic, "message.timestamp.type", "CreateTime"));
        }
      }
    }
    return wrong;
  }

  /** Waits until every partition has told that it goes by topics' settings like these. */
  private void awaitInForce(String words) {
    Awaitility.await().atMost(TestCluster.BOUND).until(() -> inForce(words));
  }

  private boolean inForce(String words) {
    var told = new HashMap<Integer, String>();
    for (var one : cluster.history().decisions()) {
      if (one.decision().getReason().contains("topic settings: ")) {
        told.put(one.at().partition(), one.decision().getReason());
      }
    }
    return told.size() == cluster.topics.spec(Topics.DECISIONS).partitions()
        && told.values().stream().allMatch(text -> text.contains(words));
  }

  /** How many dispatches were decided on behind the alarm, in all partitions. */
  private int dispatchesBehind(String alarm) {
    var told = new HashSet<Integer>();
    int dispatches = 0;
    for (var one : cluster.history().decisions()) {
      if (one.decision().getReason().contains(alarm)) {
        told.add(one.at().partition());
      } else if (told.contains(one.at().partition())
          && one.decision().getKind() == DecisionKind.DISPATCH) {
        dispatches++;
      }
    }
    return dispatches;
  }

  /** One whose result is as large as it is told. */
  private record WideAgent() implements Agent<Integer, String> {
    @Override
    public String name() {
      return "wide";
    }

    @Override
    public String run(RunContext run, Integer chars) {
      return run.step("wide", String.class, () -> "x".repeat(chars));
    }
  }
}
