package dev.sluice.topology.gate.inbound;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.admission.settings.Brake;
import dev.sluice.admission.settings.SettingKey;
import dev.sluice.contract.Bounds;
import dev.sluice.schemas.topic.Topics;
import dev.sluice.topology.gate.GateBed;
import dev.sluice.v1.AgentSetting;
import dev.sluice.v1.DeadLetter;
import dev.sluice.v1.Decision;
import dev.sluice.v1.DecisionKind;
import dev.sluice.v1.PlanSetting;
import dev.sluice.v1.PoolSetting;
import dev.sluice.v1.RunSubmitted;
import dev.sluice.v1.Setting;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Records of {@code settings}, sound and broken. */
final class SettingRecordsTest {
  private static final PoolSetting OPEN = new PoolSetting(false, false, null);

  @TempDir private Path dir;
  private GateBed bed;

  @BeforeEach
  void start() {
    bed = new GateBed(dir);
  }

  @AfterEach
  void stop() {
    bed.close();
  }

  private void set(String key, Setting setting) {
    set(key, bed.serialize(Topics.SETTINGS, setting));
  }

  private void set(@Nullable String key, byte @Nullable [] value) {
    bed.send(Topics.SETTINGS, key == null ? null : key.getBytes(StandardCharsets.UTF_8), value);
  }

  private static Setting pool(String name, boolean closed) {
    return new Setting("pool", name, new PoolSetting(closed, false, null), null, null, null);
  }

  private static Setting plan(String name, PlanSetting plan) {
    return new Setting("plan", name, null, plan, null, null);
  }

  /** What is decided on a run of the pool. */
  private String reason(String run, String pool) {
    bed.decisions();
    bed.send(
        Topics.RUNS,
        "acme".getBytes(StandardCharsets.UTF_8),
        bed.serialize(
            Topics.RUNS,
            RunSubmitted.newBuilder()
                .setTenant("acme")
                .setRunId(run)
                .setAgent("echo")
                .setPool(pool)
                .build()));
    return bed.decisions().stream()
        .filter(one -> one.getKind() == DecisionKind.ACCEPT)
        .map(Decision::getReason)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aPoolIsOpenFromItsRecordToItsTombstone() {
    assertThat(reason("before", "gpu")).isEqualTo("waits for its pool");

    set("pool/gpu", pool("gpu", false));
    assertThat(reason("open", "gpu")).isEqualTo("queued");
    set("pool/gpu", pool("gpu", true));
    assertThat(reason("closed", "gpu")).isEqualTo("waits for its pool");
    set("pool/gpu", pool("gpu", false));
    set("pool/gpu", (byte[]) null);

    assertThat(reason("removed", "gpu")).isEqualTo("waits for its pool");
  }

  @Test
  void eachChangeIsADecisionThatNamesTheSetting() {
    set("pool/gpu", pool("gpu", false));
    set("plan/gold", plan("gold", PlanSetting.newBuilder().setMaxInFlight(7).build()));
    set("plan/gold", (byte[]) null);

    assertThat(bed.decisions())
        .filteredOn(one -> one.getKind() == DecisionKind.TENANT)
        .extracting(Decision::getSetting)
        .containsExactly("pool/gpu", "plan/gold", "plan/gold");
  }

  @Test
  void brakesAreReadOfPoolsAndAgents() {
    var pool = new Setting("pool", "gpu", new PoolSetting(true, true, 7), null, null, null);
    var agent = new Setting("agent", "e.c-ho", null, null, new AgentSetting(false, 0), null);

    assertThat(SettingRecords.of(SettingKey.pool("gpu"), pool))
        .isEqualTo(
            dev.sluice.admission.settings.Setting.of(
                "gpu", new dev.sluice.admission.settings.PoolSetting(true, new Brake(true, 7))));
    assertThat(SettingRecords.of(SettingKey.agent("e.c-ho"), agent))
        .isEqualTo(dev.sluice.admission.settings.Setting.of("e.c-ho", new Brake(false, 0)));
  }

  @Test
  void whatAPlanLeavesOpenIsWhatItIsWithoutAnySettings() {
    set("plan/pro", plan("pro", PlanSetting.newBuilder().setWeight(2.0).build()));
    bed.send(
        Topics.TENANTS,
        "acme".getBytes(StandardCharsets.UTF_8),
        "{\"tenant\":\"acme\",\"plan\":\"pro\"}".getBytes(StandardCharsets.UTF_8));

    var load = bed.decisions().getLast().getLoad();
    assertThat(load.getWeight()).isEqualTo(2.0);
    assertThat(load.getCap()).isEqualTo(20);
  }

  @Test
  void aNumberIsInForceFromItsRecordOn() {
    set("value/max.duration.ms", number("max.duration.ms", 60_000));

    assertThat(bed.decisions().getLast().getSetting()).isEqualTo("value/max.duration.ms");
    assertThat(bed.read(Topics.DEAD_LETTERS, DeadLetter.class)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "lease.ttl.ms, 5999",
    "lease.ttl.ms, 600001",
    "max.unanswered, 0",
    "max.unanswered, 100001",
    "agent.wait.ms, 999",
    "max.duration.ms, -1",
    "dead.keep.ms, 9223372036854775807"
  })
  void aNumberOutOfBoundsIsADeadLetter(String name, long number) {
    set("value/" + name, number(name, number));

    assertThat(bed.read(Topics.DEAD_LETTERS, DeadLetter.class))
        .singleElement()
        .satisfies(letter -> assertThat(letter.getReason()).contains(name + " must be"));
  }

  private static Setting number(String name, long number) {
    return new Setting("value", name, null, null, null, number);
  }

  static List<Setting> impossible() {
    return List.of(
        new Setting("pool", "gpu", OPEN, null, null, 1L),
        new Setting("pool", "gpu", null, null, null, 1L),
        new Setting("pool", "other", OPEN, null, null, null),
        new Setting("plan", "gpu", null, PlanSetting.newBuilder().build(), null, null),
        new Setting("pool", "gpu", null, null, null, null),
        new Setting("pool", "gpu", OPEN, PlanSetting.newBuilder().build(), null, null),
        new Setting(
            "pool", "gpu", null, PlanSetting.newBuilder().setMaxInFlight(1).build(), null, null),
        new Setting("pool", "gpu", OPEN, null, new AgentSetting(true, null), null),
        new Setting("pool", "gpu", null, null, new AgentSetting(true, null), null),
        new Setting("pool", "gpu", new PoolSetting(false, true, -1), null, null, null),
        new Setting("pool", "x".repeat(1_000_000), OPEN, null, null, null));
  }

  @ParameterizedTest
  @MethodSource("impossible")
  void whatIsNotTheKeysIsADeadLetterAndWhatWasInForceStays(Setting setting) {
    set("pool/gpu", pool("gpu", false));
    bed.decisions();

    set("pool/gpu", setting);

    assertThat(bed.read(Topics.DEAD_LETTERS, DeadLetter.class)).hasSize(1);
    assertThat(bed.decisions())
        .extracting(Decision::getKind, Decision::getSetting)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(DecisionKind.REFUSE, "pool/gpu"),
            org.assertj.core.groups.Tuple.tuple(DecisionKind.TENANT, "pool/gpu"));
    assertThat(reason("run", "gpu")).isEqualTo("queued");
  }

  @ParameterizedTest
  @ValueSource(strings = {"garbage", "{\"kind\":\"pool\",\"name\":\"gpu\"}", ""})
  void whatIsNoneOfOursIsADeadLetter(String value) {
    set("pool/gpu", value.getBytes(StandardCharsets.UTF_8));

    assertThat(bed.read(Topics.DEAD_LETTERS, DeadLetter.class)).hasSize(1);
    assertThat(reason("run", "default")).isEqualTo("queued");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "pool",
        "pool/",
        "pool/GPU",
        "plan/a.b",
        "ttl/x",
        "acme",
        "pool/gpu/more",
        "value/",
        "value/lease.ttl",
        "value/pools"
      })
  void aKeyThatNamesNothingIsADeadLetter(String key) {
    set(key, pool("gpu", false));
    set(key, (byte[]) null);

    assertThat(bed.read(Topics.DEAD_LETTERS, DeadLetter.class)).hasSize(2);
    assertThat(reason("run", "gpu")).isEqualTo("waits for its pool");
  }

  @Test
  void aRecordWithoutAKeyOrWithAGiantOneIsADeadLetter() {
    set(null, bed.serialize(Topics.SETTINGS, pool("gpu", false)));
    set("pool/" + "x".repeat(1_000_000), pool("gpu", false));

    assertThat(bed.read(Topics.DEAD_LETTERS, DeadLetter.class)).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, Integer.MIN_VALUE})
  void aPlanOutOfBoundsIsADeadLetter(int cap) {
    set("plan/free", plan("free", PlanSetting.newBuilder().setMaxInFlight(cap).build()));
    set("plan/free", plan("free", PlanSetting.newBuilder().setWeight(Double.NaN).build()));
    set("plan/free", plan("free", PlanSetting.newBuilder().setMaxSteps(Bounds.STEPS + 1).build()));

    assertThat(bed.read(Topics.DEAD_LETTERS, DeadLetter.class)).hasSize(3);
    assertThat(reason("run", "default")).isEqualTo("queued");
  }

  @Test
  void behindWhatIsRefusedTheGateAppendsWhatIsInForceAndAnotherGateReadsTheSame() {
    var full = PlanSetting.newBuilder().setMaxInFlight(7).setWeight(2.5).build();
    set("plan/pro", plan("pro", full));
    set("plan/pro", "garbage".getBytes(StandardCharsets.UTF_8));
    var left = bed.records(Topics.SETTINGS);
    assertThat(left).as("what compaction leaves").hasSize(1);

    try (var other = new GateBed(dir.resolve("other"))) {
      var record = left.getFirst();
      other.send(Topics.SETTINGS, record.key(), record.value(), record.headers());
      other.send(
          Topics.TENANTS,
          "acme".getBytes(StandardCharsets.UTF_8),
          "{\"tenant\":\"acme\",\"plan\":\"pro\"}".getBytes(StandardCharsets.UTF_8));
      var load = other.decisions().getLast().getLoad();
      assertThat(load.getWeight()).isEqualTo(2.5);
      assertThat(load.getCap()).isEqualTo(7);
    }
  }
}
