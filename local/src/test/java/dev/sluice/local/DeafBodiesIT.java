package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import dev.sluice.runner.Runner;
import dev.sluice.schemas.topic.Topics;
import dev.sluice.sdk.Agent;
import dev.sluice.sdk.RunContext;
import dev.sluice.v1.RunCompleted;
import dev.sluice.v1.RunStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Bodies that do not stop when they are told to keep nobody else waiting (rule 2). */
@Tag("slow")
final class DeafBodiesIT {
  private static final Duration BOUND = Duration.ofSeconds(90);

  /** Ignores interrupts until it is let go. */
  private static final class DeafAgent implements Agent<Object, @Nullable Object> {
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch letGo = new CountDownLatch(1);
    private final AtomicInteger laterSteps = new AtomicInteger();

    @Override
    public String name() {
      return "deaf";
    }

    @Override
    public @Nullable Object run(RunContext run, Object input) {
      run.step("deaf", Boolean.class, this::ignoreInterrupts);
      return run.step("later", Integer.class, laterSteps::incrementAndGet);
    }

    private boolean ignoreInterrupts() {
      begun.countDown();
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

  @Test
  void aCancelledRunWhoseStepGoesOnFreesItsTenantsSlot() throws Exception {
    var deaf = new DeafAgent();
    List<Agent<?, ?>> agents = new ArrayList<>(TestCluster.sampleAgents());
    agents.add(deaf);
    var halted = new AtomicInteger();
    try (var cluster = new TestCluster()) {
      cluster.startGate();
      try (var runner =
          Runner.start(cluster.runnerConfig("w", 4), agents, halted::incrementAndGet)) {
        cluster.send(Topics.TENANTS, "acme", "{\"tenant\":\"acme\",\"max_in_flight\":1}");
        cluster.submit("acme", "deaf", "deaf", "1");
        assertThat(deaf.begun.await(BOUND.toSeconds(), TimeUnit.SECONDS)).isTrue();
        cluster.submit("acme", "next", "echo", "1");

        cluster.send(
            Topics.COMMANDS,
            "acme",
            "{\"command_id\":\"c\",\"tenant\":\"acme\",\"run_id\":\"deaf\",\"kind\":\"CANCEL\"}");

        assertThat(cluster.awaitCompletions(2, BOUND))
            .extracting(RunCompleted::getRunId, RunCompleted::getStatus)
            .containsExactly(
                tuple("deaf", RunStatus.CANCELLED), tuple("next", RunStatus.SUCCEEDED));
        assertThat(deaf.letGo.getCount()).as("it still executes").isEqualTo(1);
        assertThat(runner.active()).isEqualTo(1);

        deaf.letGo.countDown();
        Awaitility.await().atMost(BOUND).until(() -> runner.active() == 0);
        assertThat(deaf.laterSteps).as("steps begun after the cancel").hasValue(0);
        assertThat(halted).as("ends of the process").hasValue(0);
      }
    }
  }
}
