package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.Main;
import dev.sluice.v1.RunStatus;
import dev.sluice.verification.Checker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Runner processes that are told to end under load, as an autoscaler does it. */
@Tag("slow")
final class ScaleInIT {
  private static final int RUNNERS = 6;
  private static final int LEFT = 2;
  private static final int SLOTS = 4;
  private static final int RUNS = 240;
  private static final int TENANTS = 40;
  private static final int STEPS = 6;
  private static final long SENT_WITHIN_MS = 1_000;
  private static final Duration BOUND = Duration.ofMinutes(3);

  @Test
  void losesNoRunRepeatsNoStepAndSendsNothingToOneThatDrainsForASecond() throws Exception {
    var runners = new ArrayList<ChildJvm>();
    try (var cluster = new TestCluster()) {
      cluster.startGate();
      var log = cluster.dir.resolve("probe.log");
      for (int i = 0; i < RUNNERS; i++) {
        runners.add(start(cluster, "runner-" + i));
      }
      var drained = new HashSet<String>();
      for (int i = 0; i < RUNNERS; i++) {
        var incarnation = runners.get(i).awaitLine("ready").split(" ", -1)[0];
        if (i >= LEFT) {
          drained.add(incarnation);
        }
      }
      for (int i = 0; i < RUNS; i++) {
        var input = "{\"steps\":%d,\"step_ms\":100,\"log\":\"%s\"}".formatted(STEPS, log);
        cluster.submit("tenant-" + i % TENANTS, "run-" + i, "probe", input);
      }
      cluster.awaitCompletions(RUNS / 6);

      long toldMs = System.currentTimeMillis();
      for (int i = LEFT; i < RUNNERS; i++) {
        runners.get(i).terminate();
      }
      var completed = cluster.awaitCompletions(RUNS, BOUND);
      for (int i = LEFT; i < RUNNERS; i++) {
        runners.get(i).awaitEnd();
      }

      assertThat(completed)
          .hasSize(RUNS)
          .allMatch(one -> one.getStatus() == RunStatus.SUCCEEDED && one.getSteps() == STEPS);
      assertThat(steps(log)).as("steps executed").doesNotHaveDuplicates().hasSize(RUNS * STEPS);
      assertSentNothingTo(drained, toldMs, cluster);
    } finally {
      runners.forEach(ChildJvm::close);
    }
  }

  /** Every dispatch is answered at once: one that was sent to it would show by its answer. */
  private static void assertSentNothingTo(Set<String> drained, long toldMs, TestCluster cluster) {
    var history = cluster.history();
    var answers =
        history.answers().stream()
            .filter(one -> drained.contains(one.answer().getIncarnation()))
            .toList();
    assertThat(answers)
        .as("answers of those that drain, before they are told to")
        .filteredOn(one -> one.at().appendMs() < toldMs)
        .extracting(one -> one.answer().getIncarnation())
        .containsAll(drained);
    assertThat(answers)
        .as("their answers more than a second after they are told to")
        .filteredOn(one -> one.at().appendMs() > toldMs + SENT_WITHIN_MS)
        .isEmpty();
    assertThat(Checker.check(history, Map.of("free", 2, "pro", 20)).violations()).isEmpty();
  }

  private static List<String> steps(Path log) throws IOException {
    return Files.readAllLines(log).stream()
        .map(line -> line.split(" ", -1))
        .map(words -> words[0] + "/" + words[1])
        .toList();
  }

  private static ChildJvm start(TestCluster cluster, String worker) throws IOException {
    var arguments =
        new ArrayList<>(
            List.of("runner", "--worker-id", worker, "--slots", Integer.toString(SLOTS)));
    cluster
        .settings(Map.of("data.dir", cluster.dir.toString()))
        .forEach((key, value) -> arguments.addAll(List.of("--set", key + "=" + value)));
    return ChildJvm.start(
        Main.class, cluster.dir.resolve(worker + ".log"), arguments.toArray(String[]::new));
  }
}
