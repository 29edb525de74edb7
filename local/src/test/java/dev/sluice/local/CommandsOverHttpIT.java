package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.client.SluiceException;
import dev.sluice.embedded.TestBroker;
import dev.sluice.gateway.Gateway;
import dev.sluice.gateway.GatewayConfig;
import dev.sluice.gateway.cli.GatewayJson;
import dev.sluice.schemas.serde.SluiceSerdes;
import dev.sluice.schemas.topic.CatalogueConfig;
import dev.sluice.schemas.topic.TopicAdmin;
import dev.sluice.schemas.topic.TopicCatalogue;
import dev.sluice.schemas.topic.Topics;
import dev.sluice.topology.catalog.CatalogConfig;
import dev.sluice.topology.catalog.CatalogServer;
import dev.sluice.v1.CommandKind;
import dev.sluice.v1.DeadLetter;
import dev.sluice.v1.DeadLetterKind;
import dev.sluice.v1.Decision;
import dev.sluice.v1.DecisionKind;
import dev.sluice.v1.RunCommand;
import dev.sluice.v1.RunCompleted;
import dev.sluice.v1.RunStatus;
import dev.sluice.v1.RunSubmitted;
import dev.sluice.v1.RunSummary;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Signals, cancels and redrives on their way from HTTP to {@code commands}, by a gateway and a
 * catalog; what the gate would tell the catalog is written by hand.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // set before all tests
final class CommandsOverHttpIT {
  private static final Duration BOUND = Duration.ofSeconds(60);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MANY = 2_500;

  private final TestBroker broker = TestBroker.shared();
  private final TopicCatalogue topics =
      new TopicCatalogue(CatalogueConfig.local().withPrefix(broker.uniquePrefix()));
  private final SluiceSerdes serdes =
      SluiceSerdes.create(Map.of("schema.registry.url", broker.registry().url().toString()));
  private KafkaProducer<byte[], byte[]> producer;
  private CatalogServer catalog;
  private Gateway gateway;
  private GatewayJson client;

  @BeforeAll
  void start(@TempDir Path dir) {
    Map<String, Object> kafka = Map.of("bootstrap.servers", broker.bootstrapServers());
    try (var admin = Admin.create(kafka)) {
      TopicAdmin.create(admin, topics);
    }
    producer = new KafkaProducer<>(kafka, new ByteArraySerializer(), new ByteArraySerializer());
    catalog = CatalogServer.start(CatalogConfig.from(settings("state.dir", dir.toString()), false));
    gateway =
        Gateway.start(
            GatewayConfig.from(
                settings(
                    "catalogs",
                    catalog.address(),
                    "answer.within.ms",
                    "10000",
                    "http.auth",
                    "none"),
                false));
    client = new GatewayJson(URI.create(gateway.address()));
    Awaitility.await().atMost(BOUND).until(catalog::isRunning);
  }

  @AfterAll
  void stop() {
    gateway.close();
    catalog.close();
    producer.close();
  }

  private Map<String, String> settings(String... more) {
    var settings = new HashMap<String, String>();
    settings.put("bootstrap.servers", broker.bootstrapServers());
    settings.put("schema.registry.url", broker.registry().url().toString());
    settings.put("topic.prefix", topics.config().prefix());
    settings.put("http.port", "0");
    for (int i = 0; i < more.length; i += 2) {
      settings.put(more[i], more[i + 1]);
    }
    return settings;
  }

  // --- what the gate would write

  private <T extends SpecificRecord> void write(
      String topic, String tenant, Class<T> type, T record) {
    var name = topics.name(topic);
    byte[] value = serdes.serializer(type).serialize(name, record);
    producer.send(new ProducerRecord<>(name, tenant.getBytes(StandardCharsets.UTF_8), value));
  }

  private void decide(String tenant, String run, DecisionKind kind) {
    var summary = new RunSummary("a", "default", 0, Map.of(), 1L, null, null, null, 0, false, null);
    var decision =
        Decision.newBuilder()
            .setKind(kind)
            .setTenant(tenant)
            .setRunId(run)
            .setReason("test")
            .setEpoch(kind == DecisionKind.ACCEPT ? 0 : 1)
            .setAtMs(1)
            .setCauseTopic("test")
            .setCausePartition(0)
            .setCauseOffset(0)
            .setSubmission(kind == DecisionKind.ACCEPT ? summary : null)
            .build();
    write(Topics.DECISIONS, tenant, Decision.class, decision);
  }

  private void end(String tenant, String run, RunStatus status, int redrive) {
    var completed =
        RunCompleted.newBuilder()
            .setRunId(run)
            .setTenant(tenant)
            .setAgent("a")
            .setStatus(status)
            .setSubmittedAtMs(1)
            .setCompletedAtMs(2)
            .setEpochs(redrive + 1)
            .setAttempts(1)
            .setSteps(0)
            .setRedrive(redrive)
            .build();
    write(Topics.COMPLETIONS, tenant, RunCompleted.class, completed);
  }

  private void die(String tenant, String run, String agent) {
    decide(tenant, run, DecisionKind.ACCEPT);
    end(tenant, run, RunStatus.DEAD, 0);
    var letter =
        DeadLetter.newBuilder()
            .setKind(DeadLetterKind.DEAD_RUN)
            .setReason("Boom")
            .setTopic("journal")
            .setPartition(0)
            .setOffset(0)
            .setAtMs(2)
            .setTenant(tenant)
            .setRunId(run)
            .setAgent(agent)
            .build();
    write(Topics.DEAD_LETTERS, tenant, DeadLetter.class, letter);
  }

  /** Writes what a run leaves that ends dead, and waits until the gateway has read all of it. */
  private void standDead(String tenant, String run) {
    die(tenant, run, "a");
    Awaitility.await().atMost(BOUND).until(() -> status(tenant, run).equals("DEAD"));
    Awaitility.await().atMost(BOUND).until(() -> standing(tenant) == 1);
  }

  private void accept(String tenant, String run) {
    decide(tenant, run, DecisionKind.ACCEPT);
    Awaitility.await().atMost(BOUND).until(() -> status(tenant, run).equals("QUEUED"));
  }

  private String status(String tenant, String run) {
    try {
      return client.get(tenant, run, Duration.ZERO).path("status").asText();
    } catch (SluiceException e) {
      return "";
    }
  }

  // --- what came of it

  private <T extends SpecificRecord> List<T> read(String topic, Class<T> type) {
    var name = topics.name(topic);
    var found = new ArrayList<T>();
    Map<String, Object> kafka = Map.of("bootstrap.servers", broker.bootstrapServers());
    try (var consumer =
        new KafkaConsumer<>(kafka, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      var partitions =
          consumer.partitionsFor(name).stream()
              .map(one -> new TopicPartition(name, one.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      var ends = consumer.endOffsets(partitions);
      while (partitions.stream()
          .anyMatch(one -> consumer.position(one) < Objects.requireNonNull(ends.get(one)))) {
        for (var record : consumer.poll(Duration.ofMillis(200))) {
          found.add(serdes.deserializer(type).deserialize(name, record.value()));
        }
      }
    }
    return found;
  }

  private List<RunCommand> commands(String tenant) {
    return read(Topics.COMMANDS, RunCommand.class).stream()
        .filter(command -> command.getTenant().equals(tenant))
        .toList();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void writesASignalWithItsPayloadAndTheKeyAsItsName() {
    accept("signals", "r");

    var answer =
        client.signal("signals", "r", "go", bytes("{\"ok\":true}"), "application/json", "key-1");

    var command = commands("signals").get(0);
    assertThat(answer.path("command_id").asText()).isEqualTo("key-1");
    assertThat(command.getCommandId()).isEqualTo("key-1");
    assertThat(command.getKind()).isEqualTo(CommandKind.SIGNAL);
    assertThat(command.getRunId()).isEqualTo("r");
    assertThat(command.getName()).isEqualTo("go");
    assertThat(StandardCharsets.UTF_8.decode(command.getPayload()).toString())
        .isEqualTo("{\"ok\":true}");
  }

  @Test
  void writesASignalOfAnyBytesToAChild() {
    accept("bytes", "r~1");

    client.signal("bytes", "r~1", "go", new byte[] {0, 1, -1}, "application/octet-stream", null);

    var command = commands("bytes").get(0);
    assertThat(command.getRunId()).isEqualTo("r~1");
    assertThat(command.getContentType()).isEqualTo("application/octet-stream");
    assertThat(command.getPayload().remaining()).isEqualTo(3);
  }

  @Test
  void takesASignalOfTheLargestSizeAndNoLarger() {
    accept("large", "r");
    byte[] largest = new byte[1024 * 1024];

    client.signal("large", "r", "go", largest, "application/octet-stream", null);

    assertThat(commands("large")).hasSize(1);
    assertRefused(
        413,
        () ->
            client.signal(
                "large",
                "r",
                "go",
                new byte[largest.length + 1],
                "application/octet-stream",
                null));
  }

  @Test
  void refusesASignalThatCannotBeOne() {
    accept("wrong", "r");

    assertRefused(
        400, () -> client.signal("wrong", "r", "a b", new byte[0], "application/json", null));
    assertRefused(
        400, () -> client.signal("wrong", "r", "go", bytes("{"), "application/json", null));
    assertRefused(
        400,
        () -> client.signal("wrong", "r", "go", new byte[0], "application/json", "k".repeat(129)));
    assertThat(commands("wrong")).isEmpty();
  }

  @Test
  void writesACancel() {
    accept("cancels", "r");

    client.cancel("cancels", "r");

    assertThat(commands("cancels"))
        .extracting(RunCommand::getKind)
        .containsExactly(CommandKind.CANCEL);
  }

  @Test
  void asksForTheSameRedriveUnderTheSameName() {
    standDead("once", "r");

    int redrive = client.redrive("once", "r").path("redrive").asInt();
    client.redrive("once", "r");

    assertThat(redrive).isEqualTo(1);
    assertThat(commands("once"))
        .extracting(RunCommand::getCommandId)
        .containsExactly("redrive/r/1", "redrive/r/1");
  }

  @Test
  void usesUpNoNameOfARedriveForARunThatIsNotDead() {
    accept("alive", "r");

    client.redrive("alive", "r");

    assertThat(commands("alive").get(0).getCommandId()).doesNotStartWith("redrive/");
  }

  @Test
  void waitsForTheEndOfTheRedrive() {
    standDead("waits", "r");
    int redrive = client.redrive("waits", "r").path("redrive").asInt();

    var before = client.get("waits", "r", Duration.ofMillis(1), redrive);
    decide("waits", "r", DecisionKind.REDRIVE);
    end("waits", "r", RunStatus.SUCCEEDED, 1);
    var after = client.get("waits", "r", BOUND, redrive);

    assertThat(before.path("status").asText()).isEqualTo("DEAD");
    assertThat(after.path("status").asText()).isEqualTo("SUCCEEDED");
    Awaitility.await().atMost(BOUND).until(() -> standing("waits") == 0);
  }

  @Test
  void redrivesEveryRunThatStandsDead() {
    for (int i = 0; i < MANY; i++) {
      die("many", "r" + i, i % 2 == 0 ? "even" : "odd");
    }
    die("others", "r", "even");
    decide("many", "r0", DecisionKind.REDRIVE); // r0 no longer stands
    Awaitility.await().atMost(BOUND).until(() -> status("many", "r0").equals("QUEUED"));
    Awaitility.await().atMost(BOUND).until(() -> standing("many") == MANY - 1);

    int even = client.redriveAll("many", "even").path("requested").asInt();
    int all = client.redriveAll("many", null).path("requested").asInt();

    var asked = new HashSet<String>();
    commands("many").forEach(command -> asked.add(command.getCommandId()));
    assertThat(even).isEqualTo(MANY / 2 - 1);
    assertThat(all).isEqualTo(MANY - 1);
    assertThat(asked).hasSize(MANY - 1).doesNotContain("redrive/r0/1").contains("redrive/r1/1");
    assertThat(commands("others")).isEmpty();
  }

  /** How many dead letters all pages together have. */
  private int standing(String tenant) {
    int found = 0;
    var query = new HashMap<>(Map.of("tenant", tenant, "limit", "700"));
    while (true) {
      var page = client.deadLetters(query);
      found += page.path("dead_letters").size();
      if (page.path("next").isNull()) {
        return found;
      }
      query.put("after", page.path("next").asText());
    }
  }

  // --- submissions

  private static ObjectNode submission(String json) throws IOException {
    return (ObjectNode) JSON.readTree(json);
  }

  @Test
  void writesWhatASubmissionSaysOfItsTree() throws IOException {
    client.submit(
        "tree",
        submission(
            """
            {"agent": "a", "run_id": "r", "budget": {"calls": 100}, "budget_reserve": {"calls": 7},
             "limits": {"max_children": 3, "max_depth": 2},
             "retry": {"max_attempts": 5, "backoff": "PT2S"}}
            """),
        null);

    var run =
        read(Topics.SUBMISSIONS, RunSubmitted.class).stream()
            .filter(one -> one.getTenant().equals("tree"))
            .findFirst()
            .orElseThrow();
    assertThat(run.getBudget()).isEqualTo(Map.of("calls", 100L));
    assertThat(run.getBudgetReserve()).isEqualTo(Map.of("calls", 7L));
    assertThat(run.getLimits().getMaxChildren()).isEqualTo(3);
    assertThat(run.getLimits().getMaxDescendants()).isNull();
    assertThat(run.getRetry().getMaxAttempts()).isEqualTo(5);
    assertThat(run.getRetry().getBackoffMs()).isEqualTo(2_000);
    assertThat(run.getRetry().getMaxBackoffMs()).isEqualTo(60_000);
  }

  @Test
  void refusesWhatCannotBeOfATreeAndNamesTheField() throws IOException {
    assertWrong("{'agent':'a','budget':{'calls':-1}}", "budget.calls");
    assertWrong("{'agent':'a','budget':{'calls':1.5}}", "budget.calls");
    assertWrong("{'agent':'a','budget_reserve':{'calls':1}}", "budget_reserve.calls");
    assertWrong(
        "{'agent':'a','budget':{'calls':1},'budget_reserve':{'calls':2}}", "budget_reserve.calls");
    assertWrong("{'agent':'a','limits':{'max_kids':1}}", "limits.max_kids");
    assertWrong("{'agent':'a','limits':{'max_depth':'x'}}", "limits.max_depth");
    assertWrong("{'agent':'a','retry':{}}", "retry.max_attempts");
    assertWrong("{'agent':'a','retry':{'max_attempts':1,'backoff':'x'}}", "retry.backoff");
  }

  private void assertWrong(String json, String field) throws IOException {
    var body = submission(json.replace('\'', '"'));
    assertThatThrownBy(() -> client.submit("wrong", body, null))
        .isInstanceOfSatisfying(SluiceException.class, e -> assertThat(e.status()).isEqualTo(400))
        .hasMessageContaining(field);
  }

  private static void assertRefused(
      int status, org.assertj.core.api.ThrowableAssert.ThrowingCallable request) {
    assertThatThrownBy(request)
        .isInstanceOfSatisfying(
            SluiceException.class, e -> assertThat(e.status()).isEqualTo(status));
  }

  /** No gate decides here. */
  @Test
  void limitsThatNobodyDecidesOnAreAnsweredWithTheirPlace() throws Exception {
    var http = new HttpCaller(gateway.address());

    var sent = http.put("/v1/tenants/limited", "{\"max_in_flight\":3}", "If-None-Match", "*");

    assertThat(sent.status()).as(sent.http().body()).isEqualTo(202);
    assertThat(sent.header("ETag")).isEmpty();
    var at = sent.json().path("at").asText().split("-", 3);
    assertThat(http.get(sent.header("Location")).status()).isEqualTo(404);
    var decision =
        Decision.newBuilder()
            .setKind(DecisionKind.REFUSE)
            .setTenant("limited")
            .setReason("others are in force")
            .setEpoch(0)
            .setAtMs(1)
            .setCauseTopic(at[0])
            .setCausePartition(Integer.parseInt(at[1]))
            .setCauseOffset(Long.parseLong(at[2]))
            .build();
    write(Topics.DECISIONS, "limited", Decision.class, decision);
    var said = http.get(sent.header("Location") + "&wait=PT60S").json();
    assertThat(said.path("decision").asText()).isEqualTo("REFUSE");
    assertThat(said.path("reason").asText()).isEqualTo("others are in force");
  }
}
