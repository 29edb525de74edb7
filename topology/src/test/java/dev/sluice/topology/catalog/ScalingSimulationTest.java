package dev.sluice.topology.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.topology.catalog.scaling.PoolsHeard;
import dev.sluice.v1.Decision;
import dev.sluice.v1.DecisionKind;
import dev.sluice.v1.RunSummary;
import dev.sluice.v1.TenantLoad;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Workers over an hour of real traffic, when an autoscaler goes by what a catalog answers, by CPU,
 * or not at all. The catalog is the real one; it reads what the gate would have decided.
 */
final class ScalingSimulationTest {
  private static final Path TRACE =
      Path.of("../local/src/main/resources/traces/azure-llm-code-2023.csv");
  private static final Path DOCS = Path.of("../docs/operations.md");
  private static final int MOST = 32;

  /** The hour, and one without traffic after it. */
  private static final int BOTH_HOURS_S = 7_200;

  private static final int END_S = 18_000;
  private static final Duration LATE = Duration.ofSeconds(10);

  /** Of a CPU's request, while all slots of a worker are taken by runs that wait for a provider. */
  private static final double CPU_WHEN_FULL = 0.64;

  @TempDir Path dir;

  /** How many workers there should be. */
  private interface Policy {
    int workers(Fleet fleet);
  }

  private static final Fleet.Listener NOBODY =
      new Fleet.Listener() {
        @Override
        public void submitted(Fleet.Run run) {}

        @Override
        public void dispatched(Fleet.Run run) {}

        @Override
        public void queuedAgain(Fleet.Run run) {}

        @Override
        public void ended(Fleet.Run run) {}
      };

  /** What the gate says of each run, read by a catalog. */
  private record Told(CatalogBed bed) implements Fleet.Listener {
    @Override
    public void submitted(Fleet.Run run) {
      decide(
          run,
          CatalogBed.decision(DecisionKind.ACCEPT, run.id, 0)
              .setSubmission(
                  RunSummary.newBuilder()
                      .setAgent("a")
                      .setPool("default")
                      .setPriority(0)
                      .setLabels(Map.of())
                      .setSubmittedAtMs(run.submittedS * 1_000L + 1)
                      .build()));
    }

    @Override
    public void dispatched(Fleet.Run run) {
      decide(run, CatalogBed.decision(DecisionKind.DISPATCH, run.id, 1));
    }

    @Override
    public void queuedAgain(Fleet.Run run) {
      decide(run, CatalogBed.decision(DecisionKind.QUEUE, run.id, 1));
    }

    @Override
    public void ended(Fleet.Run run) {
      decide(run, CatalogBed.decision(DecisionKind.COMPLETE, run.id, 1));
      bed.complete(run.tenant.name, run.id);
    }

    private void decide(Fleet.Run run, Decision.Builder decision) {
      var oldest = run.tenant.oldestReadyS();
      var load =
          TenantLoad.newBuilder()
              .setCap(Fleet.CAP)
              .setInFlight(run.tenant.inFlight())
              .setQueued(run.tenant.queued())
              .setWaiting(0)
              .setPaused(false)
              .setWeight(1)
              .setOldestReadyMs(oldest == null ? null : Long.valueOf(oldest * 1_000L))
              .build();
      bed.decide(decision.setTenant(run.tenant.name).setLoad(load));
    }
  }

  private static Fleet play(Fleet fleet, Policy policy) {
    while (fleet.nowS() < BOTH_HOURS_S || (!fleet.isOver() && fleet.nowS() < END_S)) {
      fleet.pass();
      if (fleet.nowS() % Autoscaler.EVERY_S == 0) {
        fleet.scaleTo(policy.workers(fleet));
      }
    }
    assertThat(fleet.isOver()).as("all runs ended within five hours").isTrue();
    return fleet;
  }

  /** Asks the catalog; checks the answer against what there is. */
  private static final class ByWantedSlots implements Policy {
    private final Autoscaler autoscaler = new Autoscaler(MOST);
    private final ScalingApi api;
    private int mostHeld;

    ByWantedSlots(CatalogBed bed) {
      var pools = new PoolsHeard();
      pools.haveTopics(Set.of("default"));
      api = new ScalingApi(bed.queries, bed.demand, pools, bed.behind);
    }

    @Override
    public int workers(Fleet fleet) {
      var json = api.wanted("default", Fleet.SLOTS, LATE, fleet.nowS() * 1_000L);
      int wanted = json.path("wanted_slots").asInt();
      int late = json.path("late").asBoolean() ? Fleet.SLOTS : 0;
      assertThat(wanted).isEqualTo(fleet.ready() + fleet.inFlight() + late);
      mostHeld = Math.max(mostHeld, fleet.held());
      int current = fleet.workers();
      int next = autoscaler.byAverageValue(fleet.nowS(), current, wanted, Fleet.SLOTS);
      if (next < current) {
        assertThat(next * Fleet.SLOTS)
            .as("slots left at %d s", fleet.nowS())
            .isGreaterThanOrEqualTo(fleet.inFlight());
      }
      return next;
    }
  }

  private static Policy byCpu(double target) {
    var autoscaler = new Autoscaler(MOST);
    return fleet ->
        autoscaler.byUtilisation(
            fleet.nowS(), fleet.workers(), CPU_WHEN_FULL * fleet.busy(), target);
  }

  private static String row(String policy, Fleet fleet) {
    return String.format(
        Locale.ROOT,
        "| %s | %.1f s | %d s | %,d | %d |",
        policy,
        fleet.meanReadyS(),
        fleet.longestReadyS(),
        fleet.workerMinutes(),
        fleet.moved());
  }

  @Test
  void followsDemandWithLessWaitingThanByCpuAndFewerWorkersThanAFixedNumber() throws Exception {
    Fleet slots;
    int mostHeld;
    try (var bed = new CatalogBed(dir)) {
      var policy = new ByWantedSlots(bed);
      slots = play(Fleet.of(TRACE, new Told(bed), 1), policy);
      mostHeld = policy.mostHeld;
    }
    var cpu70 = play(Fleet.of(TRACE, NOBODY, 1), byCpu(0.7));
    var cpu50 = play(Fleet.of(TRACE, NOBODY, 1), byCpu(0.5));
    var few = play(Fleet.of(TRACE, NOBODY, 5), fleet -> 5);
    var many = play(Fleet.of(TRACE, NOBODY, 12), fleet -> 12);

    var table =
        String.join(
            "\n",
            row("`wanted_slots`", slots),
            row("CPU, target 70 %", cpu70),
            row("CPU, target 50 %", cpu50),
            row("5 workers", few),
            row("12 workers", many));
    assertThat(mostHeld).as("runs were held meanwhile").isPositive();
    assertThat(Files.readString(DOCS)).as(table).contains(table);
    assertThat(slots.workers()).as("workers at the end").isEqualTo(1);
    for (var other : List.of(cpu70, cpu50, few)) {
      assertThat(slots.meanReadyS()).isLessThan(other.meanReadyS());
    }
    for (var other : List.of(cpu50, many)) {
      assertThat(slots.workerMinutes()).isLessThan(other.workerMinutes());
    }
  }
}
