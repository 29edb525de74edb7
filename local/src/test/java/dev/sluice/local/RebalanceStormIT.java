package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.runner.BrokenWorker;
import dev.sluice.runner.Runner;
import dev.sluice.schemas.topic.Topics;
import dev.sluice.sdk.Agent;
import dev.sluice.sdk.RunContext;
import dev.sluice.v1.AnswerKind;
import dev.sluice.v1.Control;
import dev.sluice.v1.ControlKind;
import dev.sluice.v1.DecisionKind;
import dev.sluice.v1.RunCompleted;
import dev.sluice.v1.RunStatus;
import dev.sluice.verification.Checker;
import dev.sluice.verification.History;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Claims while runners join and leave their group again and again. */
@Tag("slow")
final class RebalanceStormIT {
  private static final int GUESTS = 6;
  private static final int RUNS_EACH = 40;
  private static final int RUNS = GUESTS * RUNS_EACH;
  private static final int SLOTS = 8;
  private static final int STEPS = 3;
  private static final int STEP_MS = 20;

  /** Later than the slowest answer to a first claim. */
  private static final long TOLD_WITHIN_MS = 1_000;

  /** Notes who executes what, and whether two ever execute one run at once. */
  private static final class Noting implements Agent<Object, @Nullable Object> {
    private final Set<String> executing = ConcurrentHashMap.newKeySet();
    private final ConcurrentLinkedQueue<String> atOnce = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<String> bodies = new ConcurrentLinkedQueue<>();

    @Override
    public String name() {
      return "noting";
    }

    @Override
    public @Nullable Object run(RunContext run, Object input) {
      if (!executing.add(run.runId())) {
        atOnce.add(run.runId());
      }
      try {
        for (int step = 1; step <= STEPS; step++) {
          var body = run.runId() + "/" + step;
          run.step("step-" + step, String.class, () -> execute(body));
        }
        return null;
      } finally {
        executing.remove(run.runId());
      }
    }

    private String execute(String body) throws InterruptedException {
      bodies.add(body);
      Thread.sleep(STEP_MS);
      return body;
    }
  }

  @Test
  void letsNoRunBeExecutedByTwoWhenAllRunnersAreSound() throws Exception {
    var noting = new Noting();
    try (var cluster = new TestCluster()) {
      cluster.startGate();
      cluster.startRunner("steady", SLOTS, List.<Agent<?, ?>>of(noting));

      storm(cluster, noting);

      assertAllSucceeded(cluster);
      assertThat(noting.atOnce).as("runs executed by two at once").isEmpty();
      assertThat(noting.bodies).doesNotHaveDuplicates().hasSize(RUNS * STEPS);
      var history = cluster.history();
      assertThat(history.decisions())
          .extracting(History.Decided::decision)
          .filteredOn(
              one -> one.getKind() == DecisionKind.ALARM || one.getKind() == DecisionKind.RELEASE)
          .isEmpty();
      assertClean(history);
    }
  }

  @Test
  void countsNoStepTwiceAndStopsTheSecondClaimantWhenARunnerAnswersWhatItHasLost()
      throws Exception {
    var noting = new Noting();
    try (var cluster = new TestCluster();
        var told = new Revocations(cluster)) {
      cluster.startGate();
      List<Agent<?, ?>> agents = List.of(noting);
      try (var broken = BrokenWorker.start(cluster.runnerConfig("broken", SLOTS), agents)) {
        // It holds every partition before anybody else is there to lose them to.
        cluster.submit("first", "first", "noting", "1");
        cluster.awaitCompletions(1);
        cluster.startRunner("steady", SLOTS, agents);

        storm(cluster, noting);

        cluster.awaitCompletions(RUNS + 1);
        var history = cluster.history();
        assertClean(history);
        var seconds = secondClaims(history);
        assertThat(seconds).as("claims beside the holder's").isNotEmpty();
        assertToldToStop(seconds, told, TOLD_WITHIN_MS + slowestAnswerMs(history));
        assertThat(broken.incarnation()).startsWith("broken.");
      }
    }
  }

  /** While runs go on, one guest after another joins, and leaves when the next is there. */
  private static void storm(TestCluster cluster, Noting noting) {
    Runner guest = null;
    for (int number = 0; number < GUESTS; number++) {
      for (int i = 0; i < RUNS_EACH; i++) {
        int run = number * RUNS_EACH + i;
        cluster.submit("tenant-" + run % 30, "run-" + run, "noting", "1");
      }
      var next = cluster.startRunner("guest-" + number, SLOTS, List.<Agent<?, ?>>of(noting));
      cluster.awaitCompletions(number * RUNS_EACH + RUNS_EACH / 2);
      if (guest != null) {
        guest.close();
      }
      guest = next;
    }
    cluster.awaitCompletions(RUNS);
  }

  private static void assertAllSucceeded(TestCluster cluster) {
    var completed = cluster.awaitCompletions(RUNS);
    assertThat(completed).hasSize(RUNS);
    assertThat(completed).extracting(RunCompleted::getStatus).containsOnly(RunStatus.SUCCEEDED);
  }

  private static void assertClean(History history) {
    var report = Checker.check(history, Map.of("free", 2, "pro", 20));
    assertThat(report.violations()).isEmpty();
    assertThat(report.stepsCountedTwice()).isZero();
    assertThat(report.completed()).containsOnlyKeys("SUCCEEDED");
  }

  // --- second claimants

  private record Claim(String run, int epoch, String incarnation) {}

  /** Claims by another than who holds the epoch by the gate's log, with their append times. */
  private static Map<Claim, Long> secondClaims(History history) {
    var holders = new HashMap<String, String>();
    for (var decided : history.decisions()) {
      var decision = decided.decision();
      if (decision.getKind() == DecisionKind.CLAIM) {
        holders.put(
            decision.getRunId() + "/" + decision.getEpoch(),
            String.valueOf(decision.getIncarnation()));
      }
    }
    var seconds = new HashMap<Claim, Long>();
    for (var answered : history.answers()) {
      var answer = answered.answer();
      var holder = holders.get(answer.getRunId() + "/" + answer.getEpoch());
      if (answer.getKind() == AnswerKind.CLAIM && !answer.getIncarnation().equals(holder)) {
        var claim = new Claim(answer.getRunId(), answer.getEpoch(), answer.getIncarnation());
        seconds.putIfAbsent(claim, answered.at().appendMs());
      }
    }
    return seconds;
  }

  /** From a claim to the decision on it, by the broker's clock: how long the gate takes here. */
  private static long slowestAnswerMs(History history) {
    var claims = new HashMap<List<Long>, Long>();
    history
        .answers()
        .forEach(
            one ->
                claims.put(
                    List.of((long) one.at().partition(), one.at().offset()), one.at().appendMs()));
    return history.decisions().stream()
        .filter(one -> one.decision().getKind() == DecisionKind.CLAIM)
        .filter(one -> one.decision().getCauseTopic().endsWith(Topics.CLAIMS))
        .mapToLong(
            one -> {
              var decision = one.decision();
              var cause = List.of((long) decision.getCausePartition(), decision.getCauseOffset());
              return one.at().appendMs() - claims.getOrDefault(cause, one.at().appendMs());
            })
        .max()
        .orElse(0);
  }

  private static void assertToldToStop(Map<Claim, Long> seconds, Revocations told, long withinMs) {
    Awaitility.await()
        .atMost(TestCluster.BOUND)
        .untilAsserted(
            () -> assertThat(told.seenMs).containsKeys(seconds.keySet().toArray(Claim[]::new)));
    var late = new ArrayList<Long>();
    seconds.forEach(
        (claim, appendMs) -> {
          long afterMs = told.seenMs.getOrDefault(claim, Long.MAX_VALUE) - appendMs;
          if (afterMs > withinMs) {
            late.add(afterMs);
          }
        });
    assertThat(late)
        .as("ms from a second claim to its revocation, over the bound of %d", withinMs)
        .isEmpty();
  }

  /** Hears the control topic as a runner does and notes when. */
  private static final class Revocations implements AutoCloseable {
    private final Map<Claim, Long> seenMs = new ConcurrentHashMap<>();
    private final TestCluster cluster;
    private volatile boolean closed;

    Revocations(TestCluster cluster) {
      this.cluster = cluster;
      Thread.ofPlatform().name("revocations").daemon().start(this::hear);
    }

    private void hear() {
      var settings = cluster.client();
      settings.put("isolation.level", "read_committed");
      settings.put("auto.offset.reset", "earliest");
      var bytes = new ByteArrayDeserializer();
      var deserializer = cluster.serdes.deserializer(Control.class);
      try (var consumer = new KafkaConsumer<>(settings, bytes, bytes)) {
        consumer.assign(List.of(new TopicPartition(cluster.topics.name(Topics.CONTROL), 0)));
        while (!closed) {
          for (var record : consumer.poll(Duration.ofMillis(100))) {
            var control = deserializer.deserialize(record.topic(), record.value());
            if (control != null && control.getKind() == ControlKind.REVOKE) {
              seenMs.putIfAbsent(
                  new Claim(control.getRunId(), control.getEpoch(), control.getIncarnation()),
                  record.timestamp());
            }
          }
        }
      }
    }

    @Override
    public void close() {
      closed = true;
    }
  }
}
