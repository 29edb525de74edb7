package dev.sluice.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.admission.journal.JournalEntry;
import dev.sluice.admission.port.GateEffect;
import dev.sluice.admission.port.GateEvent;
import dev.sluice.admission.rules.EarlyCommands;
import dev.sluice.admission.run.ChildSpec;
import dev.sluice.admission.run.Failure;
import dev.sluice.admission.run.Outcome;
import dev.sluice.admission.run.Phase;
import dev.sluice.admission.run.RunSpec;
import dev.sluice.admission.run.TreeLimits;
import dev.sluice.admission.run.Wait;
import dev.sluice.admission.settings.Brake;
import dev.sluice.admission.settings.Plan;
import dev.sluice.admission.settings.PoolSetting;
import dev.sluice.admission.settings.Setting;
import dev.sluice.admission.settings.SettingKey;
import dev.sluice.admission.settings.SettingsBook;
import dev.sluice.admission.settings.TenantSettings;
import dev.sluice.contract.Bounds;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pools and plans that the log sets. */
final class SettingsTest {
  private static final PoolSetting CLOSED = PoolSetting.CLOSED;

  private final OneWorker worker = new OneWorker(4);

  private static RunSpec in(String pool) {
    return in(pool, null);
  }

  private static RunSpec in(String pool, @Nullable Long startAtMs) {
    return new RunSpec(
        "agent",
        pool,
        0,
        Map.of(),
        Map.of(),
        Map.of(),
        null,
        null,
        null,
        startAtMs,
        null,
        TreeLimits.NONE,
        null,
        null);
  }

  private void set(String pool, PoolSetting setting) {
    worker.set(Setting.of(pool, setting));
  }

  private static TenantSettings on(String plan) {
    return new TenantSettings(plan, null, null, null, null, null, null, null, null, null, false);
  }

  private boolean waitsForItsPool(String id) {
    return worker.phase("acme", id) instanceof Phase.Waiting waiting
        && waiting.on() instanceof Wait.Pool;
  }

  private List<Outcome> outcomes() {
    return worker.completed().stream().map(GateEffect.Complete::outcome).toList();
  }

  // --- pools

  private void dies(String id, String pool) {
    worker.submit("acme", id, in(pool));
    worker.epoch(new JournalEntry.End(Outcome.DEAD, Failure.of("Test", "it dies"), Map.of()));
  }

  /** Nobody would ever take it, and it would stand for ever. */
  @Test
  void aDeadRunIsNotSentBackToAPoolThatThereIsNot() {
    dies("run", "default");
    worker.restartWithPools("other");

    worker.redrive("acme", "run");

    assertThat(worker.answers().getLast().kind()).isEqualTo(GateEffect.DecisionKind.REFUSE);
    assertThat(worker.answers().getLast().reason()).contains("no pool default");
    set("default", new PoolSetting(false, Brake.NONE));
    worker.redrive("acme", "run");
    assertThat(worker.started()).containsExactly("run", "run");
  }

  @Test
  void aDeadRunIsSentBackToAPoolThatIsClosed() {
    dies("run", "default");
    set("default", CLOSED);

    worker.redrive("acme", "run");

    assertThat(worker.started()).containsExactly("run", "run");
  }

  @Test
  void aRunThatComesBeforeItsPoolStartsWhenThePoolComes() {
    worker.submit("acme", "run", in("gpu"));
    assertThat(waitsForItsPool("run")).isTrue();

    set("gpu", PoolSetting.OPEN);

    assertThat(worker.started()).containsExactly("run");
  }

  @Test
  void aRunOfAnUnknownPoolIsRefusedOnceAllSettingsAreRead() {
    long sentMs = worker.nowMs();
    worker.submit("acme", "run", in("gpu"));
    worker.tickAllRead();
    worker.pass(EarlyCommands.WAIT_MS);
    worker.tick();
    assertThat(worker.completed()).as("settings may be unread").isEmpty();

    worker.tickAllRead();

    assertThat(outcomes()).containsExactly(Outcome.REJECTED);
    var end = worker.completed().getFirst();
    assertThat(end.submittedAtMs()).isEqualTo(sentMs);
    assertThat(String.valueOf(end.failure())).contains("pool must be one of [default], got gpu");
    assertThat(end.isRetryable()).isFalse();
  }

  @Test
  void aRunOfAnUnknownPoolIsWaitedForAMinuteBeforeTheOldestEndsThatATickMayName() {
    worker.submit("acme", "run", in("gpu"));
    long since =
        worker.phase("acme", "run") instanceof Phase.Waiting waiting ? waiting.sinceMs() : 0;
    worker.pass(since + EarlyCommands.WAIT_MS - 2 - worker.nowMs());
    worker.tickAllRead();
    assertThat(worker.completed()).isEmpty();

    worker.tickAllRead();

    assertThat(outcomes()).containsExactly(Outcome.REJECTED);
  }

  @Test
  void aRunOfAnUnknownPoolCanBeCancelled() {
    worker.submit("acme", "run", in("gpu"));

    worker.cancel("acme", "run");

    assertThat(outcomes()).containsExactly(Outcome.CANCELLED);
    set("gpu", PoolSetting.OPEN);
    assertThat(worker.started()).isEmpty();
  }

  @Test
  void aRunWaitsForItsTimeWhenItsPoolHasCome() {
    worker.submit("acme", "run", in("gpu", worker.nowMs() + 5_000));

    set("gpu", PoolSetting.OPEN);
    assertThat(worker.started()).isEmpty();
    worker.pass(5_000);
    worker.second();

    assertThat(worker.started()).containsExactly("run");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theRunsOfAPoolThatIsClosedOrRemovedGoOn(boolean isRemoved) {
    set("gpu", PoolSetting.OPEN);
    for (int i = 0; i < 6; i++) {
      worker.submit("acme", "run" + i, in("gpu"));
    }

    if (isRemoved) {
      worker.unset(SettingKey.pool("gpu"));
    } else {
      set("gpu", CLOSED);
    }
    worker.submit("acme", "late", in("gpu"));
    for (int i = 0; i < 6; i++) {
      worker.end(Outcome.SUCCEEDED);
    }

    assertThat(worker.started()).hasSize(6).doesNotContain("late");
    assertThat(outcomes()).hasSize(6).containsOnly(Outcome.SUCCEEDED);
    assertThat(waitsForItsPool("late")).isTrue();
  }

  @Test
  void aPoolOfTheGatesOwnConfigurationCanBeClosedAndIsOpenAgainWithoutTheRecord() {
    set("default", CLOSED);
    worker.submit("acme", "run", 0);
    assertThat(waitsForItsPool("run")).isTrue();

    worker.unset(SettingKey.pool("default"));

    assertThat(worker.started()).containsExactly("run");
  }

  @Test
  void aTreeInAPoolThatIsClosedGoesOnThere() {
    set("gpu", PoolSetting.OPEN);
    worker.submit("acme", "root", in("gpu"));
    set("gpu", CLOSED);

    worker.epoch(
        new dev.sluice.admission.journal.JournalEntry.Spawn(
            List.of(new ChildSpec(1, in("gpu"), false), new ChildSpec(2, in("tpu"), false)),
            Map.of()));

    assertThat(worker.started()).containsExactly("root", "root~1");
    assertThat(waitsForItsPool("root~2")).isTrue();
  }

  @Test
  void manyRunsThatWaitForAPoolGoOnOverSeveralRecords() {
    int many = dev.sluice.admission.settings.GateSettings.MAX_PER_EVENT + 10;
    for (int i = 0; i < many; i++) {
      worker.submit("t" + i % 100, "run" + i, in("gpu"));
    }
    set("gpu", PoolSetting.OPEN);

    worker.tick();

    assertThat(worker.runs()).noneMatch(run -> run.phase() instanceof Phase.Waiting);
  }

  // --- plans

  @Test
  void aTenantOnAPlanThatIsNotKnownIsAsOnFreeUntilThePlanComes() {
    worker.set(Setting.of("free", Plan.ofCap(1)));
    worker.tenant("acme", on("gold"));
    worker.submit("acme", "one", 0);
    worker.submit("acme", "two", 0);
    worker.submit("acme", "three", 0);
    assertThat(worker.started()).containsExactly("one");

    worker.set(Setting.of("gold", Plan.ofCap(2)));

    assertThat(worker.started()).containsExactly("one", "two");
  }

  @Test
  void aPlanThatIsRemovedLeavesItsTenantsOnFree() {
    worker.set(Setting.of("free", Plan.ofCap(1)));
    worker.set(Setting.of("gold", Plan.ofCap(2)));
    worker.tenant("acme", on("gold"));
    worker.submit("acme", "one", 0);
    worker.submit("acme", "two", 0);
    worker.submit("acme", "three", 0);

    worker.unset(SettingKey.plan("gold"));
    worker.end(Outcome.SUCCEEDED);
    assertThat(worker.started()).containsExactly("one", "two");
    worker.end(Outcome.SUCCEEDED);

    assertThat(worker.started()).containsExactly("one", "two", "three");
  }

  @Test
  void thePlanOfTenantsWithoutARecordCanBeSet() {
    worker.set(Setting.of("free", Plan.ofCap(1)));

    worker.submit("acme", "one", 0);
    worker.submit("acme", "two", 0);

    assertThat(worker.started()).containsExactly("one");
  }

  // --- what cannot be

  @Test
  void aSettingBeyondTheBoundIsSetAsideAndThoseBeforeStand() {
    for (int i = 0; i < Bounds.POOLS; i++) {
      set("pool-" + i, PoolSetting.OPEN);
    }
    var effects =
        worker.decide(
            new GateEvent.SettingSet(
                SettingKey.pool("more"), Setting.of("more", PoolSetting.OPEN)));

    assertThat(effects).anyMatch(GateEffect.DeadLetterRecord.class::isInstance);
    set("pool-7", CLOSED);
    worker.unset(SettingKey.pool("pool-8"));
    set("more", PoolSetting.OPEN);
    worker.submit("acme", "run", in("more"));
    assertThat(worker.started()).containsExactly("run");
    worker.submit("acme", "closed", in("pool-7"));
    assertThat(waitsForItsPool("closed")).isTrue();
  }

  @Test
  void whatCannotBeReadChangesNothingAndIsSaid() {
    set("gpu", PoolSetting.OPEN);

    var effects = worker.decide(new GateEvent.SettingRefused(SettingKey.pool("gpu"), "garbage"));

    assertThat(effects).anyMatch(GateEffect.DeadLetterRecord.class::isInstance);
    assertThat(effects)
        .anyMatch(
            effect ->
                effect instanceof GateEffect.Decide decide
                    && decide.kind() == GateEffect.DecisionKind.REFUSE
                    && SettingKey.pool("gpu").equals(decide.setting()));
    worker.submit("acme", "run", in("gpu"));
    assertThat(worker.started()).containsExactly("run");
  }

  private static List<GateEffect> restored(List<GateEffect> effects) {
    return effects.stream().filter(GateEffect.RestoreSetting.class::isInstance).toList();
  }

  private static GateEvent.SettingRestored restored(@Nullable Setting setting, long refusedAt) {
    return new GateEvent.SettingRestored(SettingKey.pool("gpu"), setting, refusedAt);
  }

  @Test
  void behindWhatIsRefusedStandsWhatIsInForce() {
    var refused = new GateEvent.SettingRefused(SettingKey.pool("gpu"), "garbage");
    assertThat(restored(worker.decide(refused)))
        .containsExactly(new GateEffect.RestoreSetting(SettingKey.pool("gpu"), null));
    var open = Setting.of("gpu", PoolSetting.OPEN);
    worker.set(open);

    assertThat(restored(worker.decide(refused)))
        .containsExactly(new GateEffect.RestoreSetting(SettingKey.pool("gpu"), open));
  }

  /** Set or removed between the record that was refused and what the gate appended behind it. */
  @Test
  void whatWasSetMeanwhileIsNewerThanWhatIsAppendedAgain() {
    var open = Setting.of("gpu", PoolSetting.OPEN);
    var closed = Setting.of("gpu", CLOSED);
    worker.set(open);
    worker.decide(new GateEvent.SettingRefused(SettingKey.pool("gpu"), "garbage"));
    long refusedAt = worker.lastOffset();
    worker.set(closed);

    var behindAnother = worker.decide(restored(open, refusedAt));
    long restoredAt = worker.lastOffset();
    worker.unset(SettingKey.pool("gpu"));
    var behindARemoval = worker.decide(restored(closed, restoredAt));

    assertThat(restored(behindAnother))
        .containsExactly(new GateEffect.RestoreSetting(SettingKey.pool("gpu"), closed));
    assertThat(restored(behindARemoval))
        .containsExactly(new GateEffect.RestoreSetting(SettingKey.pool("gpu"), null));
    worker.submit("acme", "run", in("gpu"));
    assertThat(waitsForItsPool("run")).isTrue();
  }

  @Test
  void aGateThatHasNotReadWhatWasRefusedTakesWhatCompactionLeft() {
    var open = Setting.of("gpu", PoolSetting.OPEN);

    worker.decide(restored(open, 1_000_000));

    worker.submit("acme", "run", in("gpu"));
    assertThat(worker.started()).containsExactly("run");
  }

  /** Of two keys, both refused before either was appended again; the first had been compacted. */
  @Test
  void whatAnotherKeyWasRefusedForDecidesNothingAboutThisOne() {
    var refused = new GateEvent.SettingRefused(SettingKey.pool("other"), "garbage");
    var open = Setting.of("gpu", PoolSetting.OPEN);
    long refusedAt = worker.lastOffset();
    worker.decide(refused);

    var effects = worker.decide(restored(open, refusedAt));

    assertThat(restored(effects)).isEmpty();
    worker.submit("acme", "run", in("gpu"));
    assertThat(worker.started()).containsExactly("run");
  }

  @Test
  void whereSettingsWereRemovedIsKnownOfTheNewestOnly() {
    for (int i = 0; i <= SettingsBook.MOST_REMOVED; i++) {
      worker.unset(SettingKey.agent("agent-" + i));
    }
    var brake = Setting.of("agent-0", new Brake(true, null));

    var effects = worker.decide(new GateEvent.SettingRestored(brake.key(), brake, 0));

    assertThat(restored(effects)).isEmpty(); // removed so long ago that nobody knows
    var last = Setting.of("agent-" + SettingsBook.MOST_REMOVED, new Brake(true, null));
    assertThat(restored(worker.decide(new GateEvent.SettingRestored(last.key(), last, 0))))
        .containsExactly(new GateEffect.RestoreSetting(last.key(), null));
  }

  @Test
  void noSettingOutOfBoundsCanBeMade() {
    var bounds = TreeLimits.Bounds.DEFAULT;
    for (var plan :
        List.of(
            new Plan(-1, 1, 1, 1, 1, 1, bounds),
            new Plan(1, 0, 1, 1, 1, 1, bounds),
            new Plan(1, Double.NaN, 1, 1, 1, 1, bounds),
            new Plan(1, Bounds.WEIGHT + 1, 1, 1, 1, 1, bounds),
            new Plan(1, 1, -1, 1, 1, 1, bounds),
            new Plan(1, 1, 1, -1, 1, 1, bounds),
            new Plan(1, 1, 1, 1, 0, 1, bounds),
            new Plan(1, 1, 1, 1, Bounds.ATTEMPTS + 1, 1, bounds),
            new Plan(1, 1, 1, 1, 1, Bounds.STEPS + 1, bounds),
            new Plan(1, 1, 1, 1, 1, 1, new TreeLimits.Bounds(Bounds.CHILDREN + 1, 1, 1)),
            new Plan(1, 1, 1, 1, 1, 1, new TreeLimits.Bounds(1, Bounds.DEPTH + 1, 1)),
            new Plan(1, 1, 1, 1, 1, 1, new TreeLimits.Bounds(1, 1, Bounds.DESCENDANTS + 1)))) {
      assertThatIllegalArgumentException().as("%s", plan).isThrownBy(() -> Setting.of("p", plan));
    }
    for (var key :
        List.of("", "pool", "pool/", "pool/A", "plan/a.b", "other/x", "pool/" + "x".repeat(65))) {
      assertThatIllegalArgumentException().as(key).isThrownBy(() -> SettingKey.parse(key));
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Setting(SettingKey.pool("p"), null, Plan.ofCap(1), null, null));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Setting(SettingKey.plan("p"), null, null, null, null));
  }
}
