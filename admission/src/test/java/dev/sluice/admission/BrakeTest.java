package dev.sluice.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.admission.journal.JournalEntry;
import dev.sluice.admission.pace.Pace;
import dev.sluice.admission.pace.Share;
import dev.sluice.admission.port.Cause;
import dev.sluice.admission.port.Damage;
import dev.sluice.admission.port.GateEffect;
import dev.sluice.admission.port.GateEvent;
import dev.sluice.admission.run.Outcome;
import dev.sluice.admission.run.Phase;
import dev.sluice.admission.run.RunSpec;
import dev.sluice.admission.run.TreeLimits;
import dev.sluice.admission.settings.Brake;
import dev.sluice.admission.settings.GateSettings;
import dev.sluice.admission.settings.PoolSetting;
import dev.sluice.admission.settings.Setting;
import dev.sluice.admission.settings.SettingKey;
import dev.sluice.admission.settings.TenantSettings;
import dev.sluice.contract.Bounds;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pools and agents whose starts are held back (decision 0045). */
final class BrakeTest {
  private static final Brake PAUSED = new Brake(true, null);
  private static final SettingKey AGENT = SettingKey.agent("agent");
  private static final int MINUTE = 60;

  private static Brake atMost(int starts) {
    return new Brake(false, starts);
  }

  private static RunSpec of(String agent, String pool) {
    return new RunSpec(
        agent,
        pool,
        0,
        Map.of(),
        Map.of(),
        Map.of(),
        null,
        null,
        null,
        null,
        null,
        TreeLimits.NONE,
        null,
        null);
  }

  private static OneWorker worker(int slots) {
    var worker = new OneWorker(slots);
    worker.has(Set.of("agent", "other"));
    worker.second(); // lease time goes on from the second tick on
    return worker;
  }

  private static void set(OneWorker worker, Brake agent) {
    worker.set(Setting.of("agent", agent));
  }

  private static void setPool(OneWorker worker, Brake brake) {
    worker.set(Setting.of("default", new PoolSetting(false, brake)));
  }

  private static void submit(OneWorker worker, String prefix, int count) {
    for (int i = 0; i < count; i++) {
      worker.submit("acme", prefix + i, of("agent", "default"));
    }
  }

  /** How many runs start in each second, while those that run end. */
  private static List<Integer> starts(OneWorker worker, int seconds) {
    var starts = new ArrayList<Integer>();
    for (int i = 0; i < seconds; i++) {
      int before = worker.started().size();
      worker.second();
      while (!worker.held().isEmpty()) {
        worker.end(Outcome.SUCCEEDED);
      }
      starts.add(worker.started().size() - before);
    }
    return starts;
  }

  private static int sum(List<Integer> starts) {
    return starts.stream().mapToInt(Integer::intValue).sum();
  }

  private static int mostInAMinute(List<Integer> starts) {
    int most = 0;
    for (int i = 0; i < starts.size(); i++) {
      most = Math.max(most, sum(starts.subList(i, Math.min(i + MINUTE, starts.size()))));
    }
    return most;
  }

  // --- paused

  @Test
  void nothingOfAPausedAgentStartsAndAllOthersDo() {
    var worker = worker(8);
    set(worker, PAUSED);

    worker.submit("acme", "paused", of("agent", "default"));
    worker.submit("acme", "beside", of("other", "default"));
    worker.submit("umbrella", "elsewhere", of("other", "default"));

    assertThat(worker.started()).containsExactly("beside", "elsewhere");
    assertThat(worker.phase("acme", "paused")).isInstanceOf(Phase.Queued.class);
  }

  @Test
  void nothingOfAPausedPoolStartsAndOtherPoolsDo() {
    var worker = worker(8);
    worker.set(Setting.of("gpu", PoolSetting.OPEN));
    setPool(worker, PAUSED);

    worker.submit("acme", "paused", of("agent", "default"));
    worker.submit("acme", "other", of("agent", "gpu"));
    worker.second();

    assertThat(worker.started()).containsExactly("other");
  }

  @Test
  void aRunThatComesBehindAThousandPausedOnesStartsAtOnce() {
    var worker = worker(8);
    set(worker, PAUSED);
    submit(worker, "paused", 1_000);

    worker.submit("acme", "beside", of("other", "default"));

    assertThat(worker.started()).containsExactly("beside");
  }

  @Test
  void whatHasStartedGoesOnAndIsNotResumedWhilePaused() {
    var worker = worker(8);
    worker.submit("acme", "ends", of("agent", "default"));
    worker.submit("acme", "yields", of("agent", "default"));
    set(worker, PAUSED);

    worker.end(Outcome.SUCCEEDED);
    worker.epoch(new JournalEntry.Stopped(JournalEntry.StopReason.DRAIN, Map.of()));
    worker.second();
    assertThat(worker.completed()).extracting(end -> end.run().id()).containsExactly("ends");
    assertThat(worker.started()).containsExactly("ends", "yields");

    set(worker, Brake.NONE);
    starts(worker, 2);

    assertThat(worker.started()).containsExactly("ends", "yields", "yields");
  }

  @Test
  void aBoundOfNothingHoldsAsAPauseDoes() {
    var worker = worker(8);
    set(worker, atMost(0));
    submit(worker, "run", 3);

    assertThat(sum(starts(worker, 5 * MINUTE))).isZero();
  }

  @Test
  void aRunBehindABrakeCanBeCancelled() {
    var worker = worker(8);
    set(worker, PAUSED);
    worker.submit("acme", "run", of("agent", "default"));

    worker.cancel("acme", "run");

    assertThat(worker.completed())
        .extracting(GateEffect.Complete::outcome)
        .containsExactly(Outcome.CANCELLED);
  }

  // --- bounded

  @ParameterizedTest
  @CsvSource({
    "agent, 1",
    "agent, 2",
    "agent, 7",
    "agent, 41",
    "agent, 42",
    "agent, 60",
    "agent, 333",
    "pool, 1",
    "pool, 9",
    "pool, 120"
  })
  void noMinuteHasMoreStartsThanTheBoundAndFewAreMissing(String kind, int most) {
    var worker = worker(8_000);
    worker.tenant("acme", TenantSettings.DEFAULT.withMaxInFlight(8_000));
    if (kind.equals("pool")) {
      setPool(worker, atMost(most));
    } else {
      set(worker, atMost(most));
    }
    submit(worker, "run", 5 * most + 10);

    var starts = starts(worker, 5 * MINUTE);

    assertThat(mostInAMinute(starts)).isLessThanOrEqualTo(most);
    assertThat(sum(starts)).isGreaterThanOrEqualTo((int) Math.floor(5 * most * 0.9));
  }

  @Test
  void aBoundHoldsForItsAgentAlone() {
    var worker = worker(100);
    worker.tenant("acme", TenantSettings.DEFAULT.withMaxInFlight(100));
    set(worker, atMost(1));
    submit(worker, "run", 10);

    for (int i = 0; i < 20; i++) {
      worker.submit("acme", "other" + i, of("other", "default"));
    }

    assertThat(worker.started()).hasSize(20).allMatch(id -> id.startsWith("other"));
  }

  @Test
  void anIdleMinuteIsNotSavedUp() {
    var worker = worker(8_000);
    worker.tenant("acme", TenantSettings.DEFAULT.withMaxInFlight(8_000));
    set(worker, atMost(120));
    starts(worker, 10 * MINUTE);

    submit(worker, "run", 500);
    int atOnce = worker.started().size();

    assertThat(atOnce).isPositive().isLessThanOrEqualTo(3);
  }

  // --- eased

  @Test
  void startsRampUpOverAMinuteAfterAPauseAndAreFreeThen() {
    var worker = worker(20_000);
    worker.tenant("acme", TenantSettings.DEFAULT.withMaxInFlight(20_000));
    set(worker, PAUSED);
    submit(worker, "run", 3_400);

    set(worker, Brake.NONE);
    var starts = starts(worker, MINUTE);

    assertThat(sum(starts.subList(0, 10)))
        .as("of a flow that rises to 100 a second")
        .isBetween(75, 84);
    assertThat(sum(starts.subList(0, 30))).isBetween(705, 715);
    assertThat(sum(starts.subList(0, 59))).isBetween(2_750, 2_763);
    assertThat(starts.get(MINUTE - 1)).as("all that are left").isGreaterThan(600);
    assertThat(worker.paces()).as("nothing is kept of it").isZero();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void startsRampUpWhenABoundIsRaisedOrTaken(boolean isTaken) {
    var worker = worker(20_000);
    worker.tenant("acme", TenantSettings.DEFAULT.withMaxInFlight(20_000));
    set(worker, atMost(60));
    submit(worker, "run", 3_400);
    starts(worker, MINUTE);

    if (isTaken) {
      worker.unset(AGENT);
    } else {
      set(worker, atMost(660));
    }
    var starts = starts(worker, 2 * MINUTE);

    if (isTaken) {
      assertThat(sum(starts.subList(0, 6))).isBetween(30, 37);
    } else {
      assertThat(sum(starts.subList(0, 6))).isBetween(7, 9);
      assertThat(sum(starts.subList(0, MINUTE))).isBetween(335, 348);
      assertThat(mostInAMinute(starts)).isBetween(600, 660);
    }
  }

  @Test
  void brakesThatComeAndGoAreKeptWithinABound() {
    var worker = worker(1);
    for (int i = 0; i < 3 * Bounds.BRAKED_AGENTS; i++) {
      worker.set(Setting.of("a" + i, PAUSED));
      worker.unset(SettingKey.agent("a" + i));
    }
    assertThat(worker.paces()).isBetween(Bounds.BRAKED_AGENTS, 2 * Bounds.BRAKED_AGENTS + 1);

    starts(worker, MINUTE + 1);

    assertThat(worker.paces()).isZero();
  }

  @Test
  void theSameSaidAgainDoesNotBeginTheRampAnew() {
    var worker = worker(20_000);
    worker.tenant("acme", TenantSettings.DEFAULT.withMaxInFlight(20_000));
    set(worker, PAUSED);
    submit(worker, "run", 3_000);
    set(worker, Brake.NONE);

    int began = 0;
    for (int i = 0; i < MINUTE; i++) {
      set(worker, Brake.NONE);
      began += sum(starts(worker, 1));
    }

    assertThat(began).isEqualTo(3_000);
    assertThat(worker.paces()).as("it is over").isZero();
  }

  @Test
  void aPauseInTheMiddleOfARampHoldsAtOnce() {
    var worker = worker(20_000);
    worker.tenant("acme", TenantSettings.DEFAULT.withMaxInFlight(20_000));
    set(worker, PAUSED);
    submit(worker, "run", 500);
    set(worker, Brake.NONE);
    starts(worker, 10);

    set(worker, PAUSED);

    assertThat(sum(starts(worker, MINUTE))).isZero();
  }

  // --- what cannot be read

  @ParameterizedTest
  @EnumSource(names = {"SETTING", "PACE"})
  void aPauseOfWhichThePaceIsLostHoldsAndOneWithoutItsSettingIsEased(Damage.Place place) {
    var log = new MemoryLog();
    var damaged = damage(log, place);

    var gate = Gate.restore(GateSettings.defaults(), log, log, log, "test");
    MemoryLog.apply(gate, new GateEvent.Tick("clock", 2), new Cause("progress", 0, 2, 2));

    assertThat(damaged.name()).isEqualTo(AGENT.text());
    var pace = Objects.requireNonNull(log.paces.get(AGENT));
    assertThat(pace.brake()).isEqualTo(place == Damage.Place.PACE ? PAUSED : Brake.NONE);
  }

  /** Pauses the agent and makes one of the two entries of that unreadable. */
  private static Damage damage(MemoryLog log, Damage.Place place) {
    for (long seed = 0; ; seed++) {
      var gate = Gate.restore(GateSettings.defaults(), log, log, log, "test");
      var set = new GateEvent.SettingSet(AGENT, Setting.of("agent", PAUSED));
      MemoryLog.apply(gate, set, new Cause("settings", 0, seed, 1));
      var damage = log.damageOne(new SplittableRandom(seed));
      if (damage.place() == place) {
        return damage;
      }
    }
  }

  // --- parts of the gate

  private static Pace pace(Share share, Brake brake) {
    return Objects.requireNonNull(Pace.under(brake, AGENT, null, share, 0));
  }

  /** When each of the partitions starts a run that has always one ready, in lease time. */
  private static List<List<Long>> starts(int partitions, int most, int seconds) {
    var all = new ArrayList<List<Long>>();
    for (int partition = 0; partition < partitions; partition++) {
      var share = new Share(partition, partitions);
      var pace = pace(share, atMost(most));
      var starts = new ArrayList<Long>();
      for (long ms = 0; ms <= seconds * 1_000L; ms += 1_000) {
        while (pace.mayStart(share, ms)) {
          starts.add(ms);
          pace = pace.started(share, ms);
        }
      }
      all.add(starts);
    }
    return all;
  }

  private static int mostWithin(long ms, List<Long> starts) {
    int most = 0;
    for (int first = 0, last = 0; last < starts.size(); last++) {
      while (starts.get(last) - starts.get(first) > ms) {
        first++;
      }
      most = Math.max(most, last - first + 1);
    }
    return most;
  }

  @ParameterizedTest
  @CsvSource({
    "4, 4",
    "4, 5",
    "4, 7",
    "4, 100",
    "4, 1003",
    "7, 50",
    "1, 1",
    "1000, 1000",
    "3, 1000000"
  })
  void theBoundIsOfAllPartitionsTogether(int partitions, int most) {
    int sum = 0;
    for (var starts : starts(partitions, most, most > 10_000 ? 90 : 300)) {
      sum += mostWithin(61_500, starts); // a minute of wall time has at most so much lease time
      assertThat(starts).as("no partition starves").isNotEmpty();
    }

    assertThat(sum).isLessThanOrEqualTo(most);
  }

  @ParameterizedTest
  @CsvSource({"4, 1", "4, 3", "16, 1", "16, 5"})
  void aBoundBelowThePartitionsLetsEachStartInTurn(int partitions, int most) {
    int minutes = 10 * partitions;
    var all = new ArrayList<Long>();
    for (var starts : starts(partitions, most, minutes * MINUTE)) {
      assertThat(mostWithin(61_500, starts)).isEqualTo(1);
      assertThat(starts).hasSizeBetween(minutes * most / partitions * 9 / 10, minutes * most);
      all.addAll(starts);
    }

    all.sort(Long::compare);
    assertThat(all).hasSizeBetween(minutes * most * 9 / 10, minutes * most);
    assertThat(mostWithin(60_000, all)).as("in turn").isLessThanOrEqualTo(most + 1);
  }

  @Test
  void noTimeAndNoBoundOverflow() {
    var share = new Share(999, 1_000);
    var pace = pace(share, atMost(Bounds.STARTS_PER_MINUTE));
    long years = 30L * 366 * 86_400_000;

    assertThat(pace.mayStart(share, years)).isTrue();
    var eased = Objects.requireNonNull(Pace.under(Brake.NONE, AGENT, pace, share, years));
    assertThat(eased.started(share, years).mayStart(share, 2 * years)).isTrue();
  }

  // --- what cannot be

  @Test
  void noBrakeOutOfBoundsCanBeMade() {
    for (@Nullable Integer most : List.of(-1, Bounds.STARTS_PER_MINUTE + 1)) {
      assertThatIllegalArgumentException().isThrownBy(() -> new Brake(false, most));
    }
    for (var key : List.of("agent", "agent/", "agent/a b", "agent/" + "x".repeat(129))) {
      assertThatIllegalArgumentException().as(key).isThrownBy(() -> SettingKey.parse(key));
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Setting(AGENT, PoolSetting.OPEN, null, null, null));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Setting(AGENT, PoolSetting.OPEN, null, PAUSED, null));
  }

  @Test
  void brakesOfMoreAgentsThanTheBoundAreSetAside() {
    var worker = worker(1);
    for (int i = 0; i < Bounds.BRAKED_AGENTS; i++) {
      worker.set(Setting.of("a" + i, PAUSED));
    }

    var effects = worker.decide(new GateEvent.SettingSet(AGENT, Setting.of("agent", PAUSED)));

    assertThat(effects).anyMatch(GateEffect.DeadLetterRecord.class::isInstance);
    worker.submit("acme", "run", of("agent", "default"));
    assertThat(worker.started()).containsExactly("run");
  }
}
