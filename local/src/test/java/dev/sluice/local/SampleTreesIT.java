package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.model.chat.StreamingChatModel;
import dev.sluice.local.agents.ResearchAgent;
import dev.sluice.local.agents.ResearchQuestionAgent;
import dev.sluice.local.agents.TreeAgent;
import dev.sluice.local.model.BuiltInModel;
import dev.sluice.schemas.topic.Topics;
import dev.sluice.sdk.Agent;
import dev.sluice.v1.DecisionKind;
import dev.sluice.v1.RunCompleted;
import dev.sluice.v1.RunStatus;
import dev.sluice.verification.Checker;
import dev.sluice.verification.RunName;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

final class SampleTreesIT {
  private static final StreamingChatModel MODEL = new BuiltInModel(Duration.ZERO);
  private static final List<Agent<?, ?>> AGENTS =
      List.of(
          new TreeAgent(), new ResearchAgent(() -> MODEL), new ResearchQuestionAgent(() -> MODEL));

  @Test
  void treeCountsItsLeavesUnderACapOfOne() {
    try (var cluster = new TestCluster()) {
      cluster.startGate();
      cluster.startRunner("w1", 4, AGENTS);
      cluster.send(Topics.TENANTS, "acme", "{\"tenant\":\"acme\",\"max_in_flight\":1}");

      submit(
          cluster,
          "tree",
          "{\"fan_out\":3,\"depth\":2,\"step_ms\":1,\"charge\":{\"calls\":1}}",
          "{}");

      var completed = cluster.awaitCompletions(1 + 3 + 9);
      assertThat(completed).extracting(RunCompleted::getStatus).containsOnly(RunStatus.SUCCEEDED);
      assertThat(output(root(completed))).isEqualTo("9");
      assertThat(charged(cluster)).as("each run once").containsEntry("calls", 13L);
    }
  }

  @Test
  void treeCountsTheChildrenThatItsBudgetAllowed() {
    try (var cluster = new TestCluster()) {
      cluster.startGate();
      cluster.startRunner("w1", 4, AGENTS);

      submit(
          cluster,
          "tree",
          "{\"fan_out\":12,\"depth\":1,\"step_ms\":1,\"charge\":{\"calls\":1}}",
          "{\"calls\":8}");

      var completed = cluster.awaitCompletions(1 + 12);
      var allowed =
          completed.stream()
              .filter(run -> run.getParentRunId() != null)
              .filter(run -> run.getStatus() == RunStatus.SUCCEEDED)
              .count();
      assertThat(root(completed).getStatus()).isEqualTo(RunStatus.SUCCEEDED);
      assertThat(output(root(completed))).isEqualTo(Long.toString(allowed));
      // One call is the root's, and one of its reserve, 5 % of 8 rounded up, which no child gets.
      assertThat(allowed).isEqualTo(6);
      assertThat(charged(cluster)).containsEntry("calls", 7L);
    }
  }

  @Test
  void researchWaitsForAHumanAndReports() {
    try (var cluster = new TestCluster()) {
      cluster.startGate();
      cluster.startRunner("w1", 4, AGENTS);
      submit(cluster, "research", "{\"topic\":\"solar sails\",\"questions\":3}", "{}");
      awaitWait(cluster, "signal");

      cluster.send(
          Topics.COMMANDS,
          "acme",
          """
          {"command_id":"c1","tenant":"acme","run_id":"r1","kind":"SIGNAL","name":"approval",\
          "payload":{"approved":true,"comment":"mind the cost"}}\
          """);

      var completed = cluster.awaitCompletions(1 + 3);
      assertThat(completed).extracting(RunCompleted::getStatus).containsOnly(RunStatus.SUCCEEDED);
      assertThat(output(root(completed)))
          .contains("\"outcome\":\"APPROVED\"", "solar sails", "\"question\":");
      assertThat(charged(cluster))
          .as("plan, three answers, draft, report: none twice")
          .containsEntry("calls", 6L);
    }
  }

  @Test
  void researchHandsBackItsFindingsWhenItsBudgetHasNoRoomForADraft() {
    try (var cluster = new TestCluster()) {
      cluster.startGate();
      cluster.startRunner("w1", 4, AGENTS);

      // The plan needs about 450 tokens, an answer 550, and the draft over 700; each costs far
      // less.
      submit(
          cluster, "research", "{\"topic\":\"solar sails\",\"questions\":4}", "{\"tokens\":800}");

      var root = root(cluster.awaitCompletions(1 + 4));
      assertThat(root.getStatus()).isEqualTo(RunStatus.BUDGET_EXHAUSTED);
      assertThat(output(root)).contains("\"outcome\":\"PARTIAL\"", "\"question\":");
      assertThat(charged(cluster).get("tokens")).isBetween(1L, 800L);
    }
  }

  private static void submit(TestCluster cluster, String agent, String input, String budget) {
    cluster.send(
        Topics.RUNS,
        "acme",
        "{\"run_id\":\"r1\",\"tenant\":\"acme\",\"agent\":\"%s\",\"input\":%s,\"budget\":%s}"
            .formatted(agent, input, budget));
  }

  private static void awaitWait(TestCluster cluster, String what) {
    Awaitility.await()
        .atMost(TestCluster.BOUND)
        .until(
            () ->
                cluster.history().decisions().stream()
                    .map(decided -> decided.decision())
                    .anyMatch(
                        decision ->
                            decision.getKind() == DecisionKind.WAIT
                                && "r1".equals(decision.getRunId())
                                && what.equals(decision.getWaitingFor())));
  }

  /** What the tree charged, by a history in which nothing is wrong. */
  private static Map<String, Long> charged(TestCluster cluster) {
    var history = cluster.history();
    var report = Checker.check(history, Map.of("free", 2, "pro", 20));
    assertThat(report.violations()).isEmpty();
    return Checker.charged(history, new RunName("acme", "r1"));
  }

  private static RunCompleted root(List<RunCompleted> completed) {
    return completed.stream()
        .filter(run -> run.getParentRunId() == null)
        .findFirst()
        .orElseThrow(() -> new AssertionError("the root has not ended"));
  }

  private static String output(RunCompleted completed) {
    var bytes = completed.getOutput();
    return bytes == null ? "" : StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
  }
}
