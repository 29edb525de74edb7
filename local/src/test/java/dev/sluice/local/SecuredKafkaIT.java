package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.sluice.embedded.EmbeddedBroker;
import dev.sluice.embedded.RegistryServer;
import dev.sluice.gateway.Gateway;
import dev.sluice.gateway.GatewayConfig;
import dev.sluice.gateway.keys.ApiKey;
import dev.sluice.gateway.keys.KeyChanges;
import dev.sluice.gateway.keys.KeyRing;
import dev.sluice.gateway.keys.KeySpec;
import dev.sluice.gateway.keys.Role;
import dev.sluice.runner.Runner;
import dev.sluice.runner.RunnerConfig;
import dev.sluice.schemas.process.Alarms;
import dev.sluice.schemas.topic.CatalogueConfig;
import dev.sluice.schemas.topic.TopicAdmin;
import dev.sluice.schemas.topic.TopicCatalogue;
import dev.sluice.topology.catalog.CatalogConfig;
import dev.sluice.topology.catalog.CatalogServer;
import dev.sluice.topology.gate.GateServer;
import dev.sluice.topology.gate.config.GateConfig;
import dev.sluice.topology.gate.topic.IdsChangelog;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/**
 * On a broker that wants passwords and lets each process do no more than docs/operations.md says.
 */
final class SecuredKafkaIT {
  private static final String PREFIX = "acme.";
  private static final List<String> USERS =
      List.of("operator", "gate", "catalog", "gateway", "runner");
  private static final String DATED_BY = "message.timestamp.type";
  private static final String TO_BE_SET = " --add-config " + DATED_BY + "=LogAppendTime";
  private static final String LOGIN =
      "org.apache.kafka.common.security.plain.PlainLoginModule required ";

  @TempDir private Path dir;
  private final RegistryServer registry = RegistryServer.start(0, null);
  private final EmbeddedBroker broker =
      EmbeddedBroker.start(EmbeddedBroker.Config.defaults().withOverrides(secured()));

  private static Map<String, String> secured() {
    var users = USERS.stream().map(user -> "user_%s=\"%s\"".formatted(user, password(user)));
    var broker = Stream.of("username=\"operator\"", "password=\"" + password("operator") + "\"");
    var login = LOGIN + Stream.concat(broker, users).collect(Collectors.joining(" ")) + ";";
    return Map.of(
        "listener.security.protocol.map", "PLAINTEXT:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT",
        "inter.broker.listener.name", "PLAINTEXT",
        "sasl.enabled.mechanisms", "PLAIN",
        "sasl.mechanism.inter.broker.protocol", "PLAIN",
        "listener.name.plaintext.plain.sasl.jaas.config", login,
        "authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "super.users", "User:operator;User:ANONYMOUS");
  }

  private static String password(String user) {
    return user + "-secret";
  }

  private Map<String, Object> client(String user, String password) {
    var login = LOGIN + "username=\"%s\" password=\"%s\";".formatted(user, password);
    var settings = new HashMap<String, Object>();
    settings.put("bootstrap.servers", broker.bootstrapServers());
    settings.put("security.protocol", "SASL_PLAINTEXT");
    settings.put("sasl.mechanism", "PLAIN");
    settings.put("sasl.jaas.config", login);
    return settings;
  }

  private Map<String, String> settings(String user, String... more) {
    var settings = new HashMap<String, String>();
    client(user, password(user))
        .forEach((key, value) -> settings.put("kafka." + key, value.toString()));
    settings.remove("kafka.bootstrap.servers");
    settings.put("bootstrap.servers", broker.bootstrapServers());
    settings.put("schema.registry.url", registry.url().toString());
    settings.put("topic.prefix", PREFIX);
    settings.put("http.port", "0");
    for (int i = 0; i < more.length; i += 2) {
      settings.put(more[i], more[i + 1]);
    }
    return settings;
  }

  private static void allow(
      List<AclBinding> acls,
      String user,
      ResourceType type,
      PatternType pattern,
      String name,
      AclOperation... operations) {
    for (var operation : operations) {
      acls.add(
          new AclBinding(
              new ResourcePattern(type, PREFIX + name, pattern),
              new AccessControlEntry("User:" + user, "*", operation, AclPermissionType.ALLOW)));
    }
  }

  private static void allow(
      List<AclBinding> acls, String user, String topic, AclOperation... operations) {
    allow(acls, user, ResourceType.TOPIC, PatternType.LITERAL, topic, operations);
    allow(
        acls, user, ResourceType.TOPIC, PatternType.LITERAL, topic, AclOperation.DESCRIBE_CONFIGS);
  }

  /** The table of docs/operations.md. */
  private static List<AclBinding> documented() {
    var acls = new ArrayList<AclBinding>();
    var read = AclOperation.READ;
    var write = AclOperation.WRITE;
    for (var topic :
        List.of(
            "runs",
            "submissions",
            "commands",
            "tenants",
            "settings",
            "claims",
            "progress",
            "journal",
            "lookups")) {
      allow(acls, "gate", topic, read, write);
    }
    for (var topic :
        List.of("completions", "decisions", "dead-letters", "control", "dispatch.default")) {
      allow(acls, "gate", topic, write);
    }
    var own = new AclOperation[] {read, write, AclOperation.CREATE, AclOperation.ALTER};
    allow(acls, "gate", ResourceType.TOPIC, PatternType.PREFIXED, "sluice-gate-", own);
    allow(acls, "gate", ResourceType.GROUP, PatternType.LITERAL, "sluice-gate", read);
    allow(acls, "gate", ResourceType.GROUP, PatternType.LITERAL, "sluice-gate-lookups", read);
    for (var transactions : List.of("sluice-gate-", "claims.")) {
      allow(acls, "gate", ResourceType.TRANSACTIONAL_ID, PatternType.PREFIXED, transactions, write);
    }

    for (var topic : List.of("decisions", "completions", "tenants", "settings", "dead-letters")) {
      allow(acls, "catalog", topic, read);
    }
    allow(acls, "catalog", "journal", read, write);
    allow(acls, "catalog", "progress", read, write);
    allow(acls, "catalog", "dispatch.default", AclOperation.DESCRIBE);
    allow(acls, "catalog", ResourceType.TOPIC, PatternType.PREFIXED, "sluice-catalog-", own);
    allow(acls, "catalog", ResourceType.GROUP, PatternType.PREFIXED, "sluice-catalog-", read);

    for (var topic : List.of("submissions", "commands", "tenants", "settings")) {
      allow(acls, "gateway", topic, write);
    }
    for (var topic : List.of("outputs", "decisions", "completions")) {
      allow(acls, "gateway", topic, read);
    }
    allow(acls, "gateway", "journal", AclOperation.DESCRIBE);
    allow(acls, "gateway", "audit", write);
    allow(acls, "gateway", "keys", read);

    for (var topic : List.of("dispatch.default", "control")) {
      allow(acls, "runner", topic, read);
    }
    for (var topic : List.of("claims", "progress", "outputs")) {
      allow(acls, "runner", topic, write);
    }
    allow(acls, "runner", "journal", read, write);
    allow(acls, "runner", ResourceType.GROUP, PatternType.PREFIXED, "runners.", read);
    allow(acls, "runner", ResourceType.TRANSACTIONAL_ID, PatternType.PREFIXED, "claims.", write);
    return acls;
  }

  @BeforeEach
  void createTopicsAndAcls() throws Exception {
    try (var admin = Admin.create(client("operator", password("operator")))) {
      TopicAdmin.create(admin, new TopicCatalogue(CatalogueConfig.local().withPrefix(PREFIX)));
      var acls = documented();
      admin.createAcls(acls).all().get();
      Awaitility.await()
          .atMost(TestCluster.BOUND)
          .until(
              () -> admin.describeAcls(AclBindingFilter.ANY).values().get().size() == acls.size());
    }
  }

  @AfterEach
  void stop() {
    broker.close();
    registry.close();
  }

  private GateServer gate() {
    var state = dir.resolve("gate").toString();
    var settings = settings("gate", "state.dir", state, "agent.wait.ms", "10000");
    return GateServer.start(GateConfig.from(settings));
  }

  @Test
  void theWholePathNeedsNoMoreThanIsDocumented() throws Exception {
    var state = dir.resolve("catalog").toString();
    try (var gate = gate();
        var runner =
            Runner.start(
                RunnerConfig.from(settings("runner", "data.dir", dir.toString())),
                TestCluster.sampleAgents(),
                () -> {});
        var catalog =
            CatalogServer.start(
                CatalogConfig.from(settings("catalog", "state.dir", state), false));
        var gateway =
            Gateway.start(
                GatewayConfig.from(
                    settings("gateway", "catalogs", catalog.address(), "answer.within.ms", "20000"),
                    false))) {
      Awaitility.await()
          .atMost(TestCluster.BOUND)
          .until(() -> gate.isRunning() && catalog.isRunning());
      assertThat(runner.incarnation()).isNotEmpty();
      var key = adminKey();
      var http = new HttpCaller(gateway.address(), key);
      Awaitility.await()
          .atMost(TestCluster.BOUND)
          .until(
              () -> http.get("/readyz").status() == 200 && http.get("/v1/tenants").status() == 200);
      assertThat(http.put("/v1/tenants/acme", "{\"max_in_flight\":2}").status()).isEqualTo(200);

      var accepted =
          http.post(
              "/v1/tenants/acme/runs", "{\"agent\":\"echo\",\"run_id\":\"r\",\"input\":{\"a\":1}}");
      assertThat(accepted.status()).as(accepted.http().body()).isEqualTo(202);
      Awaitility.await()
          .atMost(TestCluster.BOUND)
          .until(
              () ->
                  http.get("/v1/tenants/acme/runs/r")
                      .json()
                      .path("status")
                      .asText()
                      .equals("SUCCEEDED"));
      Awaitility.await()
          .atMost(TestCluster.BOUND)
          .until(
              () -> http.get("/v1/pools/default/scaling").json().path("slots_per_worker").asInt(),
              heard -> heard > 1);
      try (var stream =
          EventCaller.openWithKey(gateway.address() + "/v1/tenants/acme/runs/r/events", key)) {
        var end = stream.toEnd().getLast();
        assertThat(end.name()).isEqualTo("end");
        assertThat(end.data().path("truncated").asBoolean(true)).as("%s", end).isFalse();
      }
    }
  }

  /** Made on Kafka, by whoever may write there. */
  private String adminKey() throws InterruptedException {
    var kafka = new HashMap<String, String>();
    client("operator", password("operator"))
        .forEach((name, value) -> kafka.put(name, value.toString()));
    try (var ring = new KeyRing(kafka, PREFIX)) {
      ring.start();
      assertThat(ring.await(-1, TestCluster.BOUND)).isTrue();
      var spec = new KeySpec(ApiKey.ALL, Set.of(Role.ADMIN), "", KeySpec.LASTING);
      return new KeyChanges(kafka, PREFIX, ring).create(spec, System.currentTimeMillis()).text();
    }
  }

  /** Its watchdog may end a transaction that a dead runner left open. */
  @Test
  void theGateMayEndARunnersTransaction() {
    var settings = client("runner", password("runner"));
    settings.put("transactional.id", PREFIX + "claims.left-open");
    try (var gate = gate();
        var producer =
            new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      Awaitility.await().atMost(TestCluster.BOUND).until(gate::isRunning);
      producer.initTransactions();
      producer.beginTransaction();
      Awaitility.await()
          .atMost(TestCluster.BOUND)
          .untilAsserted(
              () ->
                  assertThatThrownBy(
                          () ->
                              producer
                                  .send(
                                      new ProducerRecord<>(
                                          PREFIX + "claims",
                                          "acme".getBytes(StandardCharsets.UTF_8),
                                          new byte[] {0}))
                                  .get())
                      .hasRootCauseInstanceOf(InvalidProducerEpochException.class));
    }
  }

  @Test
  void saysWhoMayNotDoWhat() {
    var wrong = settings("gate", "state.dir", dir.resolve("gate").toString());
    wrong.computeIfPresent("kafka.sasl.jaas.config", (key, login) -> login.replace("-secret", ""));
    assertThatThrownBy(() -> GateServer.start(GateConfig.from(wrong)))
        .isInstanceOf(SaslAuthenticationException.class)
        .hasMessageContaining("Authentication failed");
    wrong.remove("state.dir");
    try (var gateway = Gateway.start(GatewayConfig.from(wrong, false))) {
      var http = new HttpCaller(gateway.address());
      Awaitility.await()
          .atMost(TestCluster.BOUND)
          .until(() -> http.get("/readyz").http().body().contains("Authentication failed"));
    }
    var asGateway = settings("gateway", "data.dir", dir.toString());
    assertThatThrownBy(() -> Runner.start(RunnerConfig.from(asGateway), List.of(), () -> {}))
        .isInstanceOf(KafkaException.class)
        .hasMessageContaining("not allowed to look at acme.");
  }

  /** A gate of before created it; what this one may do about it depends on its rights. */
  @Test
  void saysWhatToDoAboutIdsThatAreDatedWrongOrDoesIt() throws Exception {
    var changelog = PREFIX + "sluice-gate-gate-ids-changelog";
    var config = GateConfig.from(settings("gate", "state.dir", dir.resolve("gate").toString()));
    var alarms = new Alarms();
    var said = new ListAppender<ILoggingEvent>();
    said.start();
    var logger = (Logger) LoggerFactory.getLogger(IdsChangelog.class);
    logger.addAppender(said);
    try (var operator = Admin.create(client("operator", password("operator")));
        var gate = Admin.create(client("gate", password("gate")))) {
      var wrong = Map.of(DATED_BY, "CreateTime");
      operator
          .createTopics(List.of(new NewTopic(changelog, 1, (short) 1).configs(wrong)))
          .all()
          .get();
      var ids = new IdsChangelog(config, gate, alarms);

      ids.look();
      ids.look();

      assertThat(said.list)
          .as("said once by a gate with the rights of docs/operations.md")
          .singleElement()
          .extracting(ILoggingEvent::getFormattedMessage, STRING)
          .contains("may not describe " + changelog, changelog + TO_BE_SET);
      assertThat(alarms.lines()).isEmpty();

      grant(operator, AclOperation.DESCRIBE_CONFIGS);
      awaitAfterLooks(
          ids,
          () -> assertThat(alarms.lines()).singleElement(STRING).contains(changelog + TO_BE_SET));

      grant(operator, AclOperation.ALTER_CONFIGS);
      awaitAfterLooks(ids, () -> assertThat(alarms.lines()).isEmpty());
      assertThat(TopicAdmin.configs(operator, Set.of(changelog)).get(changelog))
          .containsEntry(DATED_BY, "LogAppendTime");
    } finally {
      logger.detachAppender(said);
    }
  }

  private static void grant(Admin operator, AclOperation operation) throws Exception {
    var acls = new ArrayList<AclBinding>();
    allow(acls, "gate", ResourceType.TOPIC, PatternType.PREFIXED, "sluice-gate-", operation);
    operator.createAcls(acls).all().get();
  }

  /** The broker takes a moment to know a right. */
  private static void awaitAfterLooks(IdsChangelog ids, ThrowingRunnable expected) {
    Awaitility.await()
        .atMost(TestCluster.BOUND)
        .untilAsserted(
            () -> {
              ids.look();
              expected.run();
            });
  }
}
