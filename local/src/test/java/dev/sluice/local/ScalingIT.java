package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.schemas.topic.Topics;
import dev.sluice.sdk.Agent;
import dev.sluice.sdk.RunContext;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.Semaphore;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What an autoscaler is told of a pool that has less room than is asked for. */
final class ScalingIT {
  private static final String PATH = "/v1/pools/default/scaling";
  private static final String PATIENT = "&late_after=PT24H";
  private static final int SLOTS = 2;
  private static final int CAP = 5;
  private static final int RUNS = 12;

  /** Runs that end when they are let. */
  private static final class Gated implements Agent<Object, @Nullable Object> {
    private final Semaphore ends = new Semaphore(0);

    @Override
    public String name() {
      return "gated";
    }

    @Override
    public @Nullable Object run(RunContext run, Object input) throws InterruptedException {
      ends.acquire();
      return null;
    }
  }

  private final Gated gated = new Gated();
  private final HttpBed bed = new HttpBed(SLOTS, List.of(gated));
  private final HttpCaller http = bed.http;

  @AfterEach
  void stop() {
    gated.ends.release(RUNS);
    bed.close();
  }

  private void limit(int cap) throws Exception {
    var set = http.put("/v1/tenants/acme", "{\"max_in_flight\":%d}".formatted(cap));
    assertThat(set.status()).isEqualTo(200);
  }

  private void flood() {
    for (int i = 0; i < RUNS; i++) {
      bed.cluster.submit("acme", "r" + i, "gated", "1");
    }
  }

  private void awaitScaling(String query, int ready, int inFlight, int wanted) {
    Awaitility.await()
        .atMost(TestCluster.BOUND)
        .untilAsserted(
            () -> {
              var answer = http.get(PATH + query);
              assertThat(answer.status()).as(answer.http().body()).isEqualTo(200);
              assertThat(answer.json().path("ready").asInt()).isEqualTo(ready);
              assertThat(answer.json().path("in_flight").asInt()).isEqualTo(inFlight);
              assertThat(answer.json().path("wanted_slots").asInt()).isEqualTo(wanted);
            });
  }

  private void awaitStatus(int status) {
    Awaitility.await()
        .atMost(TestCluster.BOUND)
        .until(() -> http.get(PATH + "?slots_per_worker=1" + PATIENT).status() == status);
  }

  @Test
  void followsWhatIsReadyAndInFlightAndNeverCountsWhatIsHeld() throws Exception {
    limit(CAP);
    flood();
    awaitScaling("?slots_per_worker=1" + PATIENT, CAP - SLOTS, SLOTS, CAP);
    // One worker more while runs wait for too long: of the size asked for, or heard.
    awaitScaling("?slots_per_worker=10&late_after=PT0S", CAP - SLOTS, SLOTS, CAP + 10);
    awaitScaling("?late_after=PT0S", CAP - SLOTS, SLOTS, CAP + SLOTS);

    limit(RUNS);
    awaitScaling("?slots_per_worker=1" + PATIENT, RUNS - SLOTS, SLOTS, RUNS);
    limit(1);
    awaitScaling("?slots_per_worker=1" + PATIENT, 0, SLOTS, SLOTS);
    limit(RUNS);

    gated.ends.release(RUNS);
    bed.cluster.awaitCompletions(RUNS);
    awaitScaling("?late_after=PT0S", 0, 0, 0);
  }

  @Test
  void saysNothingWhileTheCatalogCannotSeeWhatTheGateDecidedOrIsAway() throws Exception {
    limit(CAP);
    flood();
    awaitScaling("?slots_per_worker=1" + PATIENT, CAP - SLOTS, SLOTS, CAP);

    try (var open = new OpenTransaction(bed.cluster.client(), bed.cluster.prefix + "open")) {
      open.writeToAllOf(bed.cluster.topics.name(Topics.DECISIONS));
      awaitStatus(503);
      var metrics = new HttpCaller(bed.catalog.address()).get("/metrics").http().body();
      assertThat(sample(metrics, "sluice_catalog_behind_seconds").orElseThrow()).isGreaterThan(5);
      assertThat(sample(metrics, "sluice_pool_ready{pool=\"default\"}")).isEmpty();
    }
    awaitScaling("?slots_per_worker=1" + PATIENT, CAP - SLOTS, SLOTS, CAP);
    var metrics = new HttpCaller(bed.catalog.address()).get("/metrics").http().body();
    assertThat(sample(metrics, "sluice_catalog_behind_seconds").orElseThrow()).isLessThan(5);
    assertThat(sample(metrics, "sluice_pool_ready{pool=\"default\"}")).hasValue(CAP - SLOTS);
    assertThat(sample(metrics, "sluice_pool_in_flight{pool=\"default\"}")).hasValue(SLOTS);

    bed.catalog.close();
    http.get(PATH).assertProblem(503, "no catalog answers");
    neverAnswersWithLessThanThereIs();
  }

  /** Its counts are in memory alone: a new process counts again before it says anything. */
  private void neverAnswersWithLessThanThereIs() {
    try (var again = bed.startCatalog()) {
      var caller = new HttpCaller(again.address());
      Awaitility.await()
          .atMost(TestCluster.BOUND)
          .until(
              () -> {
                var answer = caller.get(PATH + "?slots_per_worker=1" + PATIENT);
                assertThat(answer.status()).isIn(200, 503);
                return answer.status() == 200 ? answer.json().path("wanted_slots").asInt() : -1;
              },
              wanted -> {
                assertThat(wanted).isIn(-1, CAP);
                return wanted == CAP;
              });
    }
  }

  private static OptionalDouble sample(String metrics, String name) {
    PrometheusText.check(metrics);
    return metrics
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .findFirst();
  }
}
