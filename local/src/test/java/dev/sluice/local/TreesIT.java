package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.schemas.topic.Topics;
import dev.sluice.sdk.Agent;
import dev.sluice.sdk.AgentRef;
import dev.sluice.sdk.RunContext;
import dev.sluice.v1.DecisionKind;
import dev.sluice.v1.RunCompleted;
import dev.sluice.v1.RunStatus;
import dev.sluice.verification.Checker;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Children, waits, signals, checkpoints and redrives on the broker, through one gate. */
final class TreesIT {
  private static final Map<String, Integer> PLAN_CAPS = Map.of("free", 2, "pro", 20);

  private static void cap(TestCluster cluster, int cap) {
    var limits = "{\"tenant\":\"acme\",\"max_in_flight\":%d}".formatted(cap);
    cluster.send(Topics.TENANTS, "acme", limits);
    Awaitility.await()
        .atMost(TestCluster.BOUND)
        .until(
            () ->
                cluster.history().decisions().stream()
                    .anyMatch(one -> one.decision().getKind() == DecisionKind.TENANT));
  }

  private static RunCompleted completion(List<RunCompleted> completed, String run) {
    return completed.stream()
        .filter(one -> one.getRunId().equals(run))
        .reduce((first, last) -> last)
        .orElseThrow(() -> new AssertionError(run + " has not ended: " + completed));
  }

  private static String output(RunCompleted completed) {
    return StandardCharsets.UTF_8.decode(completed.getOutput()).toString();
  }

  @Test
  void completesATreeOfDepthThreeUnderACapOfOne() {
    try (var cluster = new TestCluster()) {
      cluster.startGate();
      cluster.startRunner("w", 8);
      cap(cluster, 1);

      cluster.submit("acme", "root", "tree", "{\"fan_out\":3,\"depth\":3,\"step_ms\":1}");

      var completed = cluster.awaitCompletions(40);
      assertThat(completed).extracting(RunCompleted::getStatus).containsOnly(RunStatus.SUCCEEDED);
      assertThat(output(completion(completed, "root"))).isEqualTo("27");
      assertThat(completion(completed, "root~3~1~2").getParentRunId()).isEqualTo("root~3~1");
      assertThat(Checker.check(cluster.history(), PLAN_CAPS).violations()).isEmpty();
    }
  }

  @Test
  void opensNoMoreTreesThanTheCapWhileTwoHundredPlannersWait() {
    try (var cluster = new TestCluster()) {
      cluster.startGate();
      cluster.startRunner("w", 16);
      cap(cluster, 4);

      for (int i = 0; i < 200; i++) {
        cluster.submit("acme", "planner-" + i, "tree", "{\"fan_out\":3,\"depth\":1,\"step_ms\":1}");
      }

      var completed = cluster.awaitCompletions(800, Duration.ofMinutes(2));
      assertThat(completed).extracting(RunCompleted::getStatus).containsOnly(RunStatus.SUCCEEDED);
      var history = cluster.history();
      assertThat(Checker.mostOpenTrees(history, "acme")).isBetween(1, 4);
      assertThat(Checker.check(history, PLAN_CAPS).violations()).isEmpty();
    }
  }

  // --- waiting

  /** Waits in every way there is, and goes on where it was. */
  private static final class Waiting implements Agent<Object, List<String>> {
    private final ConcurrentLinkedQueue<String> bodies = new ConcurrentLinkedQueue<>();

    @Override
    public String name() {
      return "waiting";
    }

    @Override
    public List<String> run(RunContext run, Object input) {
      var first = run.step("first", String.class, () -> body("first"));
      run.sleep(Duration.ofMillis(300));
      var go = run.awaitSignal("go", String.class, Duration.ofMinutes(5)).orElse("none");
      var none = run.awaitSignal("never", String.class, Duration.ofMillis(300)).orElse("none");
      var last = run.step("last", String.class, () -> body("last"));
      return List.of(first, go, none, last);
    }

    private String body(String name) {
      bodies.add(name);
      return name;
    }
  }

  private static void command(TestCluster cluster, String id, String kind, String more) {
    cluster.send(
        Topics.COMMANDS,
        null,
        "{\"command_id\":\"%s\",\"tenant\":\"acme\",\"run_id\":\"r\",\"kind\":\"%s\"%s}"
            .formatted(id, kind, more));
  }

  @Test
  void sleepsAndTakesSignalsThatCameBeforeOrAfterItWaitsForThem() {
    var agent = new Waiting();
    try (var cluster = new TestCluster()) {
      cluster.startGate();
      cluster.startRunner("w", 2, List.<Agent<?, ?>>of(agent));
      cluster.submit("acme", "r", "waiting", "1");
      Awaitility.await().atMost(TestCluster.BOUND).until(() -> agent.bodies.contains("first"));

      var signal = ",\"name\":\"go\",\"payload\":\"now\"";
      command(cluster, "s1", "SIGNAL", signal);
      command(cluster, "s1", "SIGNAL", signal);

      var completed = completion(cluster.awaitCompletions(1), "r");
      assertThat(output(completed)).isEqualTo("[\"first\",\"now\",\"none\",\"last\"]");
      assertThat(agent.bodies).containsExactly("first", "last");
      assertThat(completed.getAttempts()).isEqualTo(1);
      command(cluster, "s2", "SIGNAL", signal);
      Awaitility.await()
          .atMost(TestCluster.BOUND)
          .until(() -> refusals(cluster).contains("the run has ended"));
      assertThat(Checker.check(cluster.history(), PLAN_CAPS).violations()).isEmpty();
    }
  }

  private static List<String> refusals(TestCluster cluster) {
    return cluster.history().decisions().stream()
        .filter(one -> one.decision().getKind() == DecisionKind.REFUSE)
        .map(one -> one.decision().getReason())
        .toList();
  }

  // --- cancelling

  /** Spawns a child that never ends by itself. */
  private static final class Endless implements Agent<Object, @Nullable Object> {
    private final AtomicBoolean interrupted = new AtomicBoolean();
    private final AtomicBoolean begun = new AtomicBoolean();

    @Override
    public String name() {
      return "endless";
    }

    @Override
    public @Nullable Object run(RunContext run, Object input) {
      if (run.runId().contains("~")) {
        return run.step("for-ever", Object.class, this::forEver);
      }
      return run.await(run.spawn(AgentRef.of("endless", Integer.class, Object.class), 1));
    }

    private @Nullable Object forEver() throws InterruptedException {
      begun.set(true);
      try {
        new java.util.concurrent.CountDownLatch(1).await();
        return null;
      } catch (InterruptedException e) {
        interrupted.set(true);
        throw e;
      }
    }
  }

  @Test
  void cancelsTheChildrenOfACancelledRunAndInterruptsTheirSteps() {
    var agent = new Endless();
    try (var cluster = new TestCluster()) {
      cluster.startGate();
      cluster.startRunner("w", 2, List.<Agent<?, ?>>of(agent));
      cluster.submit("acme", "r", "endless", "1");
      Awaitility.await().atMost(TestCluster.BOUND).until(agent.begun::get);

      command(cluster, "c1", "CANCEL", "");

      var completed = cluster.awaitCompletions(2);
      assertThat(completed).extracting(RunCompleted::getStatus).containsOnly(RunStatus.CANCELLED);
      assertThat(agent.interrupted).isTrue();
      assertThat(Checker.check(cluster.history(), PLAN_CAPS).violations()).isEmpty();
    }
  }

  // --- dead letters

  /** Fails behind its first step until it is mended. */
  private static final class Broken implements Agent<Object, String> {
    private final AtomicBoolean mended = new AtomicBoolean();
    private final ConcurrentLinkedQueue<String> bodies = new ConcurrentLinkedQueue<>();

    @Override
    public String name() {
      return "broken";
    }

    @Override
    public String run(RunContext run, Object input) {
      run.step("dear", Boolean.class, () -> bodies.add("dear"));
      if (!mended.get()) {
        throw new IllegalStateException("not mended yet");
      }
      return "mended";
    }
  }

  @Test
  void resumesARedrivenRunAtWhatFailed() {
    var agent = new Broken();
    try (var cluster = new TestCluster()) {
      cluster.startGate();
      cluster.startRunner("w", 2, List.<Agent<?, ?>>of(agent));
      cluster.send(
          Topics.RUNS,
          null,
          "{\"run_id\":\"r\",\"tenant\":\"acme\",\"agent\":\"broken\",\"input\":1,"
              + "\"retry\":{\"max_attempts\":2,\"backoff_ms\":10,\"max_backoff_ms\":10}}");
      var dead = completion(cluster.awaitCompletions(1), "r");
      assertThat(dead.getStatus()).isEqualTo(RunStatus.DEAD);
      assertThat(dead.getAttempts()).isEqualTo(2);

      agent.mended.set(true);
      command(cluster, "d1", "REDRIVE", "");

      var alive = completion(cluster.awaitCompletions(2), "r");
      assertThat(alive.getStatus()).isEqualTo(RunStatus.SUCCEEDED);
      assertThat(alive.getRedrive()).isEqualTo(1);
      assertThat(alive.getAttempts()).isEqualTo(1);
      assertThat(agent.bodies).containsExactly("dear");
      assertThat(Checker.check(cluster.history(), PLAN_CAPS).violations()).isEmpty();
    }
  }

  // --- checkpoints

  /** Counts far, with another epoch and a checkpoint now and then. */
  private static final class Counter implements Agent<Integer, Integer> {
    private static final int EVERY = 50;
    private final ConcurrentLinkedQueue<Integer> bodies = new ConcurrentLinkedQueue<>();

    @Override
    public String name() {
      return "counter";
    }

    @Override
    public Integer run(RunContext run, Integer to) {
      int at = run.restore(Integer.class).orElse(0);
      while (at < to) {
        int next = at + 1;
        at = run.step("count", Integer.class, () -> count(next));
        if (at % EVERY == 0) {
          run.sleep(Duration.ofMillis(1));
          run.checkpoint(at);
        }
      }
      return at;
    }

    private Integer count(int next) {
      bodies.add(next);
      return next;
    }
  }

  @Test
  void replaysFromTheLastCheckpointAloneAndWipesWhatLiesBefore() {
    var agent = new Counter();
    try (var cluster = new TestCluster()) {
      cluster.startGate();
      cluster.startRunner("w", 2, List.<Agent<?, ?>>of(agent));
      cluster.send(Topics.TENANTS, "acme", "{\"tenant\":\"acme\",\"max_steps\":60}");

      cluster.submit("acme", "r", "counter", "220");

      var completed = completion(cluster.awaitCompletions(1), "r");
      assertThat(completed.getError()).isNull();
      assertThat(output(completed)).isEqualTo("220");
      assertThat(completed.getSteps()).isEqualTo(220);
      assertThat(completed.getEpochs()).isEqualTo(5);
      assertThat(agent.bodies).hasSize(220).doesNotHaveDuplicates();
      var history = cluster.history();
      assertThat(history.journal()).filteredOn(one -> one.record() == null).hasSizeGreaterThan(200);
      assertThat(Checker.check(history, PLAN_CAPS).violations()).isEmpty();
    }
  }

  // --- time

  @Test
  @Tag("slow")
  void queuesTenThousandRunsWithinFiveSecondsOfTheirTime() {
    int runs = 10_000;
    long startAt = System.currentTimeMillis() + 15_000;
    try (var cluster = new TestCluster()) {
      cluster.startGate();
      for (int i = 0; i < runs; i++) {
        cluster.send(
            Topics.RUNS,
            null,
            "{\"run_id\":\"r%d\",\"tenant\":\"t%d\",\"agent\":\"none\",\"start_at_ms\":%d}"
                .formatted(i, i % 50, startAt));
      }

      Awaitility.await()
          .atMost(Duration.ofSeconds(90))
          .pollInterval(Duration.ofSeconds(1))
          .until(() -> queuedAtMs(cluster).size() >= runs);

      assertThat(queuedAtMs(cluster))
          .hasSize(runs)
          .allSatisfy(atMs -> assertThat(atMs).isBetween(startAt, startAt + 5_000));
    }
  }

  private static List<Long> queuedAtMs(TestCluster cluster) {
    return cluster.history().decisions().stream()
        .map(one -> one.decision())
        .filter(one -> one.getKind() == DecisionKind.QUEUE)
        .map(one -> one.getAtMs())
        .toList();
  }
}
