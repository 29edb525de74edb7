package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.Main;
import dev.sluice.local.agents.AssistantAgent;
import dev.sluice.local.model.ModelServer;
import dev.sluice.local.model.Models;
import dev.sluice.schemas.topic.Topics;
import dev.sluice.v1.RunCompleted;
import dev.sluice.v1.RunStatus;
import dev.sluice.v1.StepEntry;
import dev.sluice.verification.Checker;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** An agent of LangChain4j on the broker, with a model that speaks OpenAI's protocol. */
final class AssistantIT {
  @Test
  void goesOnFromItsJournaledAnswersWhenItsWorkerIsKilled() throws Exception {
    try (var server = new ModelServer();
        var cluster = new TestCluster()) {
      server
          .reply(ModelServer.refuse(429, Map.of("Retry-After", "0"), "{}"))
          .reply(
              ModelServer.toolCalls(
                  "time", "{\"zone\":\"Europe/Rome\"}",
                  "days", "{\"from\":\"2026-12-01\",\"to\":\"2026-12-24\"}",
                  "roll", "{\"sides\":1}"))
          .reply(server.stall("Twen"))
          .reply(ModelServer.answer(50, 5, "Twenty", "-three days."));
      var environment =
          Map.of("OPENAI_BASE_URL", server.url().toString(), "OPENAI_API_KEY", "secret-key");
      cluster.startGate();
      try (var victim = start(cluster, environment)) {
        victim.awaitLine("ready");
        cluster.submit("acme", "r1", "assistant", "{\"text\":\"How long until Christmas?\"}");
        server.awaitStalled();

        victim.kill();
        cluster.startRunner(
            "survivor", 4, List.of(new AssistantAgent(Models.endpoint(environment::get))));
        cluster.send(
            Topics.COMMANDS,
            "acme",
            "{\"command_id\":\"c1\",\"tenant\":\"acme\",\"run_id\":\"r1\",\"kind\":\"SIGNAL\","
                + "\"name\":\"say\",\"payload\":{\"text\":\"bye\"}}");
        var completed = cluster.awaitCompletions(1).getFirst();

        assertThat(completed.getStatus()).as("%s", completed).isEqualTo(RunStatus.SUCCEEDED);
        assertThat(output(completed)).isEqualTo("[\"Twenty-three days.\"]");
      }
      assertThat(server.requests()).as("what was journaled is not asked again").hasSize(4);
      assertThat(server.requests().getLast().body())
          .as("what the tools said on the victim")
          .contains("\"23\"", "[Europe/Rome]", "\"1\"");
      assertSteps(cluster);
    }
  }

  private static ChildJvm start(TestCluster cluster, Map<String, String> environment)
      throws IOException {
    var arguments = new ArrayList<String>(List.of("runner", "--worker-id", "victim"));
    cluster
        .settings(Map.of("data.dir", cluster.dir.toString()))
        .forEach((key, value) -> arguments.addAll(List.of("--set", key + "=" + value)));
    return ChildJvm.start(
        Main.class,
        cluster.dir.resolve("victim.log"),
        environment,
        arguments.toArray(String[]::new));
  }

  /** The tools' results and the first answer are the victim's, the last answer the survivor's. */
  private static void assertSteps(TestCluster cluster) {
    var history = cluster.history();
    assertThat(Checker.check(history, Map.of("free", 2, "pro", 20)).violations()).isEmpty();
    var steps = new ArrayList<String>();
    for (var one : history.journal()) {
      if (one.record() != null && one.record().getEntry() instanceof StepEntry step) {
        steps.add(Objects.requireNonNull(one.record()).getEpoch() + " " + step.getName());
      }
    }
    assertThat(steps)
        .containsExactlyInAnyOrder(
            "1 model", "1 tool time", "1 tool days", "1 tool roll", "2 model");
  }

  private static String output(RunCompleted completed) {
    var bytes = completed.getOutput();
    return bytes == null ? "" : StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
  }
}
