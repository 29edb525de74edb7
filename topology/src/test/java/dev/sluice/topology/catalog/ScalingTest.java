package dev.sluice.topology.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.http.HttpServer;
import dev.sluice.http.config.HttpConfig;
import dev.sluice.topology.catalog.scaling.Demand;
import dev.sluice.topology.catalog.scaling.PoolsHeard;
import dev.sluice.v1.Decision;
import dev.sluice.v1.DecisionKind;
import dev.sluice.v1.RunStatus;
import dev.sluice.v1.RunSummary;
import dev.sluice.v1.TenantLoad;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How many slots a pool is said to want, after decisions in many orders. */
final class ScalingTest {
  private static final Duration LATE = Duration.ofSeconds(10);
  private static final long NOW = 100_000;

  @TempDir Path dir;

  private static Decision.Builder accepted(String run, String pool) {
    return CatalogBed.decision(DecisionKind.ACCEPT, run, 0)
        .setSubmission(
            RunSummary.newBuilder()
                .setAgent("a")
                .setPool(pool)
                .setPriority(0)
                .setLabels(Map.of())
                .setSubmittedAtMs(1)
                .build());
  }

  private static TenantLoad load(int cap, int inFlight, int queued, @Nullable Long oldestReadyMs) {
    return TenantLoad.newBuilder()
        .setCap(cap)
        .setInFlight(inFlight)
        .setQueued(queued)
        .setWaiting(0)
        .setPaused(false)
        .setWeight(1)
        .setOldestReadyMs(oldestReadyMs)
        .build();
  }

  private static ScalingApi api(CatalogBed bed) {
    return new ScalingApi(bed.queries, bed.demand, new PoolsHeard(), bed.behind);
  }

  private static JsonNode wanted(CatalogBed bed, String pool) {
    return api(bed).wanted(pool, 16, LATE, NOW);
  }

  // --- what is counted

  @Test
  void countsWhatIsReadyAndInFlightAndNotWhatIsHeld() {
    try (var bed = new CatalogBed(dir)) {
      for (int i = 0; i < 10; i++) {
        bed.decide(accepted("r" + i, "default"));
      }
      bed.decide(DecisionKind.DISPATCH, "r0", 1);
      bed.decide(DecisionKind.DISPATCH, "r1", 1);
      bed.decide(DecisionKind.CLAIM, "r1", 1);
      bed.decide(
          CatalogBed.decision(DecisionKind.DISPATCH, "r2", 1).setLoad(load(5, 3, 7, NOW - 9_000)));

      var json = wanted(bed, "default");

      // The cap lets 2 of 7 start, the other 5 are held.
      assertThat(json.path("ready").asInt()).isEqualTo(2);
      assertThat(json.path("in_flight").asInt()).isEqualTo(3);
      assertThat(json.path("wanted_slots").asInt()).isEqualTo(5);
      assertThat(json.path("late").asBoolean()).isFalse();
    }
  }

  @Test
  void countsNothingReadyOfATenantThatIsPaused() {
    try (var bed = new CatalogBed(dir)) {
      bed.decide(accepted("r0", "default"));
      var paused = TenantLoad.newBuilder(load(5, 0, 1, null)).setPaused(true).build();
      bed.decide(CatalogBed.decision(DecisionKind.TENANT, "r0", 0).setRunId(null).setLoad(paused));

      assertThat(wanted(bed, "default").path("wanted_slots").asInt()).isZero();
    }
  }

  @Test
  void countsEachPoolsRunsAlone() {
    try (var bed = new CatalogBed(dir)) {
      bed.decide(accepted("r0", "one"));
      bed.decide(accepted("r1", "two"));
      bed.decide(accepted("r2", "two").setLoad(load(5, 0, 3, NOW)));

      assertThat(wanted(bed, "one").path("wanted_slots").asInt()).isEqualTo(1);
      assertThat(wanted(bed, "two").path("wanted_slots").asInt()).isEqualTo(2);
    }
  }

  @Test
  void wantsOneWorkerMoreWhileTheOldestReadyRunIsLate() {
    try (var bed = new CatalogBed(dir)) {
      bed.decide(accepted("r", "default").setLoad(load(5, 0, 1, NOW - 10_001)));

      var json = wanted(bed, "default");

      assertThat(json.path("late").asBoolean()).isTrue();
      assertThat(json.path("wanted_slots").asInt()).isEqualTo(1 + 16);
      assertThat(json.path("oldest_ready").asText()).isEqualTo("PT10.001S");
    }
  }

  @Test
  void keepsSlotsForBusyWorkersWhenNothingWaits() {
    try (var bed = new CatalogBed(dir)) {
      bed.decide(accepted("r", "default"));
      bed.decide(CatalogBed.decision(DecisionKind.CLAIM, "r", 1).setLoad(load(5, 1, 0, null)));

      assertThat(wanted(bed, "default").path("wanted_slots").asInt()).isEqualTo(1);
    }
  }

  /** Its completion stands in another topic, and may be deleted before it was ever read. */
  @Test
  void countsNoRunOfWhichTheGateSaysThatNothingIsInFlight() {
    try (var bed = new CatalogBed(dir)) {
      bed.decide(accepted("r", "default"));
      bed.decide(CatalogBed.decision(DecisionKind.CLAIM, "r", 1).setLoad(load(5, 1, 0, null)));
      bed.decide(CatalogBed.decision(DecisionKind.COMPLETE, "r", 1).setLoad(load(5, 0, 0, null)));

      assertThat(wanted(bed, "default").path("wanted_slots").asInt()).isZero();
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void countsTheSameAsWhoeverCountsAgain(long seed) {
    var random = new Random(seed);
    try (var bed = new CatalogBed(dir)) {
      var kinds =
          new DecisionKind[] {
            DecisionKind.DISPATCH,
            DecisionKind.CLAIM,
            DecisionKind.RETURN,
            DecisionKind.RELEASE,
            DecisionKind.WAIT,
            DecisionKind.QUEUE,
            DecisionKind.REDRIVE
          };
      for (int i = 0; i < 400; i++) {
        var run = "r" + random.nextInt(20);
        switch (random.nextInt(4)) {
          case 0 -> bed.decide(accepted(run, "pool-" + random.nextInt(3)));
          case 1 -> bed.complete(run, RunStatus.DEAD, 1, random.nextInt(3));
          default -> bed.decide(kinds[random.nextInt(kinds.length)], run, 1);
        }
      }
      bed.decide(accepted("last", "pool-0").setLoad(load(5, 1, 1, null)));

      var again = new Demand(bed.brakes);
      again.count(0, bed::store);

      for (var pool : Set.of("pool-0", "pool-1", "pool-2")) {
        assertThat(bed.demand.of(pool)).as(pool).isEqualTo(again.of(pool));
        assertThat(bed.demand.of(pool))
            .allSatisfy(
                runs -> assertThat(Math.min(runs.queued(), runs.inFlight())).isNotNegative());
      }
      assertThat(again.of("pool-0")).isNotEmpty();
    }
  }

  // --- what is answered

  private record Reply(int status, JsonNode json) {}

  /** One call at a catalog's port. */
  private static Reply ask(CatalogBed bed, String path) throws IOException, InterruptedException {
    var config = HttpConfig.loopback("catalog", 0);
    try (var server =
            HttpServer.start(config, api(bed).routes(), status -> {}, Duration.ofSeconds(1));
        var http = HttpClient.newHttpClient()) {
      var uri = URI.create("http://127.0.0.1:" + server.port() + path);
      var answer =
          http.send(
              HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(20)).build(),
              HttpResponse.BodyHandlers.ofString());
      return new Reply(answer.statusCode(), new ObjectMapper().readTree(answer.body()));
    }
  }

  private static void makeUpToDate(CatalogBed bed) throws Exception {
    bed.behind.look();
    bed.behind.look();
  }

  @Test
  void answersWithEverythingThatTheNumberIsMadeOf() throws Exception {
    try (var bed = new CatalogBed(dir)) {
      bed.decide(accepted("r", "default").setLoad(load(5, 0, 1, 1L)));
      makeUpToDate(bed);

      var reply = ask(bed, "/v1/pools/default/scaling?slots_per_worker=8&late_after=PT1M");

      assertThat(reply.status()).isEqualTo(200);
      var fields = new TreeMap<String, String>();
      reply.json().properties().forEach(one -> fields.put(one.getKey(), one.getValue().asText()));
      assertThat(fields.remove("oldest_ready")).startsWith("PT");
      assertThat(fields)
          .containsExactlyInAnyOrderEntriesOf(
              Map.of(
                  "pool", "default",
                  "wanted_slots", "9",
                  "ready", "1",
                  "braked", "0",
                  "in_flight", "0",
                  "late", "true",
                  "slots_per_worker", "8",
                  "behind", "PT0S"));
    }
  }

  @Test
  void answersNothingWhileItDoesNotKnowTheLastFiveSeconds() throws Exception {
    try (var bed = new CatalogBed(dir)) {
      bed.decide(accepted("r", "default").setLoad(load(5, 0, 1, 1L)));
      assertThat(ask(bed, "/v1/pools/default/scaling").status()).isEqualTo(503);
      makeUpToDate(bed);
      bed.behindNanos.addAndGet(TimeUnit.SECONDS.toNanos(5));
      assertThat(ask(bed, "/v1/pools/default/scaling").status()).isEqualTo(200);

      bed.behindNanos.addAndGet(1);
      var reply = ask(bed, "/v1/pools/default/scaling");

      assertThat(reply.status()).isEqualTo(503);
      assertThat(reply.json().has("wanted_slots")).isFalse();
      assertThat(reply.json().path("detail").asText()).contains("more than five seconds behind");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "nobodys/scaling, 404, nobodys",
    "With_Capital/scaling, 400, pool",
    "default/scaling?slots_per_worker=0, 400, slots_per_worker must be 1 to 100000",
    "default/scaling?slots_per_worker=100001, 400, slots_per_worker must be 1 to 100000",
    "default/scaling?slots_per_worker=99999999999, 400, slots_per_worker must be 1 to 100000",
    "default/scaling?slots_per_worker=, 400, slots_per_worker must be 1 to 100000",
    "default/scaling?slots_per_worker=x, 400, slots_per_worker must be 1 to 100000",
    "default/scaling?late_after=10, 400, late_after must be an ISO-8601 duration",
    "default/scaling?late_after=-PT1S, 400, late_after must be PT0S to PT24H",
    "default/scaling?late_after=PT25H, 400, late_after must be PT0S to PT24H",
    "default/scaling?slots=3, 400, unknown query parameter",
  })
  void refusesWhatItDoesNotUnderstand(String path, int status, String told) throws Exception {
    try (var bed = new CatalogBed(dir)) {
      bed.decide(accepted("r", "default").setLoad(load(5, 0, 1, 1L)));
      makeUpToDate(bed);

      var reply = ask(bed, "/v1/pools/" + path);

      assertThat(reply.status()).isEqualTo(status);
      assertThat(reply.json().path("detail").asText()).contains(told);
    }
  }
}
