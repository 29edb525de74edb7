package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.schemas.topic.Topics;
import dev.sluice.v1.DecisionKind;
import dev.sluice.v1.RunCompleted;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Somebody's producer begins a transaction and halts. */
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ForeignTransactionIT {
  private static final Duration NOTICED_WITHIN = Duration.ofSeconds(5);

  private final HttpBed bed = new HttpBed();
  private final HttpCaller probes = new HttpCaller(bed.gate.probes());

  @AfterAll
  void stop() {
    bed.close();
  }

  @BeforeAll
  void waitUntilNothingStands() {
    Awaitility.await().atMost(TestCluster.BOUND).until(() -> readyz().equals("ok\n"));
  }

  private String readyz() throws Exception {
    return probes.get("/readyz").http().body();
  }

  @Test
  void onRunsDelaysNothingThatCameOverHttp() throws Exception {
    var runs = bed.cluster.topics.name(Topics.RUNS);
    try (var open = new OpenTransaction(bed.cluster.client(), "etl-1").writeToAllOf(runs)) {
      bed.cluster.submit("acme", "behind", "echo", "1");
      bed.cluster.send(Topics.RUNS, "elsewhere", submission("misplaced"));
      for (int tenant = 0; tenant < 8; tenant++) {
        var path = "/v1/tenants/t" + tenant + "/runs";
        var accepted = bed.http.post(path, "{\"agent\":\"echo\",\"run_id\":\"r\",\"input\":1}");
        assertThat(accepted.header("Location")).contains("?at=submissions-");
        assertThat(bed.http.get(accepted.header("Location")).status()).isEqualTo(200);
      }
      assertThat(bed.cluster.awaitCompletions(8, Duration.ofSeconds(10)))
          .as("while %s is open", open)
          .extracting(RunCompleted::getRunId)
          .containsOnly("r");
    }

    assertThat(bed.cluster.awaitCompletions(10))
        .extracting(RunCompleted::getRunId)
        .contains("behind", "misplaced");
    JsonNode run = bed.http.get("/v1/tenants/acme/runs/behind?wait=PT10S").json();
    assertThat(run.path("status").asText()).isEqualTo("SUCCEEDED");
  }

  private static String submission(String run) {
    return "{\"run_id\":\"%s\",\"tenant\":\"acme\",\"agent\":\"echo\"}".formatted(run);
  }

  @Test
  void isNoticedWhereverWeReadAndNamesItsProducer() throws Exception {
    for (var topic : new String[] {"claims", "dispatch.default", "completions", "control"}) {
      var id = "etl-" + topic;
      var name = bed.cluster.topics.name(topic);
      try (var open = new OpenTransaction(bed.cluster.client(), id).writeToAllOf(name)) {
        Awaitility.await()
            .atMost(NOTICED_WITHIN)
            .until(() -> readyz().contains(name + "-0") && readyz().contains(id));
        assertThat(probes.get("/readyz").status()).as("while %s is open", open).isEqualTo(200);
        assertThat(probes.get("/metrics").http().body())
            .contains("sluice_readers_standing_seconds{partition=\"0\",topic=\"" + name + "\"}")
            .contains("sluice_alarms{kind=\"readers stand\"}");
      }
      Awaitility.await().atMost(NOTICED_WITHIN).until(() -> readyz().equals("ok\n"));
    }
    assertThat(bed.cluster.history().decisions())
        .anySatisfy(
            one -> {
              assertThat(one.decision().getKind()).isEqualTo(DecisionKind.ALARM);
              assertThat(one.decision().getReason()).contains("readers stand", "etl-claims");
            });
  }
}
