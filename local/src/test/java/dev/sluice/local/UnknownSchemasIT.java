package dev.sluice.local;

import static dev.sluice.local.ServiceSchemas.register;
import static dev.sluice.local.ServiceSchemas.run;
import static dev.sluice.local.ServiceSchemas.schema;
import static dev.sluice.local.ServiceSchemas.wire;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.schemas.topic.Topics;
import dev.sluice.topology.gate.GateServer;
import dev.sluice.v1.DeadLetter;
import dev.sluice.v1.Decision;
import dev.sluice.v1.RunCompleted;
import dev.sluice.v1.RunStatus;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Future;
import org.apache.avro.Schema;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Records of schemas that the registry does not know yet hold up nobody, and wait for it. */
@Tag("slow")
final class UnknownSchemasIT {
  private static final int JUNK = 20_000;

  /** Far above what the registry gives out in this test. */
  private static final int UNKNOWN_ID = 1_000_000_000;

  private static final List<String> TOPICS = List.of(Topics.RUNS, Topics.COMMANDS, Topics.TENANTS);

  /** On a quiet machine three seconds; the tests share this one. */
  private static final Duration LONGEST = Duration.ofSeconds(6);

  private static final Duration BOUND = Duration.ofSeconds(60);

  private static RegistryDoor door;
  private static TestCluster cluster;
  private static KafkaProducer<byte[], byte[]> producer;

  @SuppressWarnings("NullAway.Init") // started before all tests
  private static GateServer gate;

  private static int tests;

  private String test;

  @BeforeAll
  static void start() throws Exception {
    door = new RegistryDoor();
    cluster = new TestCluster();
    Map<String, Object> settings = new HashMap<>(cluster.client());
    settings.put("linger.ms", "5");
    producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    startGate();
    cluster.startRunner("w", 16);
    cluster.submit("healthy", "first", "echo", "1");
    cluster.awaitCompletions(1);
  }

  private static void startGate() {
    gate =
        cluster.startGate(
            Map.of("schema.registry.url", door.url(), "schema.unknown.after.ms", "5000"));
  }

  @AfterAll
  static void stop() {
    producer.close();
    cluster.close();
    door.close();
  }

  @BeforeEach
  void name() {
    test = "t" + tests++;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void manyHoldUpNobodyAndAllAreDeadLettersInTheEnd(boolean areDistinct) throws Exception {
    var next = schema("next_" + areDistinct);
    int late = register(schema("before_" + areDistinct)) + 1;
    var sent = new ArrayList<Future<RecordMetadata>>();
    for (int i = 0; i < JUNK; i++) {
      var topic = cluster.prefix + TOPICS.get(i % TOPICS.size());
      var key = ("junk-" + i % 8).getBytes(StandardCharsets.UTF_8);
      int id = UNKNOWN_ID + (areDistinct ? i : 0);
      sent.add(producer.send(new ProducerRecord<>(topic, key, wire(id, new byte[3]))));
    }
    producer.flush();

    var took = new ArrayList<Duration>();
    for (int i = 0; i < 10; i++) {
      long begun = System.nanoTime();
      cluster.submit("healthy", test + "-" + i, "echo", "1");
      awaitEnds("healthy", test + "-" + i);
      took.add(Duration.ofNanos(System.nanoTime() - begun));
    }
    assertThat(took).allSatisfy(each -> assertThat(each).isLessThan(LONGEST));

    // A new service's first record waits among them, under an id that the junk has used, too.
    send(Topics.RUNS, "junk-0", wire(late, new byte[3]));
    send(Topics.RUNS, test, wire(late, run(next, test, "new")));
    producer.flush();
    assertThat(register(next)).isEqualTo(late);
    awaitEnds(test, "new");

    if (!areDistinct) {
      var places = new HashSet<String>();
      for (var one : sent) {
        var at = one.get();
        if (at.topic().endsWith(Topics.TENANTS)) {
          continue; // such are told as decisions
        }
        places.add(at.topic() + "-" + at.partition() + "-" + at.offset());
      }
      try (var dead = new TopicReader<>(cluster, Topics.DEAD_LETTERS, DeadLetter.class)) {
        dead.await(
            all -> {
              all.forEach(
                  one ->
                      places.remove(
                          one.getTopic() + "-" + one.getPartition() + "-" + one.getOffset()));
              return places.isEmpty();
            });
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void whatIsThereBeforeItsSchemaIsTakenInItsOrderWhenTheRegistryHasIt(long seed) throws Exception {
    var parked = new Parked(new SplittableRandom(seed));

    parked.register();

    parked.awaitEnds();
  }

  @Test
  void aGateThatStopsMeanwhileLosesNothingAndKeepsTheOrder() throws Exception {
    var parked = new Parked(new SplittableRandom(9));

    gate.close();
    parked.register();
    startGate();

    parked.awaitEnds();
  }

  @Test
  void whileTheRegistryIsAwayJsonAndKnownSchemasGoOnAndNothingIsGivenUp() throws Exception {
    var known = schema("known_" + test);
    int knownId = register(known);
    send(Topics.RUNS, test, wire(knownId, run(known, test, "known-0")));
    awaitEnds(test, "known-0");
    var late = schema("late_" + test);
    int lateId = register(late);

    door.answers(RegistryDoor.Answers.NOBODY);
    try {
      send(Topics.RUNS, test, wire(lateId, run(late, test, "late")));
      cluster.submit(test, "json", "echo", "1");
      send(Topics.RUNS, test, wire(knownId, run(known, test, "known-1")));
      awaitEnds(test, "json", "known-1");
      awaitLine("no schema registry");
      // Longer than a registry would have to deny it.
      long until = System.nanoTime() + Duration.ofSeconds(6).toNanos();
      Awaitility.await().atMost(BOUND).until(() -> System.nanoTime() > until);
    } finally {
      door.answers(RegistryDoor.Answers.REGISTRY);
    }

    awaitEnds(test, "late");
  }

  @Test
  void aSchemaOfSomethingElseMakesADeadLetterAtOnce() throws Exception {
    var foreign =
        new Schema.Parser()
            .parse(
                "{\"type\":\"record\",\"name\":\"Theirs\",\"fields\":[{\"name\":\"a\",\"type\":\"int\"}]}");
    int id = register(foreign);
    for (var topic : TOPICS) {
      send(topic, test, wire(id, new byte[] {2}));
    }

    try (var dead = new TopicReader<>(cluster, Topics.DEAD_LETTERS, DeadLetter.class)) {
      dead.await(
          all ->
              all.stream()
                      .filter(one -> one.getReason().contains("schema id " + id + ":"))
                      .map(DeadLetter::getTopic)
                      .distinct()
                      .count()
                  >= 2);
    }
    try (var decisions = new TopicReader<>(cluster, Topics.DECISIONS, Decision.class)) {
      decisions.await(
          all ->
              all.stream()
                  .anyMatch(
                      one ->
                          one.getReason().contains("schema id " + id + ":")
                              && one.getTenant().equals(test)));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"AN_EMPTY_ONE", "ANOTHER"})
  void aRegistryThatIsNotOursStopsTheGateUntilItIsAgain(String who) throws Exception {
    int late = register(schema("before_" + who)) + 1;
    var schema = schema("late_" + who);
    send(Topics.RUNS, test, wire(late, run(schema, test, "late")));

    door.answers(RegistryDoor.Answers.valueOf(who));
    try {
      awaitLine("dev.sluice.v1.Decision");
      Awaitility.await().atMost(BOUND).until(() -> !gate.isRunning());
      cluster.submit(test, "meanwhile", "echo", "1");
      long until = System.nanoTime() + Duration.ofSeconds(6).toNanos();
      Awaitility.await().atMost(BOUND).until(() -> System.nanoTime() > until);
      assertThat(cluster.completed())
          .noneMatch(run -> run.getRunId().equals("meanwhile") && run.getTenant().equals(test));
    } finally {
      door.answers(RegistryDoor.Answers.REGISTRY);
    }

    awaitEnds(test, "meanwhile");
    assertThat(register(schema)).isEqualTo(late);
    awaitEnds(test, "late");
  }

  // --- what is parked

  /** Runs of several services, and limits, whose schemas are not registered yet. */
  private final class Parked {
    private final List<Schema> schemas = new ArrayList<>();
    private final List<List<String>> runs = new ArrayList<>();
    private final int first;

    private Parked(SplittableRandom random) throws Exception {
      first = ServiceSchemas.register(schema("none_" + test)) + 1;
      int services = random.nextInt(1, 5);
      for (int i = 0; i < services; i++) {
        schemas.add(schema("s" + i + "_" + test));
        runs.add(new ArrayList<>());
        // One after the other, so that their ends show their order.
        var limits = "{\"tenant\":\"%s\",\"max_in_flight\":1}".formatted(tenant(i));
        cluster.send(Topics.TENANTS, tenant(i), limits);
      }
      for (int run = 0; run < 40; run++) {
        int service = random.nextInt(services);
        runs.get(service).add("r" + run);
        var value = wire(first + service, run(schemas.get(service), tenant(service), "r" + run));
        send(Topics.RUNS, random.nextInt(4) == 0 ? null : tenant(service), value);
      }
      producer.flush();
      cluster.submit(test, "beside", "echo", "1");
      UnknownSchemasIT.awaitEnds(test, "beside");
    }

    private String tenant(int service) {
      return test + "-" + service;
    }

    private void register() throws Exception {
      for (int i = 0; i < schemas.size(); i++) {
        assertThat(ServiceSchemas.register(schemas.get(i))).isEqualTo(first + i);
      }
    }

    private void awaitEnds() {
      for (int i = 0; i < runs.size(); i++) {
        var tenant = tenant(i);
        UnknownSchemasIT.awaitEnds(tenant, runs.get(i).toArray(String[]::new));
        assertThat(ends(tenant)).hasSameSizeAs(runs.get(i));
      }
    }
  }

  private static List<String> ends(String tenant) {
    return cluster.completed().stream()
        .filter(run -> run.getTenant().equals(tenant))
        .peek(run -> assertThat(run.getStatus()).isEqualTo(RunStatus.SUCCEEDED))
        .map(RunCompleted::getRunId)
        .toList();
  }

  private static void awaitEnds(String tenant, String... runs) {
    Awaitility.await()
        .atMost(BOUND)
        .pollInterval(Duration.ofMillis(1))
        .until(
            () -> {
              cluster.awaitCompletions(0);
              return ends(tenant).containsAll(List.of(runs));
            });
  }

  private static void awaitLine(String part) throws Exception {
    try (var http = HttpClient.newHttpClient()) {
      var request = HttpRequest.newBuilder(URI.create(gate.probes() + "/readyz")).build();
      Awaitility.await()
          .atMost(BOUND)
          .until(
              () -> http.send(request, HttpResponse.BodyHandlers.ofString()).body().contains(part));
    }
  }

  private static void send(String topic, @Nullable String key, byte[] value) {
    byte[] keyBytes = key == null ? null : key.getBytes(StandardCharsets.UTF_8);
    producer.send(new ProducerRecord<>(cluster.prefix + topic, keyBytes, value));
  }
}
