package dev.sluice.topology.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.admission.settings.SettingKey;
import dev.sluice.schemas.topic.Topics;
import dev.sluice.topology.catalog.view.ViewCodec;
import dev.sluice.v1.DecisionKind;
import dev.sluice.v1.PlanSetting;
import dev.sluice.v1.PoolSetting;
import dev.sluice.v1.Setting;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the catalog shows of settings, from their topic and the gate's decisions. */
@SuppressWarnings("NullAway.Init") // set before each test
final class SettingViewsTest {
  private static final SettingKey GPU = SettingKey.pool("gpu");

  @TempDir private Path dir;
  private CatalogBed bed;

  @BeforeEach
  void start() {
    bed = new CatalogBed(dir);
  }

  @AfterEach
  void stop() {
    bed.close();
  }

  private static Setting pool(boolean closed) {
    return new Setting("pool", "gpu", new PoolSetting(closed, false, null), null, null, null);
  }

  private void set(boolean closed) {
    bed.set(GPU.text(), pool(closed));
  }

  private void decided(DecisionKind kind, long offset) {
    bed.decideOn(GPU.text(), offset, kind == DecisionKind.REFUSE ? "why" : null);
  }

  private @Nullable JsonNode shown() {
    return bed.settings.one(GPU, 0);
  }

  private JsonNode there() {
    var shown = shown();
    assertThat(shown).isNotNull();
    return java.util.Objects.requireNonNull(shown);
  }

  @Test
  void aSettingIsInForceWhenTheGateHasDecidedOnItsNewestRecord() {
    set(false);
    assertThat(there().path("in_force").asInt()).isZero();
    decided(DecisionKind.TENANT, 0);
    assertThat(there().path("in_force").asInt()).isEqualTo(1);

    set(true);

    assertThat(there().path("in_force").asInt()).isZero();
    assertThat(there().path("value").path("closed").asBoolean()).isTrue();
    assertThat(there().path("partitions").asInt()).isEqualTo(1);
    assertThat(there().path("differs").asBoolean()).isFalse();
  }

  @Test
  void aDecisionThatIsReadBeforeItsRecordCounts() {
    decided(DecisionKind.TENANT, 0);
    assertThat(shown()).isNull();

    set(true);

    assertThat(there().path("in_force").asInt()).isEqualTo(1);
  }

  @Test
  void whatTheGateRefusesIsShownUntilTheNextRecord() {
    set(true);
    decided(DecisionKind.REFUSE, 0);
    assertThat(there().path("refused").asText()).isEqualTo("why");
    assertThat(there().path("in_force").asInt()).isZero();

    set(false);
    assertThat(there().has("refused")).as("that is not decided on yet").isFalse();
    decided(DecisionKind.TENANT, 1);

    assertThat(there().path("in_force").asInt()).isEqualTo(1);
    assertThat(there().has("refused")).isFalse();
  }

  @Test
  void garbageLeavesTheValueBeforeInForceAndIsSaid() {
    set(true);
    decided(DecisionKind.TENANT, 0);
    bed.raw(
        Topics.SETTINGS,
        GPU.text().getBytes(StandardCharsets.UTF_8),
        "garbage".getBytes(StandardCharsets.UTF_8));
    decided(DecisionKind.REFUSE, 1);

    assertThat(there().path("in_force").asInt()).isEqualTo(1);
    assertThat(there().path("refused").asText()).isEqualTo("why");
  }

  @Test
  void nothingIsLeftOfASettingThatIsTakenBack() {
    set(true);
    decided(DecisionKind.TENANT, 0);
    bed.set(GPU.text(), null);
    decided(DecisionKind.TENANT, 1);

    assertThat(shown()).isNull();
    assertThat(bed.kept()).as("all that is kept").doesNotContainKey(ViewCodec.key(GPU.text()));
  }

  @Test
  void anOldRecordIsInForceThoughItsDecisionIsNoLongerThere() {
    set(true);

    var later = bed.settings.one(GPU, Duration.ofDays(8).toMillis());
    assertThat(later == null ? 0 : later.path("in_force").asInt()).isEqualTo(1);
  }

  @Test
  void showsANumber() {
    var key = SettingKey.value("lease.ttl.ms");
    bed.set(key.text(), new Setting("value", key.name(), null, null, null, 10_000L));

    var shown = bed.settings.one(key, 0);

    assertThat(shown == null ? "" : shown.path("value").toString()).isEqualTo("{\"number\":10000}");
  }

  @Test
  void listsSettingsInPages() {
    set(true);
    for (int i = 0; i < 5; i++) {
      var plan = PlanSetting.newBuilder().setMaxInFlight(i).build();
      bed.set("plan/p" + i, new Setting("plan", "p" + i, null, plan, null, null));
    }

    var first = bed.settings.all(4, null, 0);

    assertThat(first.path("settings").findValuesAsText("setting"))
        .containsExactly("plan/p0", "plan/p1", "plan/p2", "plan/p3");
    assertThat(first.path("next").isTextual()).isTrue();
    var second = bed.settings.all(4, "plan/p3", 0);
    assertThat(second.path("settings").findValuesAsText("setting"))
        .containsExactly("plan/p4", "pool/gpu");
    assertThat(second.path("next").isNull()).isTrue();
  }

  @Test
  void whatTheGateAppendsAgainIsInForceAndTheRefusalIsStillTold() {
    set(true);
    decided(DecisionKind.TENANT, 0);
    set(false);
    decided(DecisionKind.REFUSE, 1);
    set(true);
    bed.decideAgain(GPU.text(), 2);

    assertThat(there().path("in_force").asInt()).isEqualTo(1);
    assertThat(there().path("value").path("closed").asBoolean()).isTrue();
    assertThat(there().path("refused").asText()).isEqualTo("why");
    set(false);
    decided(DecisionKind.TENANT, 3);
    assertThat(there().has("refused")).isFalse();
    assertThat(there().path("in_force").asInt()).isEqualTo(1);
  }
}
