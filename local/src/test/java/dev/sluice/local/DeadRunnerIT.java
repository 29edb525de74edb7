package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.Main;
import dev.sluice.runner.identity.GoneReporter;
import dev.sluice.sdk.Agent;
import dev.sluice.verification.Checker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** A runner in a process of its own that is killed in the middle of its runs' steps. */
final class DeadRunnerIT {
  private static final int RUNS = 6;
  private static final int STEPS = 24;
  private static final int STEP_MS = 300;
  private static final Duration TTL = Duration.ofSeconds(6);

  /** One execution of a step's body. */
  private record Line(String run, int step, int epoch, String worker, long startMs) {
    static Line of(String line) {
      var words = line.split(" ", -1);
      return new Line(
          words[0],
          Integer.parseInt(words[1]),
          Integer.parseInt(words[2]),
          words[3],
          Long.parseLong(words[4]));
    }
  }

  /** How the death becomes known to the gate. */
  private interface Coroner {
    void tell(TestCluster cluster, String incarnation);
  }

  @Test
  void losesTheStepInProgressAloneWhenItsDeathIsReported() throws Exception {
    killAndCheck(
        (cluster, incarnation) -> {
          var settings = cluster.settings(Map.of());
          try (var reporter =
              new GoneReporter(
                  String.valueOf(settings.get("bootstrap.servers")),
                  String.valueOf(settings.get("schema.registry.url")),
                  cluster.prefix,
                  "test")) {
            reporter.report("victim", incarnation);
          }
        },
        // By far less than what only the time would bring: 0.6 s is the bench's to show.
        TTL.dividedBy(2));
  }

  @Test
  void losesTheStepInProgressAloneWhenOnlyTheTimeTellsOfItsDeath() throws Exception {
    killAndCheck((cluster, incarnation) -> {}, TTL.plusSeconds(2));
  }

  private static void killAndCheck(Coroner coroner, Duration resumedWithin) throws Exception {
    var brief = StampAgent.brief("brief");
    try (var cluster = new TestCluster()) {
      cluster.startGate();
      var log = cluster.dir.resolve("probe.log");
      try (var victim = start(cluster)) {
        var incarnation = victim.awaitLine("ready").split(" ", -1)[0];
        for (int i = 0; i < RUNS; i++) {
          var input = "{\"steps\":%d,\"step_ms\":%d,\"log\":\"%s\"}".formatted(STEPS, STEP_MS, log);
          cluster.submit("tenant-" + i, "run-" + i, "probe", input);
        }
        awaitAll(log, "victim", 1);
        var agents = new ArrayList<Agent<?, ?>>(TestCluster.sampleAgents());
        agents.add(brief);
        cluster.startRunner("survivor", 2 * RUNS, agents);
        brief.submit(cluster, "other", "other"); // done by the survivor, which is ready by then
        brief.awaitStarts(1);
        awaitAll(log, "victim", 4);

        victim.kill();
        long killedMs = System.currentTimeMillis();
        coroner.tell(cluster, incarnation);

        cluster.awaitCompletions(RUNS + 1);
        var lines = Files.readAllLines(log).stream().map(Line::of).toList();
        assertThat(resumedMs(lines) - killedMs)
            .as("ms from the kill to the next step on another worker")
            .isBetween(0L, resumedWithin.toMillis());
        for (int i = 0; i < RUNS; i++) {
          assertOnlyTheStepInProgressRanAgain(lines, "run-" + i);
        }
        var report = Checker.check(cluster.history(), Map.of("free", 2, "pro", 20));
        assertThat(report.violations()).isEmpty();
        assertThat(report.leasesLost()).isEqualTo(RUNS);
      }
    }
  }

  private static ChildJvm start(TestCluster cluster) throws IOException {
    var arguments = new ArrayList<String>(List.of("runner", "--worker-id", "victim"));
    arguments.addAll(List.of("--slots", Integer.toString(RUNS)));
    cluster
        .settings(Map.of("data.dir", cluster.dir.toString()))
        .forEach((key, value) -> arguments.addAll(List.of("--set", key + "=" + value)));
    return ChildJvm.start(
        Main.class, cluster.dir.resolve("victim.log"), arguments.toArray(String[]::new));
  }

  private static void awaitAll(Path log, String worker, int steps) {
    Awaitility.await()
        .atMost(TestCluster.BOUND)
        .until(
            () -> {
              var lines =
                  Files.exists(log)
                      ? Files.readAllLines(log).stream().map(Line::of).toList()
                      : List.<Line>of();
              return IntStream.range(0, RUNS)
                  .allMatch(run -> count(lines, "run-" + run, worker) >= steps);
            });
  }

  private static long count(List<Line> lines, String run, String worker) {
    return lines.stream()
        .filter(line -> line.run().equals(run) && line.worker().equals(worker))
        .count();
  }

  private static long resumedMs(List<Line> lines) {
    return lines.stream()
        .filter(line -> line.worker().equals("survivor"))
        .mapToLong(Line::startMs)
        .min()
        .orElseThrow();
  }

  /**
   * A body that the kill cut short left no line; one that had ended when its worker was killed
   * before its result was acknowledged stands there twice.
   */
  private static void assertOnlyTheStepInProgressRanAgain(List<Line> lines, String run) {
    var before = steps(lines, run, 1);
    var after = steps(lines, run, 2);
    int done = before.size();
    assertThat(before).as("steps of %s before", run).isEqualTo(consecutive(1, done));
    assertThat(after).as("steps of %s after", run).isNotEmpty();
    assertThat(after.get(0)).as("step at which %s goes on", run).isBetween(done, done + 1);
    assertThat(after).as("steps of %s after", run).isEqualTo(consecutive(after.get(0), STEPS));
  }

  private static List<Integer> steps(List<Line> lines, String run, int epoch) {
    return lines.stream()
        .filter(line -> line.run().equals(run) && line.epoch() == epoch)
        .map(Line::step)
        .toList();
  }

  private static List<Integer> consecutive(int first, int last) {
    return IntStream.rangeClosed(first, last).boxed().toList();
  }
}
