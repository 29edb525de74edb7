package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.app.Main;
import dev.sluice.runner.identity.GoneReporter;
import dev.sluice.schemas.topic.Topics;
import dev.sluice.v1.RunCompleted;
import dev.sluice.v1.RunStatus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Runners in processes of their own that export their traces and log in JSON. */
final class OtlpTracesIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String SPAN = "b7ad6b7169203331";
  private static final String ASKED = "00-" + TRACE + "-" + SPAN + "-01";
  private static final int STEPS = 16;

  @Test
  void aRunThatIsResumedAfterAKillIsTwoLinkedTracesWithNoStepTwice() throws Exception {
    try (var cluster = new TestCluster();
        var receiver = new OtlpReceiver()) {
      cluster.startGate();
      int taken;
      try (var victim = start(cluster, receiver, "victim")) {
        var incarnation = victim.awaitLine("ready").split(" ", -1)[0];
        submit(cluster, "run", "{\"steps\":%d,\"step_ms\":200}".formatted(STEPS));
        awaitSpans(receiver, 3);
        victim.kill();
        taken = receiver.spans().size();
        report(cluster, incarnation);
      }
      try (var survivor = start(cluster, receiver, "survivor")) {
        survivor.awaitLine("ready");
        var completed = cluster.awaitCompletions(1).getFirst();
        assertThat(completed.getStatus()).isEqualTo(RunStatus.SUCCEEDED);
        assertThat(completed.getEpochs()).isEqualTo(2);
        Awaitility.await()
            .atMost(TestCluster.BOUND)
            .until(() -> receiver.spans().stream().anyMatch(one -> one.parent().isEmpty()));
      }
      assertTwoTraces(receiver.spans(), taken);
      assertThat(receiver.authorizations()).containsOnly("Bearer t0ken");
    }
  }

  private static void assertTwoTraces(List<OtlpReceiver.Received> spans, int ofVictim) {
    var first = spans.subList(0, ofVictim);
    var second = spans.subList(ofVictim, spans.size());
    var root = second.stream().filter(one -> one.parent().isEmpty()).findFirst().orElseThrow();
    assertThat(spans)
        .allSatisfy(
            one -> {
              assertThat(one.links()).containsExactly(TRACE + "-" + SPAN);
              assertThat(one.attributes())
                  .containsEntry("sluice.run.id", "run")
                  .containsEntry("sluice.tenant", "t");
              assertThat(one.process()).containsEntry("service.name", "sluice-runner");
            });
    assertThat(first).extracting(OtlpReceiver.Received::trace).containsOnly(first.get(0).trace());
    assertThat(second)
        .extracting(OtlpReceiver.Received::trace)
        .containsOnly(root.trace())
        .doesNotContain(first.get(0).trace(), TRACE);
    assertThat(first).extracting(one -> one.attributes().get("sluice.epoch")).containsOnly(1L);
    assertThat(second).extracting(one -> one.attributes().get("sluice.epoch")).containsOnly(2L);
    assertThat(root.name()).isEqualTo("invoke_agent probe");
    assertThat(root.attributes())
        .containsEntry("gen_ai.operation.name", "invoke_agent")
        .containsEntry("sluice.outcome", "SUCCEEDED");

    int replayed = ((Number) root.attributes().getOrDefault("sluice.replayed", -1)).intValue();
    assertThat(names(first)).isSubsetOf(steps(1, replayed)).doesNotHaveDuplicates();
    assertThat(names(second)).containsExactlyElementsOf(steps(replayed + 1, STEPS));
    assertThat(second)
        .filteredOn(one -> !one.equals(root))
        .extracting(OtlpReceiver.Received::parent)
        .containsOnly(root.id());
  }

  private static List<String> names(List<OtlpReceiver.Received> spans) {
    return spans.stream()
        .filter(one -> one.attributes().containsKey("sluice.step.name"))
        .map(OtlpReceiver.Received::name)
        .toList();
  }

  private static List<String> steps(int first, int last) {
    return IntStream.rangeClosed(first, last).mapToObj(step -> "step step-" + step).toList();
  }

  @Test
  void whatARunsThreadLogsIsALineOfJsonThatNamesItsTrace() throws Exception {
    try (var cluster = new TestCluster();
        var receiver = new OtlpReceiver()) {
      cluster.startGate();
      try (var runner = start(cluster, receiver, "runner")) {
        runner.awaitLine("ready");
        submit(cluster, "broken", "{\"steps\":2,\"step_ms\":1,\"fail_at\":1}");
        cluster.awaitCompletions(1);
        awaitSpans(receiver, 2);
      }
      var failed = receiver.spans().stream().filter(one -> one.parent().isEmpty()).toList();
      assertThat(failed).hasSize(1).allMatch(OtlpReceiver.Received::failed);
      var lines = new ArrayList<JsonNode>();
      for (var line : Files.readAllLines(log(cluster, "runner"))) {
        lines.add(JSON.readTree(line));
      }
      assertThat(lines)
          .isNotEmpty()
          .allMatch(line -> line.hasNonNull("timestamp") && line.hasNonNull("message"));
      var told =
          lines.stream()
              .filter(line -> line.path("message").asText().startsWith("Agent probe failed"))
              .findFirst()
              .orElseThrow();
      assertThat(told.path("runId").asText()).isEqualTo("broken");
      assertThat(told.path("tenantId").asText()).isEqualTo("t");
      assertThat(told.path("epoch").asText()).isEqualTo("1");
      assertThat(told.path("traceId").asText()).isEqualTo(failed.getFirst().trace());
      assertThat(told.path("spanId").asText()).isEqualTo(failed.getFirst().id());
    }
  }

  @Test
  void theSpanOfARequestIsNamedByTheCompletionOfItsRun() throws Exception {
    try (var bed = new HttpBed()) {
      var body = "{\"agent\":\"echo\",\"run_id\":\"%s\"}";
      var path = "/v1/tenants/t/runs";
      bed.http.post(path, body.formatted("traced"), "traceparent", ASKED);
      bed.http.post(path, body.formatted("broken"), "traceparent", "00-1-1-01");
      bed.http.post(path, body.formatted("untraced"));

      assertThat(contexts(bed.cluster, 3)).containsOnly(Map.entry("traced", ASKED));
    }
  }

  /** The header of each completion that has one, by run. */
  private static Map<String, String> contexts(TestCluster cluster, int completions) {
    var settings = cluster.client();
    settings.put("isolation.level", "read_committed");
    var topic = cluster.topics.name(Topics.COMPLETIONS);
    var deserializer = cluster.serdes.deserializer(RunCompleted.class);
    var read = new HashMap<String, String>();
    try (var consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      var partitions =
          consumer.partitionsFor(topic).stream()
              .map(one -> new TopicPartition(topic, one.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Awaitility.await()
          .atMost(TestCluster.BOUND)
          .until(
              () -> {
                for (var record : consumer.poll(Duration.ofMillis(100))) {
                  var header = record.headers().lastHeader("traceparent");
                  var run = deserializer.deserialize(topic, record.value()).getRunId();
                  read.put(
                      run,
                      header == null ? "" : new String(header.value(), StandardCharsets.UTF_8));
                }
                return read.size() == completions;
              });
    }
    read.values().removeIf(String::isEmpty);
    return read;
  }

  @Test
  void aReceiverThatIsNotThereHarmsNoRun() {
    try (var cluster = new TestCluster()) {
      cluster.startGate();
      cluster.startRunner(
          "runner", 4, Map.of("otlp.endpoint", "http://127.0.0.1:1"), TestCluster.sampleAgents());
      for (int i = 0; i < 8; i++) {
        submit(cluster, "run-" + i, "{\"steps\":3,\"step_ms\":1}");
      }

      assertThat(cluster.awaitCompletions(8))
          .allMatch(one -> one.getStatus() == RunStatus.SUCCEEDED && one.getEpochs() == 1);
    }
  }

  private static Path log(TestCluster cluster, String worker) {
    return cluster.dir.resolve(worker + ".log");
  }

  private static ChildJvm start(TestCluster cluster, OtlpReceiver receiver, String worker)
      throws IOException {
    var arguments = new ArrayList<>(List.of("runner", "--worker-id", worker));
    cluster
        .settings(
            Map.of(
                "data.dir",
                cluster.dir.toString(),
                "otlp.endpoint",
                receiver.endpoint(),
                "otlp.headers",
                "Authorization=Bearer t0ken"))
        .forEach((key, value) -> arguments.addAll(List.of("--set", key + "=" + value)));
    return ChildJvm.start(
        Main.class,
        log(cluster, worker),
        Map.of("SLUICE_LOG_FORMAT", "json"),
        arguments.toArray(String[]::new));
  }

  private static void submit(TestCluster cluster, String run, String input) {
    cluster.send(
        Topics.RUNS,
        "t",
        """
        {"run_id":"%s","tenant":"t","agent":"probe","traceparent":"%s","input":%s}\
        """
            .formatted(run, ASKED, input));
  }

  private static void awaitSpans(OtlpReceiver receiver, int count) {
    Awaitility.await().atMost(TestCluster.BOUND).until(() -> receiver.spans().size() >= count);
  }

  private static void report(TestCluster cluster, String incarnation) {
    var settings = cluster.settings(Map.of());
    try (var reporter =
        new GoneReporter(
            Objects.requireNonNull(settings.get("bootstrap.servers")),
            Objects.requireNonNull(settings.get("schema.registry.url")),
            cluster.prefix,
            "test")) {
      reporter.report("victim", incarnation);
    }
  }
}
