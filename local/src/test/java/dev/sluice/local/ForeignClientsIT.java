package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.embedded.TestBroker;
import dev.sluice.schemas.topic.Topics;
import dev.sluice.v1.Decision;
import dev.sluice.v1.DecisionKind;
import dev.sluice.v1.RunCompleted;
import dev.sluice.v1.RunStatus;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Submissions of programs that share nothing with ours but the contract. */
final class ForeignClientsIT {
  private static final int RUNS = 20;
  private static final ObjectMapper JSON = new ObjectMapper();
  private static TestCluster cluster;

  @BeforeAll
  static void start() {
    cluster = new TestCluster();
    cluster.startGate(Map.of("completions.json", "true"));
    cluster.startRunner("w", 16);
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  private static String json(String name, int n) {
    return "{\"run_id\":\"%s-%d\",\"tenant\":\"%s-tenant-%d\",\"agent\":\"echo\",\"input\":%d}"
        .formatted(name, n, name, n % 5, n);
  }

  private static List<String> kcat(String... more) {
    var bootstrap = TestBroker.shared().bootstrapServers();
    var command =
        new ArrayList<>(List.of("kcat", "-P", "-b", bootstrap, "-t", cluster.prefix + Topics.RUNS));
    command.addAll(List.of(more));
    return command;
  }

  /** Every run of that name completes, and once: what comes after it has no second one before. */
  private static List<RunCompleted> assertEachCompletesOnce(String name) {
    cluster.submit(name, name + "-last", "echo", "1");
    try (var completions = new TopicReader<>(cluster, Topics.COMPLETIONS, RunCompleted.class)) {
      var expected =
          new ArrayList<>(IntStream.range(0, RUNS).mapToObj(n -> name + "-" + n).toList());
      expected.add(name + "-last");
      var of =
          completions.await(all -> of(all, name).size() >= expected.size()).stream()
              .filter(run -> run.getRunId().startsWith(name + "-"))
              .toList();
      assertThat(of).extracting(RunCompleted::getRunId).hasSameElementsAs(expected);
      assertThat(of).hasSameSizeAs(expected);
      assertThat(of).extracting(RunCompleted::getStatus).containsOnly(RunStatus.SUCCEEDED);
      return of;
    }
  }

  private static List<RunCompleted> of(List<RunCompleted> all, String name) {
    return all.stream().filter(run -> run.getRunId().startsWith(name + "-")).toList();
  }

  private static void assertSomeWereReroutedAndEachWasAcceptedOnce(String name) {
    try (var decisions = new TopicReader<>(cluster, Topics.DECISIONS, Decision.class)) {
      var all = decisions.await(read -> count(read, DecisionKind.ACCEPT, name) > RUNS);
      assertThat(count(all, DecisionKind.REROUTE, name)).isPositive();
      assertThat(count(all, DecisionKind.ACCEPT, name)).isEqualTo(RUNS + 1);
      assertThat(count(all, DecisionKind.DUPLICATE, name)).isZero();
    }
  }

  private static long count(List<Decision> decisions, DecisionKind kind, String name) {
    return decisions.stream()
        .filter(decision -> decision.getKind() == kind && decision.getRunId() != null)
        .filter(decision -> decision.getRunId().startsWith(name + "-"))
        .count();
  }

  @Test
  void runsThatKcatPlacesByItsOwnPartitionerCompleteOnce() throws Exception {
    ForeignTool.requireKcat();
    var lines = new StringBuilder();
    for (int n = 0; n < RUNS; n++) {
      lines.append("kcat-tenant-").append(n % 5).append('|').append(json("kcat", n)).append('\n');
    }
    var said = ForeignTool.run(lines.toString(), kcat("-K", "|"));
    assertThat(said.exit()).as(said.text()).isZero();

    assertEachCompletesOnce("kcat");
    assertSomeWereReroutedAndEachWasAcceptedOnce("kcat");
  }

  @Test
  void kcatReadsTheEndsOfTheRunsThatItSubmitted() throws Exception {
    ForeignTool.requireKcat();
    var lines = new StringBuilder();
    for (int n = 0; n < RUNS; n++) {
      lines.append(json("read", n)).append('\n');
    }
    assertThat(ForeignTool.run(lines.toString(), kcat()).exit()).isZero();
    assertEachCompletesOnce("read");

    var said =
        ForeignTool.run(
            "",
            List.of(
                "kcat",
                "-C",
                "-e",
                "-q",
                "-b",
                TestBroker.shared().bootstrapServers(),
                "-t",
                cluster.prefix + Topics.COMPLETIONS_JSON));

    var outputs = new ArrayList<String>();
    for (var line : said.text().lines().filter(one -> one.contains("\"read-")).toList()) {
      var end = JSON.readTree(line);
      assertThat(end.path("status").asText()).isEqualTo("SUCCEEDED");
      if (!end.path("run_id").asText().equals("read-last")) {
        outputs.add(end.path("run_id").asText() + "=" + end.path("output"));
      }
    }
    assertThat(outputs)
        .containsExactlyInAnyOrderElementsOf(
            IntStream.range(0, RUNS).mapToObj(n -> "read-" + n + "=" + n).toList());
  }

  @Test
  void runsThatKcatWritesWithoutAKeyCompleteOnce() throws Exception {
    ForeignTool.requireKcat();
    var lines = new StringBuilder();
    for (int n = 0; n < RUNS; n++) {
      lines.append(json("keyless", n)).append('\n');
    }
    var said = ForeignTool.run(lines.toString(), kcat());
    assertThat(said.exit()).as(said.text()).isZero();

    assertEachCompletesOnce("keyless");
    assertSomeWereReroutedAndEachWasAcceptedOnce("keyless");
  }

  @Test
  void runsThatNodeWritesAsAvroCompleteOnceAndItReadsTheirCompletions() throws Exception {
    ForeignTool.requireNode();
    var broker = TestBroker.shared();
    var schema = Path.of("..", "schemas", "src", "main", "avro", "RunSubmitted.avsc");
    var said =
        ForeignTool.run(
            "",
            List.of(
                "node",
                ForeignTool.NODE.resolve("submit.js").toString(),
                broker.bootstrapServers(),
                broker.registry().url().toString(),
                cluster.prefix,
                schema.toAbsolutePath().toString(),
                Integer.toString(RUNS)));
    assertThat(said.exit()).as(said.text()).isZero();

    var lines = said.text().lines().filter(line -> line.startsWith("{")).toList();
    assertThat(lines).as(said.text()).hasSize(RUNS);
    for (var line : lines) {
      var completed = JSON.readTree(line);
      assertThat(completed.path("status").asText()).isEqualTo("SUCCEEDED");
      assertThat(completed.path("output").asText()).contains("\"from\":\"node\"");
      assertThat(completed.path("labels").path("client").asText()).isEqualTo("node");
    }
    assertEachCompletesOnce("node");
    assertSomeWereReroutedAndEachWasAcceptedOnce("node");
  }

  @Test
  void aRecordThatIsTooLargeIsRefusedAtItsProducer() throws Exception {
    ForeignTool.requireKcat();
    var line = "{\"input\":\"" + "x".repeat(5 * 1024 * 1024) + "\"}";
    var said = ForeignTool.run(line, kcat("-X", "message.max.bytes=16000000"));
    assertThat(said.exit()).isNotZero();
    assertThat(said.text()).contains("Message size too large");
  }
}
