package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.runner.Runner;
import dev.sluice.sdk.Agent;
import dev.sluice.sdk.RunContext;
import dev.sluice.v1.RunStatus;
import dev.sluice.verification.Checker;
import dev.sluice.verification.History;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Four workers are replaced one after the other by ones with newer code, under 500 open runs. */
@Tag("slow")
final class RollingAgentsIT {
  private static final int WORKERS = 4;
  private static final int SLOTS = 16;
  private static final int RUNS = 500;
  private static final int TENANTS = 50;
  private static final int AT_MOST_OLD = RUNS / 8;

  /** Writes an order in three steps, between which it sleeps. */
  private static class Orders implements Agent<Integer, String> {
    @Override
    public String name() {
      return "orders";
    }

    @Override
    public String run(RunContext run, Integer number) throws Exception {
      var read = run.step("read", String.class, () -> "order " + number);
      for (int part = 0; part < 3; part++) {
        run.sleep(Duration.ofMillis(200 + number % 7 * 100));
        send(run, part);
      }
      return read;
    }

    void send(RunContext run, int part) throws Exception {
      run.step("fax " + part, Integer.class, () -> part);
    }
  }

  /** Sends by mail what it has not sent yet, which the code of before knows nothing of. */
  private static final class NewOrders extends Orders {
    @Override
    public String version() {
      return "2";
    }

    @Override
    public Set<String> replays() {
      return Set.of("1");
    }

    @Override
    void send(RunContext run, int part) throws Exception {
      if (run.version("by mail " + part)) {
        run.step("mail " + part, Integer.class, () -> part);
      } else {
        super.send(run, part);
      }
    }
  }

  @Test
  void noRunDies() {
    try (var cluster = new TestCluster()) {
      cluster.startGate();
      var old = new ArrayList<Runner>();
      for (int number = 0; number < WORKERS; number++) {
        old.add(cluster.startRunner("old-" + number, SLOTS, List.<Agent<?, ?>>of(new Orders())));
      }
      for (int number = 0; number < RUNS; number++) {
        cluster.submit("tenant-" + number % TENANTS, "run-" + number, "orders", "" + number);
      }

      for (int number = 0; number < WORKERS; number++) {
        cluster.awaitCompletions((1 + number) * AT_MOST_OLD);
        old.get(number).close();
        cluster.startRunner("new-" + number, SLOTS, List.<Agent<?, ?>>of(new NewOrders()));
      }
      var ends = cluster.awaitCompletions(RUNS);

      var counts = new TreeMap<RunStatus, Integer>();
      ends.forEach(end -> counts.merge(end.getStatus(), 1, Integer::sum));
      assertThat(counts).isEqualTo(Map.of(RunStatus.SUCCEEDED, RUNS));
      var history = cluster.history();
      assertThat(Checker.check(history, Map.of("free", 2, "pro", 20)).violations()).isEmpty();
      assertThat(goneOn(history)).as("runs that both codes have written").isPositive();
    }
  }

  private static long goneOn(History history) {
    var versions = new HashMap<String, Set<String>>();
    for (var one : history.journal()) {
      var record = one.record();
      if (record != null && !record.getAgentVersion().isEmpty()) {
        versions
            .computeIfAbsent(record.getTenant() + "/" + record.getRunId(), run -> new HashSet<>())
            .add(record.getAgentVersion());
      }
    }
    return versions.values().stream().filter(some -> some.size() == 2).count();
  }
}
