package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.app.Main;
import dev.sluice.embedded.TestBroker;
import dev.sluice.schemas.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The client's commands as processes: what they print where, and how they end. */
final class CommandLineIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static HttpBed bed;

  @BeforeAll
  static void start() {
    bed = new HttpBed();
  }

  @AfterAll
  static void stop() {
    bed.close();
  }

  private record Ended(int exit, String out, String err) {
    JsonNode json() throws Exception {
      assertThat(exit).as(err).isZero();
      return JSON.readTree(out);
    }

    /** One line on standard error, nothing on standard output, exit code 2. */
    void assertWrongUse(String... words) {
      assertThat(exit).as(err).isEqualTo(2);
      assertThat(out).isEmpty();
      assertThat(err.lines().toList()).hasSize(1);
      assertThat(err).contains(words);
    }
  }

  private static Ended sluice(String... arguments) throws Exception {
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
    command.addAll(List.of(arguments));
    var process = new ProcessBuilder(command).start();
    try {
      process.getOutputStream().close();
      var err = new StringBuilder();
      var reader =
          Thread.ofVirtual()
              .start(
                  () ->
                      process
                          .errorReader(StandardCharsets.UTF_8)
                          .lines()
                          .forEach(line -> err.append(line).append('\n')));
      var out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      reader.join();
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      return new Ended(process.exitValue(), out, err.toString());
    } finally {
      process.destroyForcibly();
    }
  }

  private static Ended client(String... arguments) throws Exception {
    var all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--url", bed.gateway.address()));
    return sluice(all.toArray(String[]::new));
  }

  @Test
  void createsTopicsAndSaysWhatDiffers() throws Exception {
    var broker = TestBroker.shared();
    var prefix = broker.uniquePrefix();
    var where = List.of("--bootstrap", broker.bootstrapServers(), "--prefix", prefix);

    var missing = topics("check", where, "--replicas", "1");
    assertThat(missing.exit()).as(missing.err()).isEqualTo(1);
    assertThat(missing.out()).contains(prefix + "runs: topic should be there, is missing");

    var created = topics("create", where, "--replicas", "1", "--pools", "default,gpu");
    assertThat(created.exit()).as(created.err()).isZero();
    assertThat(created.out())
        .contains("created " + prefix + "runs", "created " + prefix + "dispatch.gpu");
    assertThat(topics("create", where, "--replicas", "1", "--pools", "default,gpu").out())
        .isEmpty();

    assertThat(topics("check", where, "--replicas", "1").exit()).isZero();
    var fewer = topics("check", where, "--replicas", "1", "--gate-partitions", "8");
    assertThat(fewer.exit()).isEqualTo(1);
    assertThat(fewer.out()).contains(prefix + "journal: partitions should be 8, is 4");

    var tooFewBrokers = topics("create", List.of("--bootstrap", broker.bootstrapServers()));
    assertThat(tooFewBrokers.exit()).isEqualTo(1);
    assertThat(tooFewBrokers.err()).contains("fewer brokers than --replicas 3", "--replicas 1");

    topics("create", where, "--gate-partitions", "0")
        .assertWrongUse("gate partitions must be 1 to 1000, got 0");
    topics("create", where, "--pools", "a b").assertWrongUse("a b");
  }

  @Test
  void topicsAreLookedAtAsTheFileOfAProcessSays(@TempDir Path dir) throws Exception {
    var broker = TestBroker.shared();
    var file = dir.resolve("gate.properties");
    Files.writeString(
        file,
        """
        bootstrap.servers=%s
        kafka.security.protocol=PLAINTEXT
        lease.ttl.ms=6000
        """
            .formatted(broker.bootstrapServers()));
    var where = List.of("--config", file.toString(), "--prefix", broker.uniquePrefix());
    var missing = topics("check", where);
    assertThat(missing.exit()).as(missing.err()).isEqualTo(1);
    assertThat(missing.out()).contains("runs: topic should be there, is missing");

    var prefix = broker.uniquePrefix();
    Files.writeString(
        file,
        "bootstrap.servers=%s%ntopic.prefix=%s%npools=fast,slow%n"
            .formatted(broker.bootstrapServers(), prefix));
    var created = topics("create", List.of("--config", file.toString(), "--replicas", "1"));
    assertThat(created.out())
        .contains(prefix + "runs", prefix + "dispatch.fast", prefix + "dispatch.slow");

    Files.writeString(file, "kafka.acks=0");
    topics("check", where).assertWrongUse("kafka.acks: must begin with kafka. and one of");
  }

  private static Ended topics(String what, List<String> where, String... more) throws Exception {
    var all = new ArrayList<>(List.of("topics", what));
    all.addAll(where);
    all.addAll(List.of(more));
    return sluice(all.toArray(String[]::new));
  }

  @Test
  void submitsReadsListsAndCancels() throws Exception {
    var ended =
        client("submit", "cli", "echo", "{\"a\":1}", "--run-id", "r1", "--wait", "PT60S").json();
    assertThat(ended.path("status").asText()).isEqualTo("SUCCEEDED");
    assertThat(ended.path("output").path("a").asInt()).isEqualTo(1);
    var accepted =
        client(
                "submit",
                "cli",
                "echo",
                "--idempotency-key",
                "k",
                "--label",
                "team=blue",
                "--priority",
                "3",
                "--max-duration",
                "PT1M",
                "--pool",
                "default")
            .json();
    assertThat(accepted.path("status").asText()).isEqualTo("SUBMITTED");
    var id = accepted.path("run_id").asText();

    assertThat(client("get", "cli", id, "--wait", "PT60S").json().path("run_id").asText())
        .isEqualTo(id);
    assertThat(client("get", "cli", "r1", "--journal").json().path("steps").isArray()).isTrue();
    var listed = client("list", "cli", "--label", "team=blue", "--status", "SUCCEEDED").json();
    assertThat(listed.path("runs")).hasSize(1);

    for (var late : List.of(List.of("cancel", "cli", "r1"), List.of("signal", "cli", "r1", "go"))) {
      var refused = client(late.toArray(String[]::new));
      assertThat(refused.exit()).as("%s of an ended run", late).isEqualTo(1);
      assertThat(refused.err()).contains("refused: the run has ended");
    }
    var notDead = client("dead-letters", "redrive", "cli", "r1");
    assertThat(notDead.exit()).isEqualTo(1);
    assertThat(notDead.err()).contains("refused: no dead run");
    assertThat(client("tenants", "cli", "--paused").exit()).isZero();
    Awaitility.await()
        .atMost(TestCluster.BOUND)
        .until(() -> bed.http.get("/v1/tenants/cli").json().path("paused").asBoolean());
    client("submit", "cli", "echo", "1", "--run-id", "r3");
    assertThat(client("cancel", "cli", "r3").json().path("run_id").asText()).isEqualTo("r3");
    assertThat(client("get", "cli", "r3", "--wait", "PT60S").json().path("status").asText())
        .isEqualTo("CANCELLED");
  }

  @Test
  void showsAndReplacesTenants() throws Exception {
    var set = client("tenants", "cli-t", "--plan", "pro", "--max-in-flight", "4", "--weight", "2");
    assertThat(set.exit()).as(set.err()).isZero();
    Awaitility.await()
        .atMost(TestCluster.BOUND)
        .until(() -> bed.http.get("/v1/tenants/cli-t").json().path("cap").asInt() == 4);
    assertThat(client("tenants", "cli-t").json().path("limits").path("plan").asText())
        .isEqualTo("pro");
    assertThat(client("tenants", "cli-t", "--plan", "gold", "--max-children", "7").exit()).isZero();
    bed.cluster.send(Topics.TENANTS, "cli-t", "{\"tenant\":\"cli-t\",\"max_in_flight\":-1}");
    Awaitility.await()
        .atMost(TestCluster.BOUND)
        .untilAsserted(
            () ->
                assertThat(bed.http.get("/v1/tenants/cli-t").json().path("limits_refused").asText())
                    .isEqualTo("max_in_flight must be at least 0, got -1"));
    Awaitility.await()
        .atMost(TestCluster.BOUND)
        .untilAsserted(
            () ->
                assertThat(client("tenants", "cli-t").json().path("limits").path("plan").asText())
                    .as("a plan that may come, appended again")
                    .isEqualTo("gold"));
    assertThat(client("tenants", "cli-t").json().path("cap").asInt()).as("as before").isEqualTo(4);
    assertThat(client("tenants").json().path("tenants").isArray()).isTrue();
    assertThat(client("dead-letters").json().path("dead_letters").isArray()).isTrue();
  }

  @Test
  void setsPoolsAndPlansAndTakesThemBack() throws Exception {
    var set = client("settings", "plan/cli", "--max-in-flight", "7", "--weight", "2");
    assertThat(set.exit()).as(set.err()).isZero();
    assertThat(set.json().path("in_force").asInt()).isEqualTo(4);
    client("settings", "plan/cli", "--max-in-flight", "8").json();
    var value = client("settings", "plan/cli").json().path("value");
    assertThat(value.path("max_in_flight").asInt()).isEqualTo(8);
    assertThat(value.path("weight").asDouble()).as("as before").isEqualTo(2.0);
    client("settings", "plan/cli", "--max-in-flight", "9", "--replace").json();
    assertThat(client("settings", "plan/cli").json().path("value").path("weight").isNull())
        .isTrue();
    client("settings", "pool/cli", "--closed").json();
    assertThat(client("settings").json().path("settings").findValuesAsText("setting"))
        .contains("plan/cli", "pool/cli");

    client("settings", "agent/cli", "--paused", "--max-starts-per-minute", "60").json();
    client("settings", "agent/cli", "--no-paused").json();
    var brake = client("settings", "agent/cli").json().path("value");
    assertThat(brake.path("paused").asBoolean()).isFalse();
    assertThat(brake.path("max_starts_per_minute").asInt()).isEqualTo(60);
    client("settings", "agent/cli", "--remove").json();
    client("settings", "plan/cli", "--remove").json();
    client("settings", "pool/cli", "--remove").json();

    assertThat(client("settings").json().path("settings").findValuesAsText("setting"))
        .doesNotContain("plan/cli", "pool/cli");
    assertThat(client("settings", "plan/cli").err()).contains("nothing is set for plan/cli");
    assertThat(client("settings", "pool/CLI", "--closed").exit()).isEqualTo(2);
    assertThat(client("settings", "cli", "--closed").exit()).isEqualTo(2);
    assertThat(client("settings", "plan/cli", "--closed").err()).contains("closed");
    assertThat(client("settings", "--closed").err()).contains("name the SETTING");
  }

  @Test
  void aFlagChangesTheLimitThatItNamesAndNoOther() throws Exception {
    client("tenants", "cli-u", "--plan", "pro", "--max-in-flight", "4", "--weight", "2.5").json();
    client("tenants", "cli-u", "--paused").json();
    client("tenants", "cli-u", "--max-live", "70").json();

    var limits = client("tenants", "cli-u").json().path("limits");
    assertThat(limits.path("plan").asText()).isEqualTo("pro");
    assertThat(limits.path("max_in_flight").asInt()).isEqualTo(4);
    assertThat(limits.path("weight").asDouble()).isEqualTo(2.5);
    assertThat(limits.path("max_live").asInt()).isEqualTo(70);
    assertThat(limits.path("paused").asBoolean()).isTrue();

    client("tenants", "cli-u", "--no-paused").json();
    var running = client("tenants", "cli-u").json().path("limits");
    assertThat(running.path("paused").asBoolean()).isFalse();
    assertThat(running.path("max_live").asInt()).isEqualTo(70);

    client("tenants", "cli-u", "--replace", "--max-in-flight", "3").json();
    var replaced = client("tenants", "cli-u").json().path("limits");
    assertThat(replaced.path("max_in_flight").asInt()).isEqualTo(3);
    assertThat(replaced.path("plan").isNull()).isTrue();
    assertThat(replaced.path("max_live").isNull()).isTrue();
    sluice("tenants", "--replace").assertWrongUse("TENANT");
  }

  @Test
  void aWrongFlagOrValueIsOneLineAndExitCode2() throws Exception {
    sluice("submit", "cli", "echo", "--colour", "red").assertWrongUse("--colour");
    sluice("submit", "cli").assertWrongUse("AGENT");
    sluice("get", "cli", "r", "--wait", "soon").assertWrongUse("--wait", "soon");
    client("list", "cli", "--limit", "5000").assertWrongUse("limit must be 1 to 1000");
    client("submit", "cli", "echo", "{").assertWrongUse("INPUT must be JSON");
    client("submit", "cli", "echo", "--priority", "500").assertWrongUse("priority");
    sluice("tenants", "--paused").assertWrongUse("TENANT");
    sluice("frobnicate").assertWrongUse("frobnicate");
    sluice("gateway", "--set", "http.port=80x").assertWrongUse("http.port", "bootstrap.servers");
    sluice("gate", "--bootstrap", "localhost:1", "--registry", "nonsense")
        .assertWrongUse("nonsense");
  }

  @Test
  void anAgentThatCannotBeLoadedIsOneLineAndExitCode2(@TempDir Path dir) throws Exception {
    var text = Files.writeString(dir.resolve("agents.txt"), "no jar");
    runner("--agents", text.toString()).assertWrongUse("agents.txt is no jar");
    runner("--agents", dir.toString()).assertWrongUse("no agent in " + dir);
    runner("--agents", "").assertWrongUse("--agents");
  }

  @Test
  void aPlaceWhereNothingCanBeKeptIsOneLineAndExitCode2(@TempDir Path dir) throws Exception {
    var file = Files.createFile(dir.resolve("file")).toString();
    runner("--set", "data.dir=" + file).assertWrongUse(file);
    runner("--set", "data.dir=").assertWrongUse("data.dir: must name a folder");
    sluice("gate", "--bootstrap", "localhost:1", "--registry", "http://r", "--set", "state.dir=")
        .assertWrongUse("state.dir: must name a folder");
    sluice("up", "--data", "").assertWrongUse("--data must name a folder");
    sluice("up", "--data", file, "--http", "0", "--kafka", "0", "--registry", "0")
        .assertWrongUse(file);
    sluice("broker", "--data", "").assertWrongUse("--data must name a folder");
  }

  private static Ended runner(String... more) throws Exception {
    var arguments =
        new ArrayList<>(List.of("runner", "--bootstrap", "localhost:1", "--registry", "http://r"));
    arguments.addAll(List.of(more));
    return sluice(arguments.toArray(String[]::new));
  }

  @Test
  void whatFailsIsToldOnStandardErrorWithExitCode1() throws Exception {
    var unknown = client("get", "cli", "no-such-run");
    assertThat(unknown.exit()).isEqualTo(1);
    assertThat(unknown.out()).isEmpty();
    assertThat(unknown.err()).contains("no run no-such-run of tenant cli");
    var nobody = sluice("list", "cli", "--url", "http://127.0.0.1:1");
    assertThat(nobody.exit()).isEqualTo(1);
    assertThat(nobody.err()).contains("no gateway answers at http://127.0.0.1:1");
  }

  @Test
  void everyCommandHasHelpOnStandardOutput() throws Exception {
    var help = sluice("--help");
    assertThat(help.exit()).isZero();
    assertThat(help.out()).contains("submit", "get", "list", "cancel", "tenants", "dead-letters");
    assertThat(sluice("submit", "--help").out()).contains("--idempotency-key", "--wait");
  }
}
