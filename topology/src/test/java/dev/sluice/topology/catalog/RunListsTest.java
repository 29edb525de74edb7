package dev.sluice.topology.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.topology.catalog.query.Cursors;
import dev.sluice.topology.catalog.query.RunFilter;
import dev.sluice.v1.DecisionKind;
import dev.sluice.v1.RunStatus;
import dev.sluice.v1.RunSummary;
import dev.sluice.v1.TenantLoad;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lists find what they are asked for by indexes, a bounded piece with each request. */
@SuppressWarnings("NullAway.Init") // set before each test
final class RunListsTest {
  @TempDir private Path dir;
  private CatalogBed bed;

  @BeforeEach
  void start() {
    bed = new CatalogBed(dir);
    bed.isUpToDate();
  }

  @AfterEach
  void stop() {
    bed.close();
  }

  private void accept(String run, String agent, Map<String, String> labels, long submittedAtMs) {
    var summary =
        RunSummary.newBuilder()
            .setAgent(agent)
            .setPool("default")
            .setPriority(0)
            .setLabels(labels)
            .setSubmittedAtMs(submittedAtMs)
            .build();
    bed.decide(CatalogBed.decision(DecisionKind.ACCEPT, run, 0).setSubmission(summary));
  }

  private List<String> all(RunFilter filter, int limit) {
    var found = new ArrayList<String>();
    String after = null;
    do {
      JsonNode page = bed.queries.runs("t", filter, limit, after);
      page.path("runs").forEach(run -> found.add(run.path("run_id").asText()));
      after = page.path("next").isNull() ? null : Cursors.read(page.path("next").asText());
    } while (after != null);
    return found;
  }

  private static RunFilter filter(
      @Nullable String status, @Nullable String agent, @Nullable String label) {
    return new RunFilter(null, null, status, agent, label);
  }

  /** A rare run among many is found by reading few rows, whatever it is looked for by. */
  @Test
  void findsTheFewAmongTheManyAtOnce() {
    for (int i = 0; i < 6_000; i++) {
      accept("many" + i, "common", Map.of("kind", "common"), 1_000 + i);
    }
    accept("one", "rare", Map.of("kind", "rare", "a.b", "c:d"), 1);
    bed.complete("one", RunStatus.FAILED, 1, 0, null, Map.of("kind", "rare", "a.b", "c:d"), 1);

    for (var filter :
        List.of(
            filter("FAILED", null, null),
            filter(null, "rare", null),
            filter(null, null, "kind:rare"),
            filter(null, null, "a.b:c:d"),
            filter("FAILED", "rare", "kind:rare"))) {
      var page = bed.queries.runs("t", filter, 10, null);
      assertThat(page.path("runs")).as(filter.toString()).hasSize(1);
      assertThat(page.path("next").isNull()).isTrue();
    }
    assertThat(all(filter("QUEUED", "rare", null), 10)).isEmpty();
  }

  /** What no index tells apart is read in pieces: each request ends soon, the cursor goes on. */
  @Test
  void readsABoundedPieceWithEachRequest() {
    for (int i = 0; i < 11_000; i++) {
      accept("r" + i, "a", Map.of(), 1_000 + i);
    }
    var nobodys = filter("QUEUED", "b", null);
    int requests = 0;
    String after = null;
    do {
      long from = System.nanoTime();
      var page = bed.queries.runs("t", nobodys, 10, after);
      assertThat(Duration.ofNanos(System.nanoTime() - from)).isLessThan(Duration.ofSeconds(5));
      after = page.path("next").isNull() ? null : Cursors.read(page.path("next").asText());
      requests++;
    } while (after != null);
    assertThat(requests).isGreaterThan(2);
  }

  @Test
  void answersLikeAScanOverAllRunsWhateverHappensToThem() {
    var random = new SplittableRandom(11);
    record Known(String id, String agent, String label, long at, String status) {}
    var model = new java.util.TreeMap<String, Known>();
    for (int i = 0; i < 2_000; i++) {
      var id = "r" + random.nextInt(300);
      var known = model.get(id);
      if (known == null) {
        known = new Known(id, "a" + random.nextInt(3), "l" + random.nextInt(3), i + 1, "QUEUED");
        accept(id, known.agent(), Map.of("k", known.label()), known.at());
        model.put(id, known);
      } else if (known.status().equals("QUEUED") || known.status().equals("RUNNING")) {
        boolean ends = random.nextInt(3) == 0;
        if (ends) {
          bed.complete(id, known.agent(), Map.of("k", known.label()), known.at());
        } else {
          bed.decide(DecisionKind.CLAIM, id, 1);
        }
        var status = ends ? "SUCCEEDED" : "RUNNING";
        model.put(id, new Known(id, known.agent(), known.label(), known.at(), status));
      }
    }
    for (var status : new String[] {null, "QUEUED", "RUNNING", "SUCCEEDED"}) {
      for (var agent : new String[] {null, "a1"}) {
        for (var label : new String[] {null, "k:l2"}) {
          var expected =
              model.values().stream()
                  .filter(run -> status == null || run.status().equals(status))
                  .filter(run -> agent == null || run.agent().equals(agent))
                  .filter(run -> label == null || label.equals("k:" + run.label()))
                  .sorted(java.util.Comparator.comparingLong(Known::at).reversed())
                  .map(Known::id)
                  .toList();
          assertThat(all(filter(status, agent, label), 7)).isEqualTo(expected);
        }
      }
    }
  }

  @Test
  void aPageOfLargeOutputsIsShort() {
    for (int i = 0; i < 40; i++) {
      accept("r" + i, "a", Map.of(), 1_000 + i);
      bed.complete("r" + i, "text/plain", java.nio.ByteBuffer.wrap(new byte[1_000_000]));
    }
    var page = bed.queries.runs("t", RunFilter.ANY, 1_000, null);
    assertThat(page.path("runs").size()).isLessThan(15);
    assertThat(all(RunFilter.ANY, 1_000)).hasSize(40);
  }

  @Test
  void listsTenantsByNameAndForgetsThoseThatWereInvented() {
    for (int i = 0; i < 250; i++) {
      bed.decide(
          CatalogBed.decision(DecisionKind.ACCEPT, "r", 0)
              .setTenant("t%03d".formatted(i))
              .setAtMs(i < 200 ? 0 : Duration.ofHours(25).toMillis())
              .setLoad(new TenantLoad(2, i == 7 ? 1 : 0, 0, 0, false, 1.0, 5L, null, null)));
    }
    assertThat(tenants(30)).hasSize(250).isSorted();

    bed.pass(Duration.ofHours(25));
    bed.decide(CatalogBed.decision(DecisionKind.STARTED, "", 0).setTenant("").setRunId(null));
    bed.pass(Duration.ofMinutes(1));

    assertThat(tenants(100)).hasSize(51).contains("t007", "t249");
    assertThat(bed.queries.tenant("t007", 3_605).path("oldest_in_flight").asText())
        .isEqualTo("PT3.6S");
  }

  private List<String> tenants(int limit) {
    var found = new ArrayList<String>();
    String after = null;
    do {
      JsonNode page = bed.queries.tenants(limit, after, 0);
      page.path("tenants").forEach(tenant -> found.add(tenant.path("tenant").asText()));
      after = page.path("next").isNull() ? null : Cursors.read(page.path("next").asText());
    } while (after != null);
    return found;
  }
}
