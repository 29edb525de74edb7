package dev.sluice.local;

import static dev.sluice.local.ServiceSchemas.limits;
import static dev.sluice.local.ServiceSchemas.limitsSchema;
import static dev.sluice.local.ServiceSchemas.register;
import static dev.sluice.local.ServiceSchemas.run;
import static dev.sluice.local.ServiceSchemas.schema;
import static dev.sluice.local.ServiceSchemas.wire;
import static dev.sluice.v1.DeadLetterKind.UNREADABLE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.Main;
import dev.sluice.gateway.letters.LetterSelection;
import dev.sluice.gateway.letters.RecordPlace;
import dev.sluice.gateway.letters.Resubmission;
import dev.sluice.schemas.topic.Topics;
import dev.sluice.v1.DeadLetter;
import dev.sluice.v1.DecisionKind;
import dev.sluice.v1.RunCompleted;
import dev.sluice.v1.RunStatus;
import dev.sluice.verification.Checker;
import dev.sluice.verification.History;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What became a dead letter while the registry did not know its schema is sent back, once. */
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ResubmitIT {
  private static final LetterSelection ALL = new LetterSelection(Set.of(), null, "");

  private static final int LETTERS = 10;

  /** Of a run, beyond what a dead letter keeps of a record. */
  private static final int LARGE = 100_000;

  private final TestCluster cluster = new TestCluster();
  private final String bootstrap = String.valueOf(cluster.client().get("bootstrap.servers"));
  private List<DeadLetter> letters = List.of();

  /**
   * Five runs whose schema is not there yet, two of them large; limits of two tenants likewise, of
   * which one gets others meanwhile; junk of two topics; and an internal record.
   */
  @BeforeAll
  void makeLetters() throws Exception {
    cluster.startGate();
    cluster.startRunner("w", 8);
    cluster.submit("healthy", "first", "echo", "1");
    cluster.awaitCompletions(1);
    int id = register(schema("before_resubmit")) + 1;
    var schema = schema("resubmit");
    var extra = "x".repeat(LARGE);
    cluster.send(Topics.RUNS, "gone", wire(id, run(schema, "gone", "large", extra)));
    cluster.send(Topics.RUNS, "late", wire(id, run(schema, "late", "small-0")));
    cluster.send(Topics.RUNS, "late", wire(id, run(schema, "late", "small-1")));
    cluster.send(Topics.RUNS, "large", wire(id, run(schema, "late", "large", extra)));
    cluster.send(Topics.SUBMISSIONS, "late", wire(id, run(schema, "late", "by-gateway")));
    limit("limited", 1);
    limit("changed", 1);
    var limits = limitsSchema("resubmit");
    cluster.send(Topics.TENANTS, "limited", wire(id + 1, limits(limits, "limited", 7)));
    cluster.send(Topics.TENANTS, "changed", wire(id + 1, limits(limits, "changed", 7)));
    cluster.send(Topics.RUNS, "junk", "no record");
    cluster.send(Topics.COMMANDS, "command", "no command");
    cluster.send(Topics.CLAIMS, "claim", "no claim");
    try (var dead = new TopicReader<>(cluster, Topics.DEAD_LETTERS, DeadLetter.class)) {
      letters = dead.await(LETTERS);
    }
    assertThat(letters).hasSize(LETTERS).allMatch(one -> one.getKind() == UNREADABLE);
    limit("changed", 5);
    var gone = place("gone");
    try (var admin = Admin.create(cluster.client())) {
      var partition = new TopicPartition(gone.topic(), gone.partition());
      admin
          .deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(gone.offset() + 1)))
          .all()
          .get();
    }
    assertThat(register(schema)).isEqualTo(id);
    assertThat(register(limits)).isEqualTo(id + 1);
  }

  private void limit(String tenant, int cap) {
    var record = "{\"tenant\":\"%s\",\"max_in_flight\":%d}".formatted(tenant, cap);
    cluster.send(Topics.TENANTS, tenant, record);
  }

  private List<String> decisions(String tenant, DecisionKind kind) {
    return cluster.history().decisions().stream()
        .map(History.Decided::decision)
        .filter(one -> one.getKind() == kind && one.getTenant().equals(tenant))
        .map(one -> String.valueOf(one.getReason()))
        .toList();
  }

  @AfterAll
  void stop() {
    cluster.close();
    assertThat(Checker.check(cluster.history(), Map.of("free", 2, "pro", 20)).violations())
        .as("only the run whose record was deleted has no end")
        .allMatch(violation -> violation.toString().contains("tenant=gone"));
  }

  /** Where the record with this key lies that was set aside. */
  private RecordPlace place(String key) {
    return letters.stream()
        .filter(one -> ByteBuffer.wrap(key.getBytes(UTF_8)).equals(one.getKey()))
        .map(one -> new RecordPlace(one.getTopic(), one.getPartition(), one.getOffset()))
        .findFirst()
        .orElseThrow();
  }

  private List<Resubmission.Outcome> send(LetterSelection selection, boolean isTrial) {
    var outcomes = new ArrayList<Resubmission.Outcome>();
    var kafka = Map.of("bootstrap.servers", bootstrap);
    try (var resubmission = new Resubmission(kafka, cluster.serdes, cluster.prefix, isTrial)) {
      resubmission.send(selection, outcomes::add);
    }
    return outcomes;
  }

  private int sluice(String... arguments) {
    var all = new ArrayList<>(List.of("dead-letters", "resubmit", "--bootstrap", bootstrap));
    all.addAll(List.of("--registry", cluster.registry().toString(), "--prefix", cluster.prefix));
    all.addAll(List.of(arguments));
    return Main.commands().execute(all.toArray(String[]::new));
  }

  @Test
  void whatIsKeptGoesBackOnceAndRunsThatWereTakenAreNotStartedAgain() {
    assertThat(send(ALL, true)).hasSize(9).allMatch(one -> one.to() == null);
    assertThat(cluster.awaitCompletions(0)).hasSize(1);

    var sent = send(ALL, false);

    assertThat(sent).filteredOn(one -> !one.why().isEmpty()).hasSize(1);
    assertThat(sent)
        .filteredOn(one -> one.record().equals(place("gone")))
        .allSatisfy(one -> assertThat(one.why()).contains("bytes are kept"));
    assertThat(sent).filteredOn(one -> one.to() != null).hasSize(8);
    assertThat(sent)
        .filteredOn(one -> one.to() != null && !isOfLimits(one))
        .allSatisfy(
            one -> {
              boolean isCommand = one.record().equals(place("command"));
              var topic = cluster.topics.name(isCommand ? Topics.COMMANDS : Topics.RUNS);
              assertThat(String.valueOf(one.to())).startsWith(topic + "/");
            });
    assertThat(cluster.awaitCompletions(5))
        .allMatch(run -> run.getStatus() == RunStatus.SUCCEEDED)
        .extracting(RunCompleted::getRunId)
        .containsExactlyInAnyOrder("first", "small-0", "small-1", "large", "by-gateway");

    send(ALL, false);
    cluster.submit("late", "after", "echo", "1");
    assertThat(cluster.awaitCompletions(6)).last().returns("after", RunCompleted::getRunId);
  }

  private boolean isOfLimits(Resubmission.Outcome sent) {
    return sent.record().topic().equals(cluster.topics.name(Topics.TENANTS));
  }

  /** Wherever the other test sends them, too: they are then what is in force, or refused again. */
  @Test
  void limitsHoldIfNoneWereSetSinceTheyWereSetAside() {
    var limited = new LetterSelection(Set.of(place("limited"), place("changed")), null, "");

    assertThat(send(limited, false)).hasSize(2).allMatch(one -> one.to() != null);

    Awaitility.await()
        .atMost(TestCluster.BOUND)
        .untilAsserted(
            () -> {
              assertThat(decisions("changed", DecisionKind.REFUSE))
                  .anyMatch(reason -> reason.contains("were set since"));
              assertThat(decisions("limited", DecisionKind.TENANT)).hasSizeGreaterThan(1);
            });
  }

  @Test
  void whatCannotBeSentIsSaidOfEachThatWasNamed() {
    var claim = place("claim");
    var nothing = new RecordPlace(cluster.topics.name(Topics.RUNS), 0, 1_000_000);

    var told = send(new LetterSelection(Set.of(claim, nothing), null, ""), false);

    assertThat(told).hasSize(2).allMatch(one -> one.to() == null);
    assertThat(told)
        .filteredOn(one -> one.record().equals(claim))
        .allSatisfy(one -> assertThat(one.why()).contains("handed out again"));
    assertThat(told)
        .filteredOn(one -> one.record().equals(nothing))
        .allSatisfy(one -> assertThat(one.why()).contains("no dead letter"));
  }

  @Test
  void theCommandSaysByItsExitCodeHowItWent() {
    assertThat(sluice("--all", "--dry-run", "--reason", "schema id", place("gone").topic()))
        .isEqualTo(2);
    assertThat(sluice("--all", "--dry-run", "--reason", "no reason says this")).isZero();
    assertThat(sluice("--all", "--since", "2999-01-01T00:00:00Z")).isZero();
    assertThat(sluice(place("claim").toString())).isEqualTo(1);
    assertThat(sluice("--dry-run", place("junk").toString())).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "runs",
        "runs/0",
        "runs/-1/3",
        "runs/0/x",
        "/0/1",
        "--since 1",
        "--all --since x"
      })
  void wrongFlagsAreTwo(String arguments) {
    assertThat(sluice(arguments.split(" "))).isEqualTo(2);
  }
}
