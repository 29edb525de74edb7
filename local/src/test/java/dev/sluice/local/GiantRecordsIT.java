package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.gateway.cli.GatewayJson;
import dev.sluice.local.stack.LocalStack;
import dev.sluice.local.stack.StackConfig;
import dev.sluice.schemas.topic.Topics;
import dev.sluice.v1.DecisionKind;
import dev.sluice.verification.Checker;
import dev.sluice.verification.History;
import dev.sluice.verification.TopicHistoryReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Small batches that are large once uncompressed, sent to processes with the heap they ship with.
 */
@Tag("slow")
final class GiantRecordsIT {
  private static final Duration BOUND = Duration.ofMinutes(2);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int TENANTS = 12;

  /** More than the catalog's heap, and a good part of the gate's. */
  private static final int GIANT = 450_000_000;

  private static final int HUNDREDS = 300;

  @Test
  void neitherGateNorCatalogIsStoppedByWhatNoHeapCanHold(@TempDir Path data) throws Exception {
    try (var stack = LocalStack.start(new StackConfig(0, 0, 0, data, 1, 8))) {
      var catalog = stack.process("catalog");
      runs(stack, "before");

      GiantSender.send(stack.bootstrap(), "gzip", Topics.RUNS, GIANT, 1);
      GiantSender.send(stack.bootstrap(), "zstd", Topics.COMMANDS, GIANT, 1);
      GiantSender.send(stack.bootstrap(), "lz4", Topics.TENANTS, GIANT, 1);
      GiantSender.send(stack.bootstrap(), "zstd", Topics.RUNS, 1_900_000, HUNDREDS);
      runs(stack, "meanwhile");

      Awaitility.await().atMost(BOUND).until(() -> stack.process("catalog") != catalog);
      runs(stack, "afterwards");
      Awaitility.await().atMost(BOUND).until(() -> tells(history(stack), Topics.RUNS));
      Awaitility.await().atMost(BOUND).until(() -> tells(history(stack), Topics.COMMANDS));
      Awaitility.await().atMost(BOUND).until(() -> tells(history(stack), Topics.TENANTS));
      assertThat(Checker.check(history(stack), Map.of("free", 2, "pro", 20)).violations())
          .isEmpty();
    }
  }

  /** A run of each of some tenants, of every partition, ends. */
  private static void runs(LocalStack stack, String id) {
    var client = new GatewayJson(URI.create(stack.gatewayUrl()));
    for (int tenant = 0; tenant < TENANTS; tenant++) {
      var body = JSON.createObjectNode().put("agent", "echo").put("run_id", id).toString();
      var record = "{\"tenant\":\"tenant-%d\",%s".formatted(tenant, body.substring(1));
      submit(stack, "tenant-" + tenant, record);
    }
    for (int tenant = 0; tenant < TENANTS; tenant++) {
      var name = "tenant-" + tenant;
      var end =
          Awaitility.await()
              .atMost(BOUND)
              .ignoreExceptions()
              .until(
                  () -> client.get(name, id, Duration.ofSeconds(5)),
                  answer -> answer.has("completed_at"));
      assertThat(end.path("status").asText()).as(end.toString()).isEqualTo("SUCCEEDED");
    }
  }

  private static void submit(LocalStack stack, String tenant, String value) {
    Map<String, Object> settings = Map.of("bootstrap.servers", stack.bootstrap());
    try (var producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      byte[] key = tenant.getBytes(StandardCharsets.UTF_8);
      producer.send(new ProducerRecord<>(Topics.RUNS, key, value.getBytes(StandardCharsets.UTF_8)));
    }
  }

  private static History history(LocalStack stack) {
    return new TopicHistoryReader(stack.bootstrap(), stack.registry(), "").read();
  }

  private static boolean tells(History history, String topic) {
    return history.decisions().stream()
        .map(History.Decided::decision)
        .anyMatch(
            one ->
                one.getKind() == DecisionKind.ALARM
                    && one.getReason().contains("record too large: " + topic + "-0"));
  }
}
