package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.schemas.topic.TenantPartitions;
import dev.sluice.schemas.topic.Topics;
import dev.sluice.v1.DeadLetter;
import dev.sluice.v1.DeadLetterKind;
import dev.sluice.v1.Decision;
import dev.sluice.v1.DecisionKind;
import dev.sluice.v1.RunCompleted;
import dev.sluice.v1.RunStatus;
import dev.sluice.v1.RunSubmitted;
import dev.sluice.v1.TenantLimits;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whatever users write by mistake: the gate says what is wrong with it, and goes on. */
final class BadRecordsIT {
  private static final String ACME = "acme";

  private TestCluster cluster;
  private KafkaProducer<byte[], byte[]> producer;
  private TopicReader<DeadLetter> deadLetters;
  private TopicReader<Decision> decisions;
  private TopicReader<RunCompleted> completions;
  private int partitions;

  @BeforeEach
  void start() {
    cluster = new TestCluster();
    partitions = cluster.topics.spec(Topics.RUNS).partitions();
    Map<String, Object> settings = cluster.client();
    settings.put("max.request.size", 64 * 1024 * 1024);
    settings.put("compression.type", "gzip");
    producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    deadLetters = new TopicReader<>(cluster, Topics.DEAD_LETTERS, DeadLetter.class);
    decisions = new TopicReader<>(cluster, Topics.DECISIONS, Decision.class);
    completions = new TopicReader<>(cluster, Topics.COMPLETIONS, RunCompleted.class);
    cluster.startGate();
    cluster.startRunner("w", 4);
  }

  @AfterEach
  void stop() {
    producer.close();
    deadLetters.close();
    decisions.close();
    completions.close();
    cluster.close();
  }

  private RecordMetadata append(
      String topic, @Nullable Integer partition, @Nullable String key, byte @Nullable [] value)
      throws Exception {
    var record =
        new ProducerRecord<>(
            cluster.topics.name(topic), partition, key == null ? null : utf8(key), value);
    return producer.send(record).get(30, TimeUnit.SECONDS);
  }

  private RecordMetadata append(String topic, @Nullable String key, @Nullable String value)
      throws Exception {
    return append(topic, null, key, value == null ? null : utf8(value));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }

  private int home(String tenant) {
    return TenantPartitions.of(tenant, partitions);
  }

  private static String run(String id, String more) {
    return "{\"run_id\":\"%s\",\"tenant\":\"acme\",\"agent\":\"echo\"%s}".formatted(id, more);
  }

  /** A run that is well: when it has ended the gate has not been stopped by what lay before it. */
  private void assertTheGateGoesOn() {
    cluster.submit(ACME, "last", "echo", "1");
    var ended =
        completions.await(all -> all.stream().anyMatch(run -> run.getRunId().equals("last")));
    assertThat(ended)
        .filteredOn(run -> run.getRunId().equals("last"))
        .extracting(RunCompleted::getStatus)
        .containsExactly(RunStatus.SUCCEEDED);
  }

  private void assertDeadLetters(Map<RecordMetadata, Expected> expected) {
    var letters = deadLetters.await(expected.size());
    assertThat(letters).hasSameSizeAs(expected.keySet());
    expected.forEach(
        (at, wanted) -> {
          var letter =
              letters.stream()
                  .filter(found -> found.getTopic().equals(at.topic()))
                  .filter(found -> found.getPartition() == at.partition())
                  .filter(found -> found.getOffset() == at.offset())
                  .findFirst()
                  .orElseThrow(() -> new AssertionError("no dead letter of " + at + ": " + wanted));
          assertThat(letter.getKind()).isEqualTo(DeadLetterKind.UNREADABLE);
          assertThat(letter.getReason()).contains(wanted.reason());
          assertThat(letter.getPayloadSize()).isEqualTo(wanted.value().length);
          int kept = Math.min(wanted.value().length, 64 * 1024);
          assertThat(bytes(letter.getPayload())).isEqualTo(Arrays.copyOf(wanted.value(), kept));
        });
  }

  private record Expected(byte[] value, String reason) {}

  @Test
  void whatNamesNoRunOnRunsIsADeadLetterWithItsBytesPlaceAndReason() throws Exception {
    byte[] avro =
        cluster
            .serdes
            .serializer(RunSubmitted.class)
            .serialize(
                cluster.topics.name(Topics.RUNS),
                RunSubmitted.newBuilder().setRunId("r").setTenant(ACME).setAgent("echo").build());
    byte[] limits =
        cluster
            .serdes
            .serializer(TenantLimits.class)
            .serialize(
                cluster.topics.name(Topics.TENANTS),
                TenantLimits.newBuilder().setTenant(ACME).build());
    byte[] unknownId = avro.clone();
    unknownId[1] = 99;
    byte[] negativeId = avro.clone();
    negativeId[1] = -1;
    byte[] longerThanItIs = avro.clone();
    longerThanItIs[5] = (byte) 0xfe;
    byte[] twoGibibytes = Arrays.copyOf(avro, 13); // so long that Avro's own reader gives up
    System.arraycopy(new byte[] {-2, -1, -1, -1, 15}, 0, twoGibibytes, 5, 5);

    var expected = new HashMap<RecordMetadata, Expected>();
    var bad =
        List.of(
            new Expected(Arrays.copyOf(avro, avro.length - 4), "MALFORMED"),
            new Expected(Arrays.copyOf(avro, 3), "not in the wire format"),
            new Expected(longerThanItIs, "MALFORMED"),
            new Expected(twoGibibytes, "MALFORMED"),
            new Expected(limits, "INCOMPATIBLE"),
            new Expected(unknownId, "does not know schema id"),
            new Expected(negativeId, "does not know schema id"),
            new Expected(utf8("garbage"), "not in the wire format"),
            new Expected(utf8("{\"run_id\":"), "invalid JSON"),
            new Expected(
                utf8("{\"run_id\":\"a\",\"run_id\":\"b\"}"),
                "the object already has a member \"run_id\""),
            new Expected(utf8("{\"tenant\":\"acme\",\"agent\":\"echo\"}"), "run_id must match"),
            new Expected(utf8("{\"run_id\":\"x\",\"agent\":\"echo\"}"), "tenant must match"),
            new Expected(utf8("{\"run_id\":7,\"tenant\":\"acme\"}"), "run_id must match"),
            new Expected(
                utf8("{\"run_id\":\"x\",\"tenant\":\"bad tenant\"}"),
                "tenant must match [A-Za-z0-9._:-]{1,128}, got 'bad tenant'"),
            new Expected(utf8("{\"run_id\":\"x~1\",\"tenant\":\"acme\"}"), "run_id must match"),
            new Expected(utf8("{".repeat(200_000)), "invalid JSON"));
    for (var each : bad) {
      expected.put(append(Topics.RUNS, null, ACME, each.value()), each);
    }
    expected.put(
        append(Topics.RUNS, null, ACME, null), new Expected(new byte[0], "the record is empty"));
    expected.put(
        append(Topics.RUNS, null, null, new byte[0]),
        new Expected(new byte[0], "the record is empty"));

    assertDeadLetters(expected);
    assertTheGateGoesOn();
  }

  @Test
  void whatNamesARunButCannotBeAcceptedIsRejectedWithTheReason() throws Exception {
    var padding = " ".repeat(4_500 * 1024); // more than 5 MiB would be stepped over
    int elsewhere = (home(ACME) + 1) % partitions;
    append(Topics.RUNS, ACME, run("field", ",\"prio\":1"));
    append(Topics.RUNS, ACME, run("type", ",\"priority\":\"high\""));
    append(Topics.RUNS, ACME, run("priority", ",\"priority\":101"));
    append(Topics.RUNS, ACME, run("pool", ",\"pool\":\"NOWHERE\""));
    append(Topics.RUNS, ACME, "{\"run_id\":\"agent\",\"tenant\":\"acme\",\"agent\":\"a b\"}");
    append(Topics.RUNS, ACME, "{\"run_id\":\"none\",\"tenant\":\"acme\"}");
    append(Topics.RUNS, ACME, run("input", ",\"input\":\"" + "x".repeat(1_500_000) + "\""));
    append(Topics.RUNS, ACME, run("padded", padding));
    append(Topics.RUNS, elsewhere, ACME, utf8(run("misplaced", padding)));
    append(Topics.RUNS, ACME, run("trace", ",\"traceparent\":\"" + "x".repeat(600) + "\""));
    append(Topics.RUNS, ACME, run("retry", ",\"retry\":{\"max_attempts\":0}"));

    var reasons = new HashMap<String, String>();
    for (var run : completions.await(11)) {
      assertThat(run.getStatus()).isEqualTo(RunStatus.REJECTED);
      assertThat(run.getTenant()).isEqualTo(ACME);
      reasons.put(run.getRunId(), run.getError().getMessage());
    }
    assertThat(reasons.get("field")).contains("unknown field prio");
    assertThat(reasons.get("type"))
        .contains("priority must be an integer of 32 bits, got a string");
    assertThat(reasons.get("priority")).contains("priority must be -100 to 100, got 101");
    assertThat(reasons.get("pool")).contains("pool must match");
    assertThat(reasons.get("agent")).contains("agent must match");
    assertThat(reasons.get("none")).contains("agent is missing");
    assertThat(reasons.get("input")).contains("input must be at most 1048576 bytes, got 1500002");
    assertThat(reasons.get("padded")).contains("a record must be at most 2080768 bytes, got 4608");
    assertThat(reasons.get("misplaced")).contains("a record must be at most 2080768 bytes, got 46");
    assertThat(reasons.get("trace")).contains("traceparent must have at most 512 characters");
    assertThat(reasons.get("retry")).contains("retry.max_attempts must be 1 to 1000, got 0");
    assertTheGateGoesOn();
  }

  @Test
  void fiveMebibytesAreRefusedAtTheProducer() {
    byte[] noise = new byte[5 * 1024 * 1024];
    new java.util.Random(1).nextBytes(noise);
    assertThatThrownBy(() -> append(Topics.RUNS, null, ACME, noise))
        .hasCauseInstanceOf(RecordTooLargeException.class)
        .hasMessageContaining("larger than the max message size the server will accept");
    assertTheGateGoesOn();
  }

  @Test
  void badCommandsAreDeadLettersOrRefusedAndARepeatChangesNothing() throws Exception {
    append(Topics.TENANTS, ACME, "{\"tenant\":\"acme\",\"paused\":true}");
    decisions.await(all -> has(all, DecisionKind.TENANT, "limits changed"));
    append(Topics.RUNS, ACME, run("r", ""));
    decisions.await(all -> has(all, DecisionKind.ACCEPT, "queued"));

    var expected = new HashMap<RecordMetadata, Expected>();
    var bad =
        List.of(
            new Expected(utf8("{\"kind\":"), "invalid JSON"),
            new Expected(utf8(command("c", "r", "STOP")), "kind must be CANCEL, SIGNAL or REDRIVE"),
            new Expected(utf8(command("c", "", "CANCEL")), "run_id must match"),
            new Expected(utf8(command("", "r", "CANCEL")), "command_id must have 1 to 128"),
            new Expected(new byte[] {0, 1, 2}, "not in the wire format"));
    for (var each : bad) {
      expected.put(append(Topics.COMMANDS, null, ACME, each.value()), each);
    }
    append(Topics.COMMANDS, null, command("c1", "unknown", "CANCEL"));
    int elsewhere = (home(ACME) + 1) % partitions;
    append(Topics.COMMANDS, elsewhere, ACME, utf8(command("c2", "r", "CANCEL")));
    append(Topics.COMMANDS, ACME, command("c2", "r", "CANCEL"));

    assertDeadLetters(expected);
    assertThat(completions.await(1))
        .extracting(RunCompleted::getStatus)
        .containsExactly(RunStatus.CANCELLED);
    append(Topics.TENANTS, ACME, "{\"tenant\":\"acme\"}");
    assertTheGateGoesOn();
    var all = decisions.await(read -> has(read, DecisionKind.CANCEL, "kept until the run comes"));
    assertThat(all)
        .filteredOn(each -> each.getReason().equals("cancel asked for"))
        .extracting(Decision::getCommandId)
        .containsExactly("c2");
  }

  private static String command(String id, String run, String kind) {
    return "{\"command_id\":\"%s\",\"tenant\":\"acme\",\"run_id\":\"%s\",\"kind\":\"%s\"}"
        .formatted(id, run, kind);
  }

  private static boolean has(List<Decision> decisions, DecisionKind kind, String reason) {
    return decisions.stream()
        .anyMatch(each -> each.getKind() == kind && each.getReason().contains(reason));
  }

  @Test
  void badLimitsChangeNothingAndSayWhy() throws Exception {
    append(Topics.TENANTS, ACME, "{\"tenant\":\"acme\",\"max_in_flight\":3}");
    var expected = new HashMap<RecordMetadata, Expected>();
    var bad =
        List.of(
            new Expected(utf8("{\"tenant\":"), "invalid JSON"),
            new Expected(utf8("{\"tenant\":\"acme\",\"cap\":1}"), "unknown field cap"),
            new Expected(
                utf8("{\"tenant\":\"other\"}"),
                "tenant must be the record's key acme, got 'other'"),
            new Expected(new byte[] {0, 0, 0, 0}, "not in the wire format"));
    for (var each : bad) {
      expected.put(append(Topics.TENANTS, null, ACME, each.value()), each);
    }
    var nameless =
        new Expected(utf8("{\"tenant\":\"a b\"}"), "the record's key: tenant must match");
    expected.put(append(Topics.TENANTS, null, "a b", nameless.value()), nameless);
    append(Topics.TENANTS, ACME, "{\"tenant\":\"acme\",\"plan\":\"go ld\"}");
    append(Topics.TENANTS, ACME, "{\"tenant\":\"acme\",\"max_in_flight\":-1}");

    assertDeadLetters(expected);
    decisions.await(
        all ->
            has(all, DecisionKind.REFUSE, "plan must match")
                && has(all, DecisionKind.REFUSE, "max_in_flight must be at least 0, got -1"));
    assertTheGateGoesOn();
    assertThat(capInForce(ACME)).isEqualTo(3);
  }

  /** The cap of the tenant's latest decision. */
  private int capInForce(String tenant) {
    var own =
        decisions.await(1).stream()
            .filter(each -> each.getTenant().equals(tenant) && each.getLoad() != null)
            .toList();
    return own.get(own.size() - 1).getLoad().getCap();
  }

  @Test
  void ofTwoLimitsTheLaterWinsWhereverItLay() throws Exception {
    int elsewhere = (home(ACME) + 1) % partitions;
    append(Topics.TENANTS, elsewhere, ACME, utf8("{\"tenant\":\"acme\",\"max_in_flight\":7}"));
    append(Topics.TENANTS, ACME, "{\"tenant\":\"acme\",\"max_in_flight\":9}");
    decisions.await(all -> has(all, DecisionKind.REROUTE, "belongs to partition " + home(ACME)));
    // Read behind the re-routed record, since its partition is the same.
    append(Topics.TENANTS, neighbour(), "{\"tenant\":\"%s\"}".formatted(neighbour()));
    decisions.await(all -> all.stream().anyMatch(each -> each.getTenant().equals(neighbour())));
    append(Topics.RUNS, ACME, run("first", ""));
    completions.await(1);
    assertThat(capInForce(ACME)).isEqualTo(9);

    append(Topics.TENANTS, elsewhere, ACME, utf8("{\"tenant\":\"acme\",\"max_in_flight\":5}"));
    decisions.await(all -> capOfTenantDecision(all) == 5);
    append(Topics.TENANTS, ACME, null);
    decisions.await(all -> capOfTenantDecision(all) == 2);

    assertTheGateGoesOn();
    assertThat(capInForce(ACME)).as("the plan's").isEqualTo(2);
    assertThat(lastIn(elsewhere)).as("what lay in the wrong partition is wiped").isNull();
  }

  private String neighbour() {
    return IntStream.iterate(0, i -> i + 1)
        .mapToObj(i -> "neighbour-" + i)
        .filter(name -> home(name) == home(ACME))
        .findFirst()
        .orElseThrow();
  }

  private static int capOfTenantDecision(List<Decision> all) {
    var own =
        all.stream()
            .filter(each -> each.getKind() == DecisionKind.TENANT && each.getTenant().equals(ACME))
            .toList();
    return own.isEmpty() ? -1 : own.get(own.size() - 1).getLoad().getCap();
  }

  /** The last value of the tenant's key in a partition of {@code tenants}. */
  private byte[] lastIn(int partition) {
    Map<String, Object> settings = cluster.client();
    try (var consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      var at = new TopicPartition(cluster.topics.name(Topics.TENANTS), partition);
      consumer.assign(List.of(at));
      consumer.seekToBeginning(List.of(at));
      long end = consumer.endOffsets(List.of(at)).getOrDefault(at, 0L);
      byte[] last = {1};
      while (consumer.position(at) < end) {
        for (var record : consumer.poll(Duration.ofMillis(100))) {
          last = record.value();
        }
      }
      return last;
    }
  }
}
