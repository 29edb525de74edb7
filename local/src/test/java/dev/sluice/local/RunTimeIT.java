package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.schemas.topic.Topics;
import dev.sluice.sdk.Agent;
import dev.sluice.sdk.RunContext;
import dev.sluice.v1.RunCompleted;
import dev.sluice.verification.Checker;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** {@code max_duration} counts what a worker holds; {@code end_by} ends a run by the clock. */
final class RunTimeIT {
  private static final Duration SLEEP = Duration.ofSeconds(4);

  /** Sleeps without a worker, then perhaps works without end. */
  private record Sleeper() implements Agent<Boolean, String> {
    @Override
    public String name() {
      return "sleeper";
    }

    @Override
    public String run(RunContext run, Boolean isEndless) throws InterruptedException {
      run.sleep(SLEEP);
      if (isEndless) {
        new CountDownLatch(1).await();
      }
      return "awake";
    }
  }

  private static void submit(TestCluster cluster, String run, String more) {
    cluster.send(
        Topics.RUNS,
        "acme",
        "{\"run_id\":\"%s\",\"tenant\":\"acme\",\"agent\":\"sleeper\",%s}".formatted(run, more));
  }

  /** How a run ended, and why. */
  private static String told(List<RunCompleted> ends, String run) {
    return ends.stream()
        .filter(one -> one.getRunId().equals(run))
        .map(one -> one.getStatus() + " " + one.getError())
        .collect(Collectors.joining());
  }

  @Test
  void waitsDoNotCountAndEndByEndsThem() {
    try (var cluster = new TestCluster()) {
      cluster.startGate();
      cluster.startRunner("w", 8, List.of(new Sleeper()));
      submit(cluster, "sleeps", "\"input\":false,\"max_duration\":\"PT3S\"");
      submit(cluster, "works", "\"input\":true,\"max_duration\":\"PT2S\"");
      var soon = Instant.now().plusSeconds(2);
      submit(cluster, "late", "\"input\":false,\"end_by\":\"%s\"".formatted(soon));

      var ends = cluster.awaitCompletions(3);

      assertThat(told(ends, "sleeps")).startsWith("SUCCEEDED");
      assertThat(told(ends, "works")).startsWith("TIMED_OUT").contains("max_duration_ms");
      assertThat(told(ends, "late")).startsWith("TIMED_OUT").contains("end_by_ms");
      assertThat(Checker.check(cluster.history(), Map.of("free", 2, "pro", 20)).violations())
          .isEmpty();
    }
  }
}
