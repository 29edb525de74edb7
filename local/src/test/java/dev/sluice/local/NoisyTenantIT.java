package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.schemas.topic.Topics;
import dev.sluice.sdk.Agent;
import dev.sluice.v1.DecisionKind;
import dev.sluice.verification.Checker;
import dev.sluice.verification.History;
import dev.sluice.verification.Latency;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What one tenant's backlog does to the others. */
final class NoisyTenantIT {
  private static final int BACKLOG = 5_000;
  private static final int CAP = 4;
  private static final int TENANTS = 20;
  private static final int RUNS_OF_EACH = 5;
  private static final int ROUNDS = 5;
  private static final int SLOTS = 32;

  /** A pause of the machine hits one side alone; waiting behind the backlog is minutes. */
  private static final long NOISE_MS = 100;

  private static final class Crowd implements AutoCloseable {
    private final TestCluster cluster = new TestCluster();
    private final StampAgent brief = StampAgent.brief("brief");
    private int rounds;

    Crowd() {
      cluster.startGate();
      var agents = new ArrayList<Agent<?, ?>>(TestCluster.sampleAgents());
      agents.add(brief);
      cluster.startRunner("one", SLOTS, agents);
      cluster.startRunner("two", SLOTS, agents);
      for (int tenant = 0; tenant < TENANTS; tenant++) {
        var record = "{\"tenant\":\"tenant-%d\",\"plan\":\"pro\"}".formatted(tenant);
        cluster.send(Topics.TENANTS, "tenant-" + tenant, record);
      }
    }

    /** Long enough that the backlog outlives the test, brief enough that it always moves. */
    void makeNoise() {
      var limits = "{\"tenant\":\"noise\",\"max_in_flight\":%d}".formatted(CAP);
      cluster.send(Topics.TENANTS, "noise", limits);
      for (int i = 0; i < BACKLOG; i++) {
        cluster.submit("noise", "noise-" + i, "probe", "{\"steps\":1,\"step_ms\":150}");
      }
      Awaitility.await()
          .atMost(TestCluster.BOUND)
          .pollInterval(Duration.ofMillis(500))
          .until(() -> count(cluster.history(), DecisionKind.ACCEPT) == BACKLOG);
    }

    Latency round() throws InterruptedException {
      int round = rounds++;
      for (int run = 0; run < RUNS_OF_EACH; run++) {
        for (int tenant = 0; tenant < TENANTS; tenant++) {
          brief.submit(cluster, "tenant-" + tenant, "run-" + round + "-" + run);
        }
      }
      return Latency.of(brief.awaitStarts(TENANTS * RUNS_OF_EACH));
    }

    @Override
    public void close() {
      cluster.close();
    }
  }

  @Test
  void delaysNobodyElseByItsBacklogAndKeepsToItsCap() throws Exception {
    try (var quiet = new Crowd();
        var noisy = new Crowd()) {
      noisy.makeNoise();
      quiet.round();
      noisy.round();

      var without = new ArrayList<Latency>();
      var with = new ArrayList<Latency>();
      for (int round = 0; round < ROUNDS; round++) {
        without.add(quiet.round());
        with.add(noisy.round());
      }

      assertThat(median(with.stream().map(Latency::p50Ms).toList()))
          .as("median start latency in ms with noise %s, without %s", with, without)
          .isLessThanOrEqualTo(bound(without.stream().map(Latency::p50Ms).toList()));
      assertThat(median(with.stream().map(Latency::p99Ms).toList()))
          .as("p99 of start latency in ms with noise %s, without %s", with, without)
          .isLessThanOrEqualTo(bound(without.stream().map(Latency::p99Ms).toList()));
      var history = noisy.cluster.history();
      var report = Checker.check(history, Map.of("free", 2, "pro", 20));
      assertThat(report.capExceeded()).isZero();
      assertThat(mostInFlight(history)).as("leases of the noisy tenant at once").isEqualTo(CAP);
      assertThat(count(history, DecisionKind.COMPLETE))
          .as("the backlog lasts, and moves")
          .isBetween(1L, BACKLOG - 1L);
    }
  }

  private static long median(List<Long> rounds) {
    return Latency.of(rounds).p50Ms();
  }

  private static long bound(List<Long> without) {
    return median(without) * 3 / 2 + NOISE_MS;
  }

  private static long count(History history, DecisionKind kind) {
    return history.decisions().stream()
        .map(History.Decided::decision)
        .filter(decision -> decision.getKind() == kind && decision.getTenant().equals("noise"))
        .count();
  }

  private static int mostInFlight(History history) {
    return history.decisions().stream()
        .map(History.Decided::decision)
        .filter(decision -> decision.getTenant().equals("noise") && decision.getLoad() != null)
        .mapToInt(decision -> decision.getLoad().getInFlight())
        .max()
        .orElse(0);
  }
}
