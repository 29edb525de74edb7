package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.schemas.Topics;
import dev.sluice.v1.RunCompleted;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Somebody's producer begins a transaction on a public topic and halts. */
final class ForeignTransactionIT {
  @Test
  void delaysNothingThatCameOverHttp() throws Exception {
    try (var bed = new HttpBed()) {
      var runs = bed.cluster.topics.name(Topics.RUNS);
      try (var open = new OpenTransaction(bed.cluster.client(), "etl-1").writeToAllOf(runs)) {
        assertThat(open).isNotNull();
        bed.cluster.submit("acme", "behind", "echo", "1");
        for (int tenant = 0; tenant < 8; tenant++) {
          var path = "/v1/tenants/t" + tenant + "/runs";
          var accepted = bed.http.post(path, "{\"agent\":\"echo\",\"run_id\":\"r\",\"input\":1}");
          assertThat(accepted.header("Location")).contains("?at=submissions-");
          assertThat(bed.http.get(accepted.header("Location")).status()).isEqualTo(200);
        }
        assertThat(bed.cluster.awaitCompletions(8, Duration.ofSeconds(10)))
            .extracting(RunCompleted::getRunId)
            .containsOnly("r");
      }

      assertThat(bed.cluster.awaitCompletions(9))
          .extracting(RunCompleted::getRunId)
          .contains("behind");
      JsonNode run = bed.http.get("/v1/tenants/acme/runs/behind?wait=PT10S").json();
      assertThat(run.path("status").asText()).isEqualTo("SUCCEEDED");
    }
  }
}
