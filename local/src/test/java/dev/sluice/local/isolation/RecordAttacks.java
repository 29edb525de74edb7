package dev.sluice.local.isolation;

import dev.sluice.schemas.topic.Topics;
import dev.sluice.v1.AnswerKind;
import dev.sluice.v1.DispatchAnswer;
import dev.sluice.v1.Gone;
import dev.sluice.v1.Heartbeat;
import dev.sluice.v1.PoolShare;
import dev.sluice.v1.Progress;
import dev.sluice.v1.RunSubmitted;
import dev.sluice.v1.Tick;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** What somebody may do who may write to Kafka's topics. */
final class RecordAttacks {
  private static final int BATCH = 200;

  /** Between two batches: some 2,000 records a second on the usual machine. */
  private static final long PAUSE_MS = 100;

  private static final List<String> USERS = List.of(Topics.RUNS, Topics.TENANTS, Topics.COMMANDS);
  private static final List<String> OURS =
      List.of(Topics.SUBMISSIONS, Topics.CLAIMS, Topics.PROGRESS, Topics.JOURNAL);

  private RecordAttacks() {}

  static List<Attack> all() {
    return List.of(
        Attack.repeated(
            "13 bytes: a length beyond every array",
            "the reader fails at that record forever",
            "0019-reading-strangers-bytes",
            RecordAttacks::thirteenBytes),
        Attack.repeated(
            "random bodies behind a valid header",
            "the same",
            "0019-reading-strangers-bytes",
            RecordAttacks::noise),
        Attack.repeated(
            "random bytes on internal topics and `control`",
            "one forged record stops gate or workers",
            "0018-one-set-of-bounds",
            RecordAttacks::ours),
        Attack.repeated(
            "60 MB of `[],[],…` in a compressed batch",
            "out of memory once uncompressed",
            "0031-giant-records",
            RecordAttacks::manyBrackets),
        Attack.repeated(
            "200,000 nested objects",
            "the stack overflows",
            "0019-reading-strangers-bytes",
            RecordAttacks::nested),
        Attack.repeated(
            "ids of schemas that nobody registered",
            "a question to the registry for each record",
            "0027-parked-records",
            RecordAttacks::unknownSchemas),
        Attack.repeated(
            "a budget of meters with 60,000 characters",
            "state that nobody can read back",
            "0018-one-set-of-bounds",
            RecordAttacks::longMeters),
        Attack.repeated(
            "forged heartbeats, GONEs and ticks",
            "the lease clock jumps, the gate fails",
            "0017-containing-failures",
            RecordAttacks::forgedProgress),
        Attack.repeated(
            "forged claims",
            "slots leak, or leases are stolen",
            "0017-containing-failures",
            RecordAttacks::forgedClaims),
        Attack.repeated(
            "forged keys in `journal`",
            "the gate fails at the key",
            "0018-one-set-of-bounds",
            RecordAttacks::forgedJournal),
        Attack.repeated(
            "limits with forged times",
            "limits can never be changed again",
            "0018-one-set-of-bounds",
            RecordAttacks::forgedTimes),
        Attack.repeated(
            "invented tenants",
            "state and metrics grow without end",
            "0028-bounds-of-live-runs",
            RecordAttacks::inventedTenants),
        Attack.repeated(
            "commands for unknown runs",
            "commands are kept without a bound",
            "0032-early-commands",
            RecordAttacks::unknownRuns),
        Attack.repeated(
            "one tenant's flood of submissions",
            "others' runs queue behind it",
            "0029-fair-intake",
            RecordAttacks::flood),
        new Attack(
            "a foreign transaction left open on `runs`",
            "submissions wait behind it",
            "0022-submissions-topic",
            RecordAttacks::openTransaction));
  }

  /** Leaves more behind than all others together: up to 40,000 runs a second. */
  static Attack trees() {
    return Attack.repeated(
        "one tenant's trees",
        "children take the place of runs",
        "0029-fair-intake",
        RecordAttacks::trees);
  }

  private static byte[] valid(Attacker with) {
    var run = RunSubmitted.newBuilder().setRunId("r").setTenant("evil").setAgent("echo").build();
    return with.bytes(Topics.RUNS, RunSubmitted.class, run);
  }

  private static void thirteenBytes(Attacker with, int number) {
    byte[] bytes = Arrays.copyOf(valid(with), 13);
    System.arraycopy(new byte[] {-2, -1, -1, -1, 15}, 0, bytes, 5, 5);
    for (int i = 0; i < 10; i++) {
      USERS.forEach(topic -> with.appendToAll(topic, new byte[] {'e'}, bytes));
    }
    with.flush();
    with.pause(PAUSE_MS);
  }

  private static void noise(Attacker with, int number) {
    byte[] header = Arrays.copyOf(valid(with), 5);
    for (int i = 0; i < BATCH; i++) {
      byte[] bytes = with.noise(5 + with.random.nextInt(64));
      System.arraycopy(header, 0, bytes, 0, 5);
      with.append(USERS.get(i % USERS.size()), "evil-" + i, bytes);
    }
    with.flush();
    with.pause(PAUSE_MS);
  }

  private static void ours(Attacker with, int number) {
    for (int i = 0; i < 10; i++) {
      for (var topic : OURS) {
        with.appendToAll(topic, with.noise(20), with.noise(1 + with.random.nextInt(200)));
      }
      with.append(Topics.CONTROL, null, with.noise(1 + with.random.nextInt(200)));
      with.appendToAll(Topics.dispatch("default"), with.noise(20), with.noise(50));
    }
    with.flush();
    with.pause(PAUSE_MS);
  }

  private static void manyBrackets(Attacker with, int number) {
    with.submit("evil", "b" + number, ",\"input\":[" + "[],".repeat(20_000_000) + "[]]");
    with.flush();
    with.pause(1_000);
  }

  private static void nested(Attacker with, int number) {
    with.append(Topics.RUNS, "evil", "{\"input\":".repeat(200_000));
    with.append(Topics.RUNS, "evil", "{\"input\":" + "[".repeat(200_000));
    with.flush();
    with.pause(PAUSE_MS);
  }

  private static void unknownSchemas(Attacker with, int number) {
    byte[] bytes = valid(with);
    bytes[2] = 77;
    for (int i = 0; i < BATCH; i++) {
      bytes[4] = (byte) (i % 16);
      with.append(Topics.RUNS, "evil-" + i, bytes.clone());
    }
    with.flush();
    with.pause(PAUSE_MS);
  }

  private static void longMeters(Attacker with, int number) {
    var meter = "m".repeat(60_000);
    for (int i = 0; i < 10; i++) {
      with.submit("evil", "m-" + number + "-" + i, ",\"budget\":{\"%s\":1}".formatted(meter));
    }
    with.flush();
    with.pause(PAUSE_MS);
  }

  private static void forgedProgress(Attacker with, int number) {
    for (int partition : new int[] {-1, 999, Integer.MAX_VALUE, 0}) {
      var share = new PoolShare("default", List.of(partition));
      with.appendToAll(Topics.PROGRESS, null, beat(with, "evil.00000000", number, share));
    }
    var name = "x".repeat(700_000) + ".00000000";
    with.appendToAll(Topics.PROGRESS, null, beat(with, name, 1, new PoolShare("p", List.of())));
    with.appendToAll(Topics.PROGRESS, null, progress(with, new Gone("evil", "nobody", "evil")));
    with.appendToAll(
        Topics.PROGRESS, null, progress(with, new Tick("evil", Long.MAX_VALUE, true, true)));
    with.flush();
    with.pause(PAUSE_MS);
  }

  private static byte[] beat(Attacker with, String incarnation, long number, PoolShare share) {
    var worker = incarnation.substring(0, incarnation.lastIndexOf('.'));
    var heartbeat =
        Heartbeat.newBuilder()
            .setWorker(worker)
            .setIncarnation(incarnation)
            .setNumber(number)
            .setPools(List.of(share))
            .setAgents(List.of("nothing"))
            .setSlots(1_000)
            .setFree(1_000)
            .setVersions(List.of())
            .build();
    return progress(with, heartbeat);
  }

  private static byte[] progress(Attacker with, Object event) {
    return with.bytes(Topics.PROGRESS, Progress.class, new Progress(event));
  }

  private static void forgedClaims(Attacker with, int number) {
    for (var kind : AnswerKind.values()) {
      var claim =
          DispatchAnswer.newBuilder()
              .setTenant("healthy-" + number % 8)
              .setRunId("run-" + number)
              .setEpoch(number % 3)
              .setKind(kind)
              .setIncarnation("evil.00000000")
              .setHeartbeat(number % 2 == 0 ? Long.MAX_VALUE : -1)
              .setPool("default")
              .setDispatchPartition(number % 2 == 0 ? 999 : -1)
              .setDispatchOffset(-1)
              .build();
      with.appendToAll(Topics.CLAIMS, null, with.bytes(Topics.CLAIMS, DispatchAnswer.class, claim));
    }
    with.flush();
    with.pause(PAUSE_MS);
  }

  private static void forgedJournal(Attacker with, int number) {
    with.appendToAll(Topics.JOURNAL, with.noise(1_500_000), valid(with));
    for (var key : List.of("a", "//", "evil/r/1/x.00000000/9999999", "evil/r/fence/x", "\0/\0/1")) {
      with.appendToAll(Topics.JOURNAL, key.getBytes(StandardCharsets.UTF_8), valid(with));
    }
    with.flush();
    with.pause(100);
  }

  private static void forgedTimes(Attacker with, int number) {
    for (int i = 0; i < BATCH; i++) {
      var key = ("evil-" + i).getBytes(StandardCharsets.UTF_8);
      var value = "{\"tenant\":\"evil-%d\"}".formatted(i).getBytes(StandardCharsets.UTF_8);
      var record = new ProducerRecord<>(Topics.TENANTS, key, value);
      var header = Long.toString(i % 2 == 0 ? Long.MAX_VALUE : 0) + "-0-0";
      record.headers().add("sluice-first-append", header.getBytes(StandardCharsets.UTF_8));
      with.append(record);
    }
    with.flush();
    with.pause(PAUSE_MS);
  }

  private static void inventedTenants(Attacker with, int number) {
    for (int i = 0; i < BATCH; i++) {
      with.submit("invented-" + number + "-" + i, "r", ",\"expires_at_ms\":1");
    }
    with.flush();
    with.pause(200);
  }

  private static void unknownRuns(Attacker with, int number) {
    for (int i = 0; i < BATCH; i++) {
      var kind = List.of("CANCEL", "SIGNAL", "REDRIVE", "STOP").get(i % 4);
      with.append(
          Topics.COMMANDS,
          "evil",
          "{\"command_id\":\"c-%d-%d\",\"tenant\":\"evil\",\"run_id\":\"none-%d\",\"kind\":\"%s\"}"
              .formatted(number, i, i, kind));
    }
    with.flush();
    with.pause(100);
  }

  private static void flood(Attacker with, int number) {
    for (int i = 0; i < BATCH; i++) {
      with.submit("flood", "f-" + number + "-" + i, ",\"input\":1");
    }
    with.flush();
    with.pause(200);
  }

  private static void trees(Attacker with, int number) {
    with.append(
        Topics.RUNS,
        "trees",
        "{\"run_id\":\"t-%d\",\"tenant\":\"trees\",\"agent\":\"tree\",\"input\":%s}"
            .formatted(number, "{\"fan_out\":200,\"depth\":2}"));
    with.flush();
    with.pause(1_000);
  }

  private static void openTransaction(Attacker with, java.util.function.BooleanSupplier over) {
    var settings = new HashMap<>(with.client());
    settings.put("transactional.id", "etl");
    try (var producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      producer.initTransactions();
      producer.beginTransaction();
      for (var one : producer.partitionsFor(Topics.RUNS)) {
        producer.send(new ProducerRecord<>(Topics.RUNS, one.partition(), null, new byte[1]));
      }
      producer.flush();
      while (!over.getAsBoolean()) {
        with.pause(50);
      }
      producer.abortTransaction();
    }
  }
}
