package dev.sluice.topology.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.topology.catalog.scaling.CodeHeard;
import dev.sluice.v1.AgentVersions;
import dev.sluice.v1.DecisionKind;
import dev.sluice.v1.Heartbeat;
import dev.sluice.v1.PoolShare;
import dev.sluice.v1.RunStatus;
import dev.sluice.v1.RunSummary;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which versions of an agent runs are said to need, after decisions and heartbeats. */
final class AgentsApiTest {
  @TempDir Path dir;

  private final CodeHeard code = new CodeHeard();

  private void heard(String worker, String version, String... replays) {
    code.heard(
        Heartbeat.newBuilder()
            .setWorker(worker)
            .setIncarnation(worker + ".1")
            .setNumber(1)
            .setPools(List.of(new PoolShare("default", List.of(0))))
            .setAgents(List.of("a"))
            .setSlots(1)
            .setFree(1)
            .setVersions(List.of(new AgentVersions("a", version, List.of(replays))))
            .setJournalFormat(2)
            .build(),
        0);
  }

  private static void accept(CatalogBed bed, String run) {
    var summary =
        RunSummary.newBuilder()
            .setAgent("a")
            .setPool("default")
            .setPriority(0)
            .setLabels(Map.of())
            .setSubmittedAtMs(1)
            .build();
    bed.decide(CatalogBed.decision(DecisionKind.ACCEPT, run, 0).setSubmission(summary));
  }

  private static void written(CatalogBed bed, String run, DecisionKind kind, String... versions) {
    bed.decide(CatalogBed.decision(kind, run, 1).setVersions(List.of(versions)));
  }

  private JsonNode agent(CatalogBed bed) {
    var all = new AgentsApi(bed.demand, code, bed.behind).agents(null, null).path("agents");
    assertThat(all).hasSize(1);
    return all.path(0);
  }

  private static String said(JsonNode version) {
    return "%s: %d runs, %d workers, %s"
        .formatted(
            version.path("version").asText(),
            version.path("runs").asInt(),
            version.path("workers").asInt(),
            version.path("removable").asBoolean() ? "removable" : "needed");
  }

  private List<String> versions(CatalogBed bed) {
    return agent(bed).path("versions").valueStream().map(AgentsApiTest::said).toList();
  }

  @Test
  void saysHowManyRunsNeedEachVersionAndWhetherItCanBeRemoved() {
    try (var bed = new CatalogBed(dir)) {
      heard("w1", "1");
      heard("w2", "2");
      for (var run : List.of("r1", "r2", "r3", "r4")) {
        accept(bed, run);
      }
      written(bed, "r1", DecisionKind.WAIT, "1");
      written(bed, "r2", DecisionKind.CLAIM, "1", "2");
      written(bed, "r3", DecisionKind.DISPATCH, "2");

      assertThat(agent(bed).path("runs").asInt()).isEqualTo(4);
      assertThat(agent(bed).path("runs_of_any_version").asInt()).isEqualTo(1);
      assertThat(versions(bed))
          .containsExactly("1: 2 runs, 1 workers, needed", "2: 2 runs, 1 workers, needed");

      heard("w3", "3", "1", "2");
      assertThat(versions(bed))
          .as("the third can replay all of them")
          .containsExactly(
              "1: 2 runs, 1 workers, removable",
              "2: 2 runs, 1 workers, removable",
              "3: 0 runs, 1 workers, removable");
    }
  }

  @Test
  void aRunThatHasEndedOrMovedOnNeedsNothingOfBefore() {
    try (var bed = new CatalogBed(dir)) {
      heard("w1", "1");
      accept(bed, "ends");
      accept(bed, "moves");
      written(bed, "ends", DecisionKind.WAIT, "1");
      written(bed, "moves", DecisionKind.WAIT, "1");
      bed.complete("ends", RunStatus.SUCCEEDED, 1, 0);
      written(bed, "moves", DecisionKind.WAIT, "2");

      assertThat(versions(bed))
          .containsExactly("1: 0 runs, 1 workers, removable", "2: 1 runs, 0 workers, needed");
      assertThat(agent(bed).path("runs").asInt()).isEqualTo(1);
    }
  }
}
