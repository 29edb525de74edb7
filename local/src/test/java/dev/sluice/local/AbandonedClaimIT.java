package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.schemas.topic.Topics;
import dev.sluice.sdk.Agent;
import dev.sluice.verification.Latency;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A runner that dies in the middle of a claim leaves a transaction open on the claims topic. */
final class AbandonedClaimIT {
  private static final int ENDLESS = 128;
  private static final int TENANTS = 16;
  private static final Duration WATCHED = Duration.ofSeconds(4);
  private static final long START_WITHIN_MS = 2_000;
  private static final int ROUNDS_BEFORE = 5;

  /**
   * The claims of endless runs lie unread behind the open transaction, and nothing else tells the
   * gate of them. A partition of dispatches that left one unanswered for a second gets no more, so
   * once that second has passed, runs start again only after the transaction was ended.
   */
  @Test
  void holdsUpOtherRunsOfItsPartitionsForTwoSecondsAtMost() throws Exception {
    var brief = StampAgent.brief("brief");
    var endless = StampAgent.endless("endless");
    try (var cluster = new TestCluster()) {
      cluster.startGate();
      cluster.startRunner("w", 2 * ENDLESS, List.<Agent<?, ?>>of(brief, endless));
      startBrief(cluster, brief, 0);
      var before = new ArrayList<Long>();
      for (int round = 1; round <= ROUNDS_BEFORE; round++) {
        before.addAll(startBrief(cluster, brief, round));
      }
      killInTheMiddleOfAClaim(cluster);

      long begin = System.nanoTime();
      for (int i = 0; i < ENDLESS; i++) {
        endless.submit(cluster, "patient-" + i, "endless");
      }
      var latencies = new ArrayList<>(endless.awaitStarts(ENDLESS));
      for (int round = ROUNDS_BEFORE + 1; System.nanoTime() - begin < WATCHED.toNanos(); round++) {
        latencies.addAll(startBrief(cluster, brief, round));
      }

      // What this machine takes anyway is no fault of the open transaction.
      long bound = START_WITHIN_MS + 3 * Latency.of(before).maxMs();
      assertThat(latencies)
          .as("start latencies in ms after the kill; before it %s", before)
          .allSatisfy(latency -> assertThat(latency).isLessThanOrEqualTo(bound));
      endless.release();
    }
  }

  private static List<Long> startBrief(TestCluster cluster, StampAgent brief, int round)
      throws InterruptedException {
    for (int tenant = 0; tenant < TENANTS; tenant++) {
      brief.submit(cluster, "tenant-" + tenant, "run-" + round);
    }
    return brief.awaitStarts(TENANTS);
  }

  private static void killInTheMiddleOfAClaim(TestCluster cluster) throws Exception {
    var log = cluster.dir.resolve("open-claims.log");
    var servers = String.valueOf(cluster.client().get("bootstrap.servers"));
    var id = cluster.prefix + "claims.dead.default";
    var claims = cluster.topics.name(Topics.CLAIMS);
    try (var child = ChildJvm.start(OpenClaims.class, log, servers, id, claims)) {
      child.awaitLine("open");
      child.kill();
    }
  }
}
