package dev.sluice.topology.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.contract.Bounds;
import dev.sluice.schemas.topic.Topics;
import dev.sluice.schemas.wire.JournalKey;
import dev.sluice.topology.catalog.query.RunFilter;
import dev.sluice.v1.DeadLetter;
import dev.sluice.v1.DeadLetterKind;
import dev.sluice.v1.Decision;
import dev.sluice.v1.DecisionKind;
import dev.sluice.v1.JournalRecord;
import dev.sluice.v1.PoolSetting;
import dev.sluice.v1.RunCompleted;
import dev.sluice.v1.RunStatus;
import dev.sluice.v1.RunSummary;
import dev.sluice.v1.Setting;
import dev.sluice.v1.StepEntry;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No record of any topic stops the catalog, and what it writes it can read back. */
@SuppressWarnings("NullAway.Init") // set before each test
final class HostileRecordsTest {
  private static final List<String> TOPICS =
      List.of(
          Topics.DECISIONS,
          Topics.COMPLETIONS,
          Topics.JOURNAL,
          Topics.TENANTS,
          Topics.SETTINGS,
          Topics.DEAD_LETTERS);

  @TempDir private Path dir;
  private CatalogBed bed;
  private int healthy;

  @BeforeEach
  void start() {
    bed = new CatalogBed(dir);
    bed.isUpToDate();
  }

  @AfterEach
  void stop() {
    bed.close();
  }

  /** A run of another tenant is taken in, shown and listed as if nothing had been. */
  private void assertGoesOn() {
    var run = "healthy-" + healthy++;
    bed.pass(Duration.ofSeconds(10));
    bed.accept(run);
    bed.step(run, 1, "w.1", 1, 1);
    bed.complete(run, RunStatus.SUCCEEDED, 1, 0);
    assertThat(bed.queries.withChildren(bed.run(run)).path("status").asText())
        .isEqualTo("SUCCEEDED");
    assertThat(bed.queries.runs("t", RunFilter.ANY, 1_000, null).path("runs"))
        .anySatisfy(listed -> assertThat(listed.path("run_id").asText()).isEqualTo(run));
    assertThat(bed.journals.page("t", run, true, 10, null).path("steps")).hasSize(1);
    bed.queries.tenants(100, null, 0);
    bed.queries.deadLetters(any -> true, 1_000, null);
  }

  private double setAside() {
    return bed.measures.find("sluice.catalog.records.set.aside").counters().stream()
        .mapToDouble(counter -> counter.count())
        .sum();
  }

  // --- bytes

  /** A valid header, then whatever; and keys that are no keys. */
  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3})
  void goesOnAfterAnyBytesOnAnyTopic(long seed) {
    var random = new SplittableRandom(seed);
    var sound = soundRecords();
    for (int i = 0; i < 3_000; i++) {
      var topic = TOPICS.get(random.nextInt(TOPICS.size()));
      bed.raw(topic, mutated(random, key(random)), mutated(random, sound.get(topic)));
    }
    assertGoesOn();
    assertThat(setAside()).isGreaterThan(100);
  }

  private static byte @Nullable [] key(SplittableRandom random) {
    var keys = new String[] {"t", "t/r/1/w.1/1", "t/r/input", "t/r/fence/2", "t/r/signal/s/1"};
    return keys[random.nextInt(keys.length)].getBytes(StandardCharsets.UTF_8);
  }

  private static byte @Nullable [] mutated(SplittableRandom random, byte @Nullable [] bytes) {
    if (bytes == null || random.nextInt(20) == 0) {
      return null;
    }
    byte[] changed = bytes.clone();
    for (int i = random.nextInt(4); i > 0 && changed.length > 0; i--) {
      // Behind the header: a wrong schema id is the decoder's own test.
      int at = Math.min(5, changed.length - 1);
      changed[random.nextInt(at, changed.length)] = (byte) random.nextInt(256);
    }
    return random.nextInt(4) == 0
        ? java.util.Arrays.copyOf(changed, random.nextInt(changed.length + 3))
        : changed;
  }

  private Map<String, byte[]> soundRecords() {
    var step =
        new JournalRecord(
            "t",
            "r",
            1,
            "w.1",
            1,
            "",
            StepEntry.newBuilder()
                .setName("s")
                .setStartedAtMs(0)
                .setEndedAtMs(1)
                .setCharged(Map.of("calls", 1L))
                .build(),
            null);
    var records = new HashMap<String, byte[]>();
    records.put(Topics.DECISIONS, bed.bytes(Topics.DECISIONS, Decision.class, decision().build()));
    records.put(
        Topics.COMPLETIONS, bed.bytes(Topics.COMPLETIONS, RunCompleted.class, completed().build()));
    records.put(Topics.JOURNAL, bed.bytes(Topics.JOURNAL, JournalRecord.class, step));
    records.put(
        Topics.TENANTS, "{\"tenant\":\"t\",\"plan\":\"pro\"}".getBytes(StandardCharsets.UTF_8));
    var setting = new Setting("pool", "gpu", new PoolSetting(true, false, null), null, null, null);
    records.put(Topics.SETTINGS, bed.bytes(Topics.SETTINGS, Setting.class, setting));
    records.put(
        Topics.DEAD_LETTERS, bed.bytes(Topics.DEAD_LETTERS, DeadLetter.class, letter().build()));
    return records;
  }

  // --- fields

  private static Decision.Builder decision() {
    return CatalogBed.decision(DecisionKind.ACCEPT, "r", 1).setSubmission(summary().build());
  }

  private static RunSummary.Builder summary() {
    return RunSummary.newBuilder()
        .setAgent("a")
        .setPool("default")
        .setPriority(0)
        .setLabels(Map.of("k", "v"))
        .setSubmittedAtMs(1);
  }

  private static RunCompleted.Builder completed() {
    return RunCompleted.newBuilder()
        .setRunId("r")
        .setTenant("t")
        .setAgent("a")
        .setStatus(RunStatus.SUCCEEDED)
        .setSubmittedAtMs(1)
        .setCompletedAtMs(2)
        .setEpochs(1)
        .setAttempts(1)
        .setSteps(1)
        .setCharged(Map.of("calls", 1L))
        .setRedrive(0);
  }

  private static DeadLetter.Builder letter() {
    return DeadLetter.newBuilder()
        .setKind(DeadLetterKind.DEAD_RUN)
        .setReason("Boom")
        .setTopic("journal")
        .setPartition(0)
        .setOffset(0)
        .setAtMs(0)
        .setTenant("t")
        .setRunId("r")
        .setAgent("a");
  }

  /** Every string, number, map and byte field of every record, far beyond what it may be. */
  @Test
  void goesOnAfterAnyValueOfAnyField() {
    for (var record : List.of(decision().build(), completed().build(), letter().build())) {
      var topic =
          record instanceof Decision
              ? Topics.DECISIONS
              : record instanceof RunCompleted ? Topics.COMPLETIONS : Topics.DEAD_LETTERS;
      for (var field : record.getSchema().getFields()) {
        for (var value : values(field.name(), record.get(field.pos()))) {
          var kept = record.get(field.pos());
          record.put(field.pos(), value);
          pipe(topic, record);
          record.put(field.pos(), kept);
        }
      }
    }
    assertGoesOn();
  }

  private static List<Object> values(String field, @Nullable Object now) {
    return switch (now) {
      case String text ->
          List.of("", "\0", "a\0b\1c", "/", "~", "\ud83d\ude00", "x".repeat(3_000_000));
      case Long number -> List.of(Long.MIN_VALUE, -1L, 0L, Long.MAX_VALUE);
      case Integer number -> List.of(Integer.MIN_VALUE, -1, 0, Integer.MAX_VALUE);
      case Map<?, ?> map when field.equals("charged") ->
          List.of(Map.of("x".repeat(60_000), 1L), Map.of("\0", Long.MAX_VALUE), amounts(50_000));
      case Map<?, ?> map -> List.of(Map.of("k".repeat(60_000), "v"), Map.of("\0:", "\0"));
      case null -> List.of();
      default -> List.of();
    };
  }

  private static Map<String, Long> amounts(int count) {
    var amounts = new HashMap<String, Long>();
    for (int i = 0; i < count; i++) {
      amounts.put("meter-of-a-name-that-is-rather-long-" + i, Long.MAX_VALUE);
    }
    return amounts;
  }

  @SuppressWarnings("unchecked") // the class is the record's own
  private void pipe(String topic, SpecificRecord record) {
    byte[] value = bed.bytes(topic, (Class<SpecificRecord>) record.getClass(), record);
    bed.raw(topic, "t".getBytes(StandardCharsets.UTF_8), value);
  }

  // --- what is written can be read back

  @Test
  void countsWhatIsChargedBesideAMeterThatNobodyMayHave() {
    var meter = "m".repeat(60_000);
    bed.accept("r");
    for (int seq = 1; seq <= 3; seq++) {
      bed.step("r", 1, "w.1", seq, Map.of(meter, 1L, "calls", 1L));
    }
    var charged = bed.queries.json(bed.run("r")).path("charged");
    assertThat(charged.toString()).isEqualTo("{\"calls\":3}");
    bed.complete("r", RunStatus.SUCCEEDED, 1, 0);
    assertGoesOn();
    assertThat(setAside()).isZero();
  }

  @Test
  void keepsARunsMetersBounded() {
    bed.accept("r");
    for (int seq = 1; seq <= 200; seq++) {
      bed.step("r", 1, "w.1", seq, Map.of(seq + "x".repeat(2_000), Long.MAX_VALUE));
    }
    bed.step("r", 1, "w.1", 201, Map.of("1" + "x".repeat(2_000), Long.MAX_VALUE));
    var charged = bed.queries.json(bed.run("r")).path("charged");
    assertThat(charged.size()).isLessThanOrEqualTo(2 * Bounds.METERS);
    charged.forEach(amount -> assertThat(amount.asLong()).isEqualTo(Long.MAX_VALUE));
    assertGoesOn();
  }

  @Test
  void showsOutputsAsTheyAreAndOfAnySize() {
    output("number", "0.12345678901234567890", "0.12345678901234567890");
    output("huge", "1e400", "1e400");
    output("spaces", "{ \"a\" : [1,2] }", "{ \"a\" : [1,2] }");
    output("deep", "[".repeat(100_000) + "]".repeat(100_000), null);
    output("two", "1 2", null);
    output("nothing", "", null);
    output("cut", "{\"a\":", null);
    output("large", "\"" + "x".repeat(Bounds.VALUE_BYTES - 2) + "\"", null);
    assertThat(shown("large")).contains("\"output\":\"xxxx");
    bed.complete("binary", "application/json", ByteBuffer.wrap(new byte[] {'"', -1, '"'}));
    assertThat(shown("binary")).contains("\"output_base64\":\"Iv8i\"");
    assertGoesOn();
  }

  private void output(String run, String output, @Nullable String raw) {
    bed.complete(run, "application/json", ByteBuffer.wrap(output.getBytes(StandardCharsets.UTF_8)));
    if (raw != null) {
      assertThat(shown(run)).contains("\"output\":" + raw + "}");
    } else if (!run.equals("large")) {
      assertThat(shown(run)).contains("output_base64");
    }
  }

  private String shown(String run) {
    return bed.queries.json(bed.run(run)).toString();
  }

  @Test
  void takesNoKeyOfTheJournalThatIsNone() {
    var step =
        new JournalRecord(
            "t",
            "r",
            1,
            "w.1",
            1,
            "",
            StepEntry.newBuilder()
                .setName("s")
                .setStartedAtMs(0)
                .setEndedAtMs(1)
                .setCharged(Map.of())
                .build(),
            null);
    byte[] value = bed.bytes(Topics.JOURNAL, JournalRecord.class, step);
    for (var key :
        List.of(
            "t/r/2147483648/w/1",
            "\0/r/1/w/1",
            "t/../../x",
            "t//1/w/1",
            "x".repeat(100_000),
            "t/r/1/w/1/",
            "t/r\0x/1/w/1",
            "t/" + "r".repeat(600) + "/1/w/1")) {
      bed.raw(Topics.JOURNAL, key.getBytes(StandardCharsets.UTF_8), value);
      bed.raw(Topics.JOURNAL, key.getBytes(StandardCharsets.UTF_8), null);
    }
    bed.raw(Topics.JOURNAL, new byte[] {'t', '/', -1, '/', '1', '/', 'w', '/', '1'}, value);
    bed.journal(new JournalKey.Entry("t", "r", Integer.MAX_VALUE, "w.1", Integer.MAX_VALUE), step);
    assertThat(bed.journals.page("t", "r", true, 10, null).path("steps")).hasSize(1);
    assertGoesOn();
  }
}
