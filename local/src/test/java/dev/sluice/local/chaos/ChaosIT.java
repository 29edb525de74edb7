package dev.sluice.local.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.cli.GatewayJson;
import dev.sluice.local.stack.LocalStack;
import dev.sluice.local.stack.StackConfig;
import dev.sluice.runner.Runner;
import dev.sluice.v1.RunCompleted;
import dev.sluice.v1.RunStatus;
import dev.sluice.verification.Checker;
import dev.sluice.verification.History;
import dev.sluice.verification.RunName;
import dev.sluice.verification.TopicHistoryReader;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * For minutes, each process is killed or frozen in turn while settings change, and callers submit,
 * cancel, signal and redrive. What was acknowledged comes to its end, once. {@code -Dchaos.seed}
 * repeats a seed that a run has printed.
 */
@Tag("chaos")
final class ChaosIT {
  private static final Duration TIME =
      Duration.ofSeconds(Integer.getInteger("sluice.chaos.seconds", 60));

  private static final int KILLED = 137;

  /** A command for a run that does not come is given up after 80 s. */
  private static final Duration TO_SETTLE = Duration.ofMinutes(6);

  private static final List<String> TENANTS = List.of("chaos-1", "chaos-2", "chaos-3", "chaos-4");

  private final long seed = Long.getLong("chaos.seed", System.nanoTime());
  private final Ledger ledger = new Ledger();

  @Test
  void keepsWhatItAcknowledgedWhateverFails(@TempDir Path data) throws Exception {
    System.out.printf("chaos: -Dchaos.seed=%d -Dchaos.seconds=%d%n", seed, TIME.toSeconds());
    try (var exits = new Exits();
        var stack = LocalStack.start(new StackConfig(0, 0, 0, data, 2, 8));
        var load = new Load(seed, stack, TENANTS, ledger)) {
      var settings = new SettingFaults(new GatewayJson(URI.create(stack.gatewayUrl())));
      var lanes =
          List.of(
              new Lane("processes", seed, ProcessFaults.all(stack), TIME).start(),
              new Lane("settings", seed + 1, settings.all(TENANTS), TIME).start());
      for (var lane : lanes) {
        lane.get();
      }
      System.out.printf(
          "chaos: %d turns, %d runs, %d commands acknowledged, exits %s%n",
          load.stop(), ledger.runs().size(), ledger.commands().size(), exits.all());

      var history = awaitSettled(stack);
      assertThat(wrongEnds(history)).isEmpty();
      assertThat(ledger.wrongAnswers()).isEmpty();
      assertThat(exits.all()).allMatch(ChaosIT::isAsItMayEnd);
    }
  }

  /**
   * Killed; or a worker that could not keep its leases and had code that did not stop; or one that
   * was started while what it needs was away.
   */
  private static boolean isAsItMayEnd(String exit) {
    return exit.endsWith(" " + KILLED)
        || (exit.startsWith("runner-") && exit.endsWith(" " + Runner.EXIT_HALTED))
        || exit.endsWith(" before it was ready");
  }

  /** Until all that was acknowledged has been decided on and has ended, by the topics. */
  private History awaitSettled(LocalStack stack) {
    var topics = new TopicHistoryReader(stack.bootstrap(), stack.registry(), "");
    var read = new ArrayList<History>();
    Awaitility.await()
        .atMost(TO_SETTLE)
        .pollInterval(Duration.ofSeconds(2))
        .untilAsserted(
            () -> {
              var history = topics.read();
              assertThat(unended(history)).as("acknowledged runs that have not ended").isEmpty();
              assertThat(undecided(history)).as("acknowledged commands, undecided").isEmpty();
              assertThat(Checker.check(history, Map.of("free", 2, "pro", 20)).violations())
                  .isEmpty();
              read.add(history);
            });
    return read.getLast();
  }

  private Set<String> unended(History history) {
    var left = new HashSet<>(ledger.runs());
    history.completions().forEach(one -> left.remove(run(one.completed())));
    var names = new TreeSet<String>();
    left.forEach(run -> names.add(run.toString()));
    return names;
  }

  private Map<String, String> undecided(History history) {
    var left = new HashMap<>(ledger.commands());
    history.decisions().stream()
        .map(one -> one.decision().getCommandId())
        .filter(Objects::nonNull)
        .forEach(left::remove);
    return left;
  }

  /** Ends that nobody asked for. */
  private List<String> wrongEnds(History history) {
    return history.completions().stream()
        .map(History.Completion::completed)
        .filter(one -> ledger.runs().contains(run(one)))
        .filter(one -> !isExpected(run(one), one.getStatus()))
        .map(Object::toString)
        .toList();
  }

  private static RunName run(RunCompleted completed) {
    return new RunName(completed.getTenant(), completed.getRunId());
  }

  private boolean isExpected(RunName run, RunStatus status) {
    return (status == RunStatus.CANCELLED && ledger.isCancelled(run))
        || status == (ledger.fails(run) ? RunStatus.DEAD : RunStatus.SUCCEEDED);
  }
}
