package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.app.Main;
import dev.sluice.local.stack.Child;
import dev.sluice.schemas.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two gateways as processes that take API keys, and the command line that makes them. */
final class ApiKeysIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int HEAP_MB = 64;
  private static final String ECHO = "{\"agent\":\"echo\",\"run_id\":\"mine\"}";

  /** The longest time until every gateway refuses a key that was revoked. */
  private static final Duration REVOKED_WITHIN = Duration.ofSeconds(5);

  private final TestCluster cluster = new TestCluster();
  private final Child first = start("first");
  private final Child second = start("second");
  private final String one = first.awaitReady();
  private final String two = second.awaitReady();

  private Child start(String name) {
    var arguments =
        List.of(
            "gateway",
            "--bootstrap",
            bootstrap(),
            "--registry",
            cluster.registry().toString(),
            "--prefix",
            cluster.prefix,
            "--set",
            "http.port=0",
            "--set",
            "catalogs=http://127.0.0.1:1");
    return Child.start("gateway", HEAP_MB, cluster.dir.resolve(name + ".log"), arguments);
  }

  private String bootstrap() {
    return String.valueOf(cluster.client().get("bootstrap.servers"));
  }

  @AfterEach
  void stop() {
    first.kill();
    second.kill();
    cluster.close();
  }

  /** What a command prints, as a process of its own. */
  private JsonNode keys(String... arguments) throws Exception {
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "keys"));
    command.addAll(List.of(arguments));
    var said = Files.createTempFile(cluster.dir, "said", ".err");
    var process = new ProcessBuilder(command).redirectError(said.toFile()).start();
    process.getOutputStream().close();
    var out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(Files.readString(said)).isZero();
    return JSON.readTree(out);
  }

  private String firstKey() throws Exception {
    var made =
        keys(
            "create",
            "--bootstrap",
            bootstrap(),
            "--prefix",
            cluster.prefix,
            "--tenant",
            "*",
            "--roles",
            "admin");
    return made.path("key").asText();
  }

  private static void awaitReady(String url) {
    var http = new HttpCaller(url);
    Awaitility.await()
        .atMost(TestCluster.BOUND)
        .until(() -> http.get("/readyz/submissions").status() == 200);
  }

  @Test
  void letsInWhoHasAKeyForAsLongAsItIsInForce() throws Exception {
    awaitReady(one);
    awaitReady(two);
    new HttpCaller(one).get("/v1/keys").assertProblem(401, "API key");
    new HttpCaller(one, "slk_0123456789ab_" + "A".repeat(43))
        .post("/v1/tenants/acme/runs", ECHO)
        .assertProblem(401, "not known");

    var admin = firstKey();
    Awaitility.await()
        .atMost(TestCluster.BOUND)
        .until(() -> new HttpCaller(one, admin).get("/v1/keys").status() == 200);
    var made = keys("create", "--url", one, "--key", admin, "--tenant", "acme");
    var key = made.path("key").asText();
    var service = new HttpCaller(two, key);
    Awaitility.await()
        .atMost(TestCluster.BOUND)
        .until(() -> service.post("/v1/tenants/acme/runs", ECHO).status() == 202);

    service.post("/v1/tenants/globex/runs", ECHO).assertProblem(404, "no tenant globex");
    service.get("/v1/tenants/nobody/runs/x").assertProblem(404, "no tenant nobody");
    service.get("/v1/keys").assertProblem(403, "of all tenants");
    service.get("/v1/tenants").assertProblem(403, "of all tenants");
    service.put("/v1/tenants/acme", "{}").assertProblem(403, "of all tenants");

    var brief =
        keys("create", "--url", one, "--key", admin, "--tenant", "acme", "--expires-in", "PT1S");
    awaitRefused(new HttpCaller(one, brief.path("key").asText()));

    var id = made.path("id").asText();
    var next = keys("rotate", id, "--url", one, "--key", admin).path("key").asText();
    awaitRefused(service);
    var rotated = new HttpCaller(two, next);
    assertThat(rotated.post("/v1/tenants/acme/runs", ECHO).status()).isEqualTo(202);
    keys("revoke", next.substring(4, 16), "--url", one, "--key", admin);
    awaitRefused(rotated);

    var audited = audited();
    assertThat(audited)
        .anySatisfy(
            entry -> {
              assertThat(entry.path("who").asText()).isEqualTo("key:" + id);
              assertThat(entry.path("route").asText()).isEqualTo("POST /v1/tenants/{tenant}/runs");
              assertThat(entry.path("tenant").asText()).isEqualTo("acme");
              assertThat(entry.path("subject").asText()).isEqualTo("mine");
              assertThat(entry.path("from").asText()).isEqualTo("127.0.0.1");
              assertThat(entry.path("status").asInt()).isEqualTo(202);
            })
        .anySatisfy(
            entry -> {
              assertThat(entry.path("tenant").asText()).isEqualTo("globex");
              assertThat(entry.path("status").asInt()).isEqualTo(404);
            });
    assertNoSecret(audited.toString(), admin, key, next);
    for (var log : List.of("first.log", "second.log")) {
      assertNoSecret(Files.readString(cluster.dir.resolve(log)), admin, key, next);
    }
    assertNoSecret(records(Topics.KEYS, found -> found.size() >= 6).toString(), admin, key, next);
  }

  private static void awaitRefused(HttpCaller caller) {
    Awaitility.await()
        .atMost(REVOKED_WITHIN)
        .until(() -> caller.post("/v1/tenants/acme/runs", ECHO).status() == 401);
  }

  private static void assertNoSecret(String text, String... keys) {
    for (var key : keys) {
      assertThat(text).doesNotContain(key.substring(17));
    }
  }

  /** With the submission and the refusal among them; each partition is read by itself. */
  private List<JsonNode> audited() throws Exception {
    var entries = new ArrayList<JsonNode>();
    for (var record :
        records(
            Topics.AUDIT,
            found ->
                found.stream().anyMatch(one -> one.contains("\"tenant\":\"globex\""))
                    && found.stream().anyMatch(one -> one.contains("\"subject\":\"mine\"")))) {
      entries.add(JSON.readTree(record));
    }
    return entries;
  }

  /** The values of a topic, once they are enough. */
  private List<String> records(String topic, Predicate<List<String>> enough) {
    var found = new ArrayList<String>();
    var text = new StringDeserializer();
    var settings = cluster.client();
    settings.put("auto.offset.reset", "earliest");
    try (var consumer = new KafkaConsumer<>(settings, text, text)) {
      var places = new ArrayList<TopicPartition>();
      for (int i = 0; i < cluster.topics.spec(topic).partitions(); i++) {
        places.add(new TopicPartition(cluster.topics.name(topic), i));
      }
      consumer.assign(places);
      consumer.seekToBeginning(places);
      Awaitility.await()
          .atMost(TestCluster.BOUND)
          .pollInSameThread()
          .until(
              () -> {
                consumer
                    .poll(Duration.ofMillis(200))
                    .forEach(record -> found.add(String.valueOf(record.value())));
                return enough.test(found);
              });
    }
    return found;
  }
}
