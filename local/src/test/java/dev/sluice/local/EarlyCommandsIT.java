package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Commands that are sent before the read side, or the gate, knows their run. */
final class EarlyCommandsIT {
  private static final int MANY = 80;
  private static HttpBed bed;
  private static HttpCaller http;

  @BeforeAll
  static void start() {
    bed = new HttpBed();
    http = bed.http;
  }

  @AfterAll
  static void stop() {
    bed.close();
  }

  private static String run(String tenant, String run) {
    return "/v1/tenants/" + tenant + "/runs/" + run;
  }

  private static void submit(String tenant, String run, String more) throws Exception {
    var body = "{\"agent\":\"probe\",\"run_id\":\"" + run + "\"" + more + "}";
    assertThat(http.post("/v1/tenants/" + tenant + "/runs", body).status()).isEqualTo(202);
  }

  private static JsonNode end(String tenant, String run) {
    return Awaitility.await()
        .atMost(TestCluster.BOUND)
        .until(
            () -> http.get(run(tenant, run) + "?wait=PT5S").json(),
            answer -> answer.has("completed_at"));
  }

  @Test
  void aCancelRightBehindASubmissionIsNeverLost() throws Exception {
    for (int i = 0; i < MANY; i++) {
      submit("behind", "r" + i, ",\"input\":{\"steps\":600,\"step_ms\":100}");
      assertThat(http.post(run("behind", "r" + i) + "/cancel", "").status()).isEqualTo(202);
    }

    var ends = new ArrayList<String>();
    for (int i = 0; i < MANY; i++) {
      ends.add(end("behind", "r" + i).path("status").asText());
    }
    assertThat(ends).containsOnly("CANCELLED");
  }

  @Test
  void aCancelBeforeItsSubmissionIsKeptAndAnsweredAtOnce() throws Exception {
    var early = http.post(run("before", "r") + "/cancel?wait=PT30S", "");

    assertThat(early.status()).isEqualTo(200);
    assertThat(early.json().path("decision").asText()).isEqualTo("CANCEL");
    assertThat(early.json().path("reason").asText()).contains("kept until the run comes");
    submit("before", "r", ",\"input\":{\"steps\":600,\"step_ms\":100}");
    assertThat(end("before", "r").path("status").asText()).isEqualTo("CANCELLED");
  }

  @Test
  void aSenderWhoWaitsIsToldThatTheRunHasEnded() throws Exception {
    submit("over", "r", ",\"input\":{\"steps\":1}");
    end("over", "r");

    for (var command : new String[] {"/cancel", "/signals/go"}) {
      var late = http.post(run("over", "r") + command + "?wait=PT30S", "{}");

      assertThat(late.status()).isEqualTo(200);
      assertThat(late.json().path("decision").asText()).isEqualTo("REFUSE");
      assertThat(late.json().path("reason").asText()).contains("has ended");
    }
  }

  @Test
  void aWaitThatIsNoneIsRefusedBeforeAnythingIsSent() throws Exception {
    http.post(run("wrong", "r") + "/cancel?wait=soon", "").assertProblem(400, "wait must be");
    http.post(run("wrong", "r") + "/cancel?wait=PT61S", "").assertProblem(400, "wait must be");
    http.post(run("wrong", "r") + "/cancel?hurry=1", "").assertProblem(400, "hurry");
  }
}
