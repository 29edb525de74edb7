package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.runner.FatalReason;
import dev.sluice.runner.FaultyRunner;
import dev.sluice.runner.Runner;
import dev.sluice.runner.RunnerConfig;
import dev.sluice.runner.RunnerHealth.State;
import dev.sluice.sdk.Agent;
import dev.sluice.sdk.RunContext;
import dev.sluice.v1.DecisionKind;
import dev.sluice.v1.RunCompleted;
import dev.sluice.v1.RunStatus;
import dev.sluice.verification.History;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Runners inside an application that has more to do than to execute runs. */
final class EmbeddedRunnersIT {
  private static final int RUNS = 8;

  /** What the application has, and gives to its agents. */
  private static final class Ledger {
    private final Map<String, AtomicInteger> entries = new ConcurrentHashMap<>();
    private final CountDownLatch open = new CountDownLatch(1);

    int enter(String entry) {
      return entries.computeIfAbsent(entry, one -> new AtomicInteger()).incrementAndGet();
    }
  }

  /** An agent as an object: no service file could make it. */
  private record Bookkeeper(Ledger ledger) implements Agent<Object, Integer> {
    @Override
    public String name() {
      return "bookkeeper";
    }

    @Override
    public Integer run(RunContext run, Object input) {
      run.step("book", Integer.class, () -> ledger.enter(run.runId()));
      run.step("wait", ledger.open::await);
      return run.step("close", Integer.class, () -> ledger.enter(run.runId() + " closed"));
    }
  }

  private static RunnerConfig config(TestCluster cluster) {
    return RunnerConfig.builder()
        .bootstrapServers(cluster.settings(Map.of()).getOrDefault("bootstrap.servers", ""))
        .schemaRegistry(cluster.registry())
        .topicPrefix(cluster.prefix)
        .dataDir(cluster.dir)
        .slots(RUNS / 2)
        .build();
  }

  @Test
  void aRunnerThatMeetsAFaultOfItsOwnClosesAndItsRunsGoOnInTheOther() throws Exception {
    var ledger = new Ledger();
    List<Agent<?, ?>> agents = List.of(new Bookkeeper(ledger));
    var fatal = new ConcurrentLinkedQueue<FatalReason>();
    var fault = new AtomicReference<@Nullable Error>();
    var metrics = new SimpleMeterRegistry();
    try (var cluster = new TestCluster()) {
      cluster.startGate();
      try (var faulty = FaultyRunner.start(config(cluster), agents, fatal::add, fault);
          var sound =
              Runner.builder()
                  .config(config(cluster))
                  .agents(agents)
                  .metrics(metrics)
                  .onFatal(fatal::add)
                  .start()) {
        Awaitility.await()
            .atMost(TestCluster.BOUND)
            .until(() -> faulty.health().isReady() && sound.health().isReady());
        submitUntilBothAreFull(cluster, faulty, sound);

        fault.set(new AssertionError("planted"));

        Awaitility.await().atMost(TestCluster.BOUND).until(() -> fatal.size() == 1);
        assertThat(fatal)
            .extracting(FatalReason::kind)
            .containsExactly(FatalReason.Kind.THREAD_ENDED);
        assertThat(faulty.health().state()).isEqualTo(State.FAILED);
        assertThat(faulty.active()).as("runs in the one that has closed").isEqualTo(0);
        assertThat(sound.health().state()).isEqualTo(State.READY);
        ledger.open.countDown();
        assertThat(cluster.awaitCompletions(RUNS))
            .hasSize(RUNS)
            .extracting(RunCompleted::getStatus)
            .containsOnly(RunStatus.SUCCEEDED);
        assertThat(ledger.entries.values()).as("each step once").allMatch(one -> one.get() == 1);
        assertThat(metrics.get("sluice.worker.claims").counter().count()).isPositive();
      }
      assertThat(metrics.getMeters()).as("left behind").isEmpty();
      assertThat(cluster.history().decisions())
          .extracting(History.Decided::decision)
          .filteredOn(decision -> decision.getKind() == DecisionKind.RELEASE)
          .as("leases that were not given back")
          .isEmpty();
    }
  }

  private static void submitUntilBothAreFull(TestCluster cluster, Runner one, Runner two) {
    for (int i = 0; i < RUNS; i++) {
      cluster.submit("tenant-" + i, "run-" + i, "bookkeeper", "1");
    }
    Awaitility.await()
        .atMost(TestCluster.BOUND)
        .until(() -> one.active() == RUNS / 2 && two.active() == RUNS / 2);
  }

  /** What it costs not to halt the JVM. */
  @Test
  void withoutTheHaltARunThatDoesNotStopIsExecutedTwice() throws Exception {
    var ledger = new Ledger();
    var letGo = new CountDownLatch(1);
    List<Agent<?, ?>> agents = new ArrayList<>(List.of(new Deaf(ledger, letGo)));
    try (var cluster = new TestCluster()) {
      cluster.startGate();
      var config =
          RunnerConfig.from(
              cluster.settings(
                  Map.of(
                      "worker.id",
                      "deaf",
                      "data.dir",
                      cluster.dir.toString(),
                      "drain.timeout.ms",
                      "0")));
      var first = Runner.builder().config(config).agents(agents).haltIfStuck(false).start();
      cluster.submit("acme", "run", "deaf", "1");
      Awaitility.await().atMost(TestCluster.BOUND).until(() -> ledger.entries.size() == 1);

      first.close();

      assertThat(first.active()).as("it executes without a lease").isEqualTo(1);
      assertThat(first.health().state()).isEqualTo(State.CLOSED);
      try (var second = Runner.builder().config(config(cluster)).agents(agents).start()) {
        Awaitility.await()
            .atMost(TestCluster.BOUND)
            .until(() -> ledger.entries.values().stream().allMatch(one -> one.get() == 2));
        assertThat(first.active() + second.active()).isEqualTo(2);
        letGo.countDown();
        cluster.awaitCompletions(1);
      }
    }
  }

  private record Deaf(Ledger ledger, CountDownLatch letGo) implements Agent<Object, Boolean> {
    @Override
    public String name() {
      return "deaf";
    }

    @Override
    public Boolean run(RunContext run, Object input) {
      return run.step("deaf", Boolean.class, () -> ignoreInterrupts(run.runId()));
    }

    private boolean ignoreInterrupts(String run) {
      ledger.enter(run);
      while (true) {
        try {
          letGo.await();
          return true;
        } catch (InterruptedException e) {
          // deaf
        }
      }
    }
  }
}
