package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.v1.Decision;
import dev.sluice.v1.DecisionKind;
import dev.sluice.v1.RunStatus;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An agent whose starts are held back over HTTP, while others run. */
final class BrakeIT {
  private static final String ECHO = "/v1/settings/agents/echo";
  private static final int HELD = 100;
  private static final int OTHERS = 20;

  private final HttpBed bed = new HttpBed();

  @AfterEach
  void stop() {
    bed.close();
  }

  private void submit(String id, String agent) throws Exception {
    var run = "{\"run_id\":\"%s\",\"agent\":\"%s\",\"input\":{\"steps\":1}}".formatted(id, agent);
    assertThat(bed.http.post("/v1/tenants/acme/runs", run).status()).isEqualTo(202);
  }

  private void awaitInForce() {
    Awaitility.await()
        .atMost(TestCluster.BOUND)
        .until(
            () -> {
              var shown = bed.http.get(ECHO).json();
              return shown.path("in_force").asInt() == shown.path("partitions").asInt(-1);
            });
  }

  private void awaitSaid(String path, String field, String value) {
    Awaitility.await()
        .atMost(TestCluster.BOUND)
        .until(() -> bed.http.get(path).json().path(field).asText().equals(value));
  }

  /** What was decided on runs of the tenant and on the agent's setting, where the tenant lies. */
  private List<Decision> decisions() {
    var all = bed.cluster.history().decisions();
    int partition =
        all.stream()
            .filter(one -> one.decision().getTenant().equals("acme"))
            .findFirst()
            .orElseThrow()
            .at()
            .partition();
    return all.stream()
        .filter(one -> one.at().partition() == partition)
        .map(one -> one.decision())
        .filter(one -> one.getRunId() != null || "agent/echo".equals(one.getSetting()))
        .toList();
  }

  private static List<Decision> starts(List<Decision> decisions) {
    return decisions.stream()
        .filter(one -> one.getKind() == DecisionKind.DISPATCH)
        .filter(one -> String.valueOf(one.getRunId()).startsWith("held"))
        .toList();
  }

  private static int lastSetting(List<Decision> decisions) {
    int last = -1;
    for (int i = 0; i < decisions.size(); i++) {
      last = decisions.get(i).getSetting() == null ? last : i;
    }
    return last;
  }

  @Test
  void aPausedAgentStartsNothingWhileOthersDoAndRampsUpAfterwards() throws Exception {
    bed.http.put("/v1/tenants/acme", "{\"max_in_flight\":200}");
    assertThat(bed.http.put(ECHO, "{\"paused\":true}").status()).isEqualTo(200);
    awaitInForce();
    for (int i = 0; i < HELD; i++) {
      submit("held" + i, "echo");
    }
    for (int i = 0; i < OTHERS; i++) {
      submit("other" + i, "probe");
    }
    var ends = bed.cluster.awaitCompletions(OTHERS);
    assertThat(ends).hasSize(OTHERS).allMatch(end -> end.getRunId().startsWith("other"));
    assertThat(starts(decisions())).isEmpty();
    awaitSaid("/v1/tenants/acme/runs/held0", "waiting_for", "brake");
    awaitSaid("/v1/pools/default/scaling", "braked", Integer.toString(HELD));
    awaitSaid("/v1/pools/default/scaling", "wanted_slots", "0");

    assertThat(bed.http.delete(ECHO).status()).isEqualTo(200);
    ends = bed.cluster.awaitCompletions(HELD + OTHERS);

    assertThat(ends).extracting(end -> end.getStatus()).containsOnly(RunStatus.SUCCEEDED);
    var decisions = decisions();
    int eased = lastSetting(decisions);
    assertThat(starts(decisions.subList(0, eased))).isEmpty();
    long lastMs = starts(decisions).stream().mapToLong(Decision::getAtMs).max().orElseThrow();
    assertThat(lastMs - decisions.get(eased).getAtMs())
        .as("a flow that rises by 100 a minute in each second brings 100 within 11 s")
        .isGreaterThan(5_000);
  }
}
