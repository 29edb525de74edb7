package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.v1.DecisionKind;
import dev.sluice.verification.History;
import java.nio.file.Files;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** A runner that is told to stop while it takes runs. */
final class DrainIT {
  private static final int ROUNDS = 5;
  private static final int RUNS = 40;
  private static final int CAREFUL_RUNS = 8;
  private static final int STEPS = 6;

  /** Far less than the drain time-out of 5 s, far more than a step of 20 ms. */
  private static final Duration STOPS_WITHIN = Duration.ofSeconds(4);

  @Test
  void keepsTheResultsOfTheStepsThatEndWhileItDrains() throws Exception {
    try (var cluster = new TestCluster()) {
      cluster.startGate();
      var log = cluster.dir.resolve("probe.log");
      var runner = cluster.startRunner("first", CAREFUL_RUNS);
      for (int i = 0; i < CAREFUL_RUNS; i++) {
        var input = "{\"steps\":%d,\"step_ms\":300,\"log\":\"%s\"}".formatted(STEPS, log);
        cluster.submit("tenant-" + i, "run-" + i, "probe", input);
      }
      Awaitility.await()
          .atMost(TestCluster.BOUND)
          .until(() -> Files.exists(log) && Files.readAllLines(log).size() >= CAREFUL_RUNS);

      runner.close();
      cluster.startRunner("second", CAREFUL_RUNS);

      cluster.awaitCompletions(CAREFUL_RUNS);
      assertThat(Files.readAllLines(log).stream().map(DrainIT::runAndStep).toList())
          .as("steps executed")
          .doesNotHaveDuplicates()
          .hasSize(CAREFUL_RUNS * STEPS);
    }
  }

  private static String runAndStep(String line) {
    var words = line.split(" ", -1);
    return words[0] + "/" + words[1];
  }

  @Test
  void yieldsAlsoTheRunsWhoseClaimsAreCommittedWhileTheDrainBegins() {
    try (var cluster = new TestCluster()) {
      cluster.startGate();
      for (int round = 0; round < ROUNDS; round++) {
        var runner = cluster.startRunner("w" + round, RUNS);
        for (int i = 0; i < RUNS; i++) {
          var input = "{\"steps\":1000,\"step_ms\":20}";
          cluster.submit("tenant-" + round + "-" + i, "run", "probe", input);
        }
        Awaitility.await()
            .atMost(TestCluster.BOUND)
            .pollInterval(Duration.ofMillis(1))
            .until(() -> runner.active() > 0);

        long begin = System.nanoTime();
        runner.close();

        assertThat(Duration.ofNanos(System.nanoTime() - begin))
            .as("time to drain, round %s", round)
            .isLessThan(STOPS_WITHIN);
      }
      assertThat(cluster.history().decisions())
          .extracting(History.Decided::decision)
          .filteredOn(decision -> decision.getKind() == DecisionKind.RELEASE)
          .as("leases that were not given back")
          .isEmpty();
    }
  }
}
