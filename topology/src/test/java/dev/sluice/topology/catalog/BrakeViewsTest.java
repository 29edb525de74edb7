package dev.sluice.topology.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.admission.settings.SettingKey;
import dev.sluice.topology.catalog.scaling.Brakes;
import dev.sluice.topology.catalog.scaling.PoolsHeard;
import dev.sluice.v1.AgentSetting;
import dev.sluice.v1.Decision;
import dev.sluice.v1.DecisionKind;
import dev.sluice.v1.PoolSetting;
import dev.sluice.v1.RunSummary;
import dev.sluice.v1.Setting;
import dev.sluice.v1.TenantLoad;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the catalog says of runs that brakes hold back, and to autoscalers of their pools. */
@SuppressWarnings("NullAway.Init") // set before each test
final class BrakeViewsTest {
  private static final SettingKey POOL = SettingKey.pool("default");
  private static final SettingKey AGENT = SettingKey.agent("mailer");
  private static final Duration LATE = Duration.ofSeconds(10);
  private static final long NOW = 100_000;

  @TempDir private Path dir;
  private CatalogBed bed;
  private int settings;

  @BeforeEach
  void start() {
    bed = new CatalogBed(dir);
  }

  @AfterEach
  void stop() {
    bed.close();
  }

  // --- what is set

  private void pool(boolean paused, @Nullable Integer most) {
    var setting = new PoolSetting(false, paused, most);
    set(POOL, new Setting("pool", "default", setting, null, null, null), null);
  }

  private void agent(boolean paused, @Nullable Integer most) {
    set(AGENT, agentSetting(paused, most), null);
  }

  private static Setting agentSetting(boolean paused, @Nullable Integer most) {
    return new Setting("agent", "mailer", null, null, new AgentSetting(paused, most), null);
  }

  private void set(SettingKey key, @Nullable Setting setting, @Nullable String refused) {
    bed.set(key.text(), setting);
    bed.decideOn(key.text(), settings++, refused);
  }

  // --- runs

  private void accept(String tenant, String run, String agent, int cap, int queued) {
    bed.decide(
        decision(DecisionKind.ACCEPT, tenant, run)
            .setSubmission(
                RunSummary.newBuilder()
                    .setAgent(agent)
                    .setPool("default")
                    .setPriority(0)
                    .setLabels(Map.of())
                    .setSubmittedAtMs(1)
                    .build())
            .setLoad(load(cap, 0, queued)));
  }

  private static Decision.Builder decision(DecisionKind kind, String tenant, String run) {
    return CatalogBed.decision(kind, run, 0).setTenant(tenant);
  }

  private static TenantLoad load(int cap, int inFlight, int queued) {
    return TenantLoad.newBuilder()
        .setCap(cap)
        .setInFlight(inFlight)
        .setQueued(queued)
        .setWaiting(0)
        .setPaused(false)
        .setWeight(1)
        .setOldestReadyMs(1L)
        .build();
  }

  private JsonNode shown(String run) {
    return bed.queries.json(bed.run(run));
  }

  private JsonNode wanted() {
    return new ScalingApi(bed.queries, bed.demand, new PoolsHeard(), bed.behind)
        .wanted("default", 16, LATE, NOW);
  }

  @Test
  void aQueuedRunSaysWhichBrakesHoldIt() {
    accept("t", "r", "mailer", 5, 1);
    assertThat(shown("r").path("waiting_for").asText()).isEqualTo("worker");
    assertThat(shown("r").has("brakes")).isFalse();

    pool(true, null);
    agent(false, 0);

    assertThat(shown("r").path("waiting_for").asText()).isEqualTo("brake");
    assertThat(shown("r").path("brakes").toString())
        .isEqualTo("[\"pool/default\",\"agent/mailer\"]");
  }

  @Test
  void whatItsTenantHoldsBackIsSaidFirst() {
    accept("t", "r", "mailer", 0, 1);
    agent(true, null);

    assertThat(shown("r").path("waiting_for").asText()).isEqualTo("cap");
    assertThat(shown("r").has("brakes")).isFalse();
  }

  @Test
  void aBrakeHoldsFromItsDecisionOnAndNotWhenItIsRefused() {
    accept("t", "r", "mailer", 5, 1);
    set(AGENT, agentSetting(true, null), "out of bounds");
    assertThat(shown("r").path("waiting_for").asText()).isEqualTo("worker");

    agent(true, null);
    assertThat(shown("r").path("waiting_for").asText()).isEqualTo("brake");

    set(AGENT, null, null);
    assertThat(shown("r").path("waiting_for").asText()).isEqualTo("worker");
  }

  @Test
  void aBoundHoldsARunUntilAStartHasComeIn() {
    accept("t", "r", "mailer", 5, 1);

    agent(false, 1);

    // One start a minute takes 63 s to come in.
    assertThat(bed.brakes.holding(bed.run("r"), 62_999)).containsExactly(AGENT);
    assertThat(bed.brakes.holding(bed.run("r"), 63_000)).isEmpty();
  }

  @Test
  void aStartTakesItsTimeFromTheBound() {
    agent(false, 1);
    bed.pass(Duration.ofSeconds(63));
    accept("t", "r", "mailer", 5, 2);
    accept("t", "other", "mailer", 5, 2);
    assertThat(bed.brakes.holding(bed.run("r"), 63_000)).isEmpty();

    bed.decide(CatalogBed.decision(DecisionKind.DISPATCH, "other", 1));

    assertThat(bed.brakes.holding(bed.run("r"), 63_000)).containsExactly(AGENT);
    assertThat(bed.brakes.holding(bed.run("r"), 126_000)).isEmpty();
  }

  @Test
  void wantsNoSlotForRunsThatMayNotStart() {
    for (int i = 0; i < 10; i++) {
      accept("t", "r" + i, "mailer", 20, i + 1);
    }
    assertThat(wanted().path("wanted_slots").asInt()).isEqualTo(10 + 16);

    agent(true, null);

    assertThat(wanted().path("ready").asInt()).isZero();
    assertThat(wanted().path("braked").asInt()).isEqualTo(10);
    assertThat(wanted().path("late").asBoolean()).isFalse();
    assertThat(wanted().path("wanted_slots").asInt()).isZero();
  }

  @Test
  void wantsSlotsForWhatABoundLetsStartWithinAMinute() {
    for (int i = 0; i < 10; i++) {
      accept("t", "r" + i, "mailer", 20, i + 1);
      accept("u", "r" + i, "mailer", 20, i + 1);
    }
    agent(false, 7);
    assertThat(wanted().path("wanted_slots").asInt()).isEqualTo(7);

    pool(false, 3);
    assertThat(wanted().path("wanted_slots").asInt()).isEqualTo(3);
    assertThat(wanted().path("braked").asInt()).isEqualTo(17);
  }

  @Test
  void otherAgentsTakeTheRoomThatTheCapLeaves() {
    accept("t", "free", "other", 2, 1);
    for (int i = 0; i < 3; i++) {
      accept("t", "r" + i, "mailer", 2, i + 2);
    }
    agent(true, null);

    assertThat(wanted().path("ready").asInt()).isEqualTo(1);
    assertThat(wanted().path("braked").asInt()).isEqualTo(1);
  }

  @Test
  void aCatalogThatBeginsKnowsTheBrakes() {
    accept("t", "r", "mailer", 5, 1);
    agent(true, null);
    var brakes = new Brakes(1);

    brakes.begin(0, bed::store);

    assertThat(brakes.holding(bed.run("r"), NOW)).containsExactly(AGENT);
  }

  /** Decisions are kept for a week, settings for as long as they hold. */
  @Test
  void aSettingWhoseDecisionIsDeletedHoldsOnceAllDecisionsAreRead() {
    accept("t", "r", "mailer", 5, 1);
    bed.set(AGENT.text(), agentSetting(true, null));
    assertThat(shown("r").path("waiting_for").asText()).isEqualTo("worker");

    bed.isUpToDate();
    bed.pass(Duration.ofHours(2));

    assertThat(shown("r").path("waiting_for").asText()).isEqualTo("brake");
  }
}
