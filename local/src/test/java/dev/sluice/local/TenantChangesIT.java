package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.schemas.topic.Topics;
import dev.sluice.sdk.Agent;
import dev.sluice.sdk.RunContext;
import dev.sluice.v1.Decision;
import dev.sluice.v1.DecisionKind;
import dev.sluice.v1.RunCompleted;
import dev.sluice.v1.RunStatus;
import dev.sluice.verification.Checker;
import dev.sluice.verification.History;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * A tenant's record takes effect in the very decision that reads it: what it starts is caused by
 * it, whatever it forbids is decided no more. The log tells that without a look at the clock.
 */
final class TenantChangesIT {
  private static final int RUNS = 7;

  /** Runs that end one by one, when they are let. */
  private static final class Gated implements Agent<Object, @Nullable Object> {
    private final AtomicInteger started = new AtomicInteger();
    private final Semaphore ends = new Semaphore(0);

    @Override
    public String name() {
      return "gated";
    }

    @Override
    public @Nullable Object run(RunContext run, Object input) throws InterruptedException {
      started.incrementAndGet();
      ends.acquire();
      return null;
    }
  }

  @Test
  void startsAndHoldsRunsByTheRecordThatChangesTheCapAndStopsNothingThatRuns() throws Exception {
    var gated = new Gated();
    try (var cluster = new TestCluster()) {
      cluster.startGate();
      cluster.startRunner("w", 2 * RUNS, List.<Agent<?, ?>>of(gated));
      limit(cluster, "\"max_in_flight\":1");
      awaitLimits(cluster, 1);
      for (int i = 0; i < RUNS; i++) {
        cluster.submit("acme", "r" + i, "gated", "1");
      }
      awaitStarted(gated, 1);
      awaitAccepted(cluster); // no order holds between topics: the next change could overtake runs

      limit(cluster, "\"max_in_flight\":3");
      awaitStarted(gated, 3);

      limit(cluster, "\"max_in_flight\":1");
      awaitLimits(cluster, 3);
      endOne(cluster, gated, 1);
      endOne(cluster, gated, 2);
      assertThat(started(cluster)).as("started while two ran over the lowered cap").isEqualTo(3);
      endOne(cluster, gated, 3);
      awaitStarted(gated, 4);

      limit(cluster, "\"max_in_flight\":5,\"paused\":true");
      awaitLimits(cluster, 4);
      endOne(cluster, gated, 4);
      assertThat(started(cluster)).as("started while paused").isEqualTo(4);

      limit(cluster, "\"max_in_flight\":2");
      awaitStarted(gated, 6);
      gated.ends.release(RUNS);
      var completed = cluster.awaitCompletions(RUNS);
      assertThat(completed).extracting(RunCompleted::getStatus).containsOnly(RunStatus.SUCCEEDED);
      assertThat(completed).extracting(RunCompleted::getEpochs).containsOnly(1);
      assertLog(cluster.history());
    }
  }

  private static void limit(TestCluster cluster, String fields) {
    cluster.send(Topics.TENANTS, "acme", "{\"tenant\":\"acme\"," + fields + "}");
  }

  private static void awaitLimits(TestCluster cluster, int changes) {
    Awaitility.await()
        .atMost(TestCluster.BOUND)
        .until(() -> of(cluster.history(), DecisionKind.TENANT).size() == changes);
  }

  private static void awaitAccepted(TestCluster cluster) {
    Awaitility.await()
        .atMost(TestCluster.BOUND)
        .until(() -> of(cluster.history(), DecisionKind.ACCEPT).size() == RUNS);
  }

  private static void awaitStarted(Gated gated, int runs) {
    Awaitility.await().atMost(TestCluster.BOUND).until(() -> gated.started.get() == runs);
  }

  /** With the completion everything is in the log that the end of the run has brought about. */
  private static void endOne(TestCluster cluster, Gated gated, int completions) {
    gated.ends.release();
    cluster.awaitCompletions(completions);
  }

  private static int started(TestCluster cluster) {
    return of(cluster.history(), DecisionKind.DISPATCH).size();
  }

  private static void assertLog(History history) {
    var raised = dispatchesBy(history, 1);
    var unpaused = dispatchesBy(history, 4);
    assertThat(raised).as("runs that the raised cap started").isEqualTo(2);
    assertThat(unpaused).as("runs that the end of the pause started").isEqualTo(2);
    assertThat(of(history, DecisionKind.RELEASE)).isEmpty();
    var report = Checker.check(history, Map.of("free", 2, "pro", 20));
    assertThat(report.violations()).isEmpty();
  }

  /** How many dispatches were caused by the tenant's change of this index, and by it alone. */
  private static long dispatchesBy(History history, int change) {
    var record = of(history, DecisionKind.TENANT).get(change);
    return of(history, DecisionKind.DISPATCH).stream()
        .filter(dispatch -> dispatch.getCauseTopic().equals(Topics.TENANTS))
        .filter(dispatch -> dispatch.getCauseOffset() == record.getCauseOffset())
        .count();
  }

  private static List<Decision> of(History history, DecisionKind kind) {
    return history.decisions().stream()
        .map(History.Decided::decision)
        .filter(decision -> decision.getKind() == kind && decision.getTenant().equals("acme"))
        .toList();
  }
}
