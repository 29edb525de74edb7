package dev.sluice.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.admission.port.Cause;
import dev.sluice.admission.port.GateEffect;
import dev.sluice.admission.port.GateEvent;
import dev.sluice.admission.settings.GateSettings;
import dev.sluice.admission.settings.PoolSetting;
import dev.sluice.admission.settings.Setting;
import dev.sluice.admission.settings.SettingKey;
import dev.sluice.contract.GateValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Settings that change anywhere in a recorded log: what is decided follows from the log (I9). */
final class SettingsReplayTest {
  private static final int ACTIONS = 60;

  private static List<SimulatedLog.Entry> record(long seed) {
    var world = new SimulatedWorld(seed);
    GateSimulationTest.play(world, ACTIONS);
    return world.history;
  }

  /** What a gate decides that is restarted before the records at some places. */
  private static List<List<GateEffect>> replay(
      GateSettings own, List<SimulatedLog.Entry> history, Set<Integer> restarts) {
    var log = new MemoryLog();
    var gate = Gate.restore(own, log, log, log, "replay");
    var all = new ArrayList<List<GateEffect>>();
    for (int i = 0; i < history.size(); i++) {
      if (restarts.contains(i)) {
        gate = Gate.restore(own, log, log, log, "replay");
      }
      var entry = history.get(i);
      all.add(withoutStart(MemoryLog.apply(gate, entry.event(), entry.cause())));
    }
    return all;
  }

  private static List<GateEffect> withoutStart(List<GateEffect> effects) {
    return effects.stream()
        .filter(
            effect ->
                !(effect instanceof GateEffect.Decide decide
                    && decide.kind() == GateEffect.DecisionKind.STARTED))
        .toList();
  }

  private static SimulatedLog.Entry at(long offset, long ms, GateEvent event) {
    return new SimulatedLog.Entry(event, new Cause("settings", 0, offset, ms));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void aSettingThatChangesAtAnyPositionDecidesTheSameAgain(long seed) {
    var history = record(seed);
    var random = new SplittableRandom(seed);
    for (int i = 0; i < history.size(); i++) {
      var changed = new ArrayList<>(history);
      changed.add(
          i,
          at(
              1_000_000 + i,
              history.get(i).cause().appendMs(),
              GateSimulationTest.anySetting(random)));
      var expected = replay(SimulatedWorld.GATE, changed, Set.of());

      assertThat(replay(SimulatedWorld.GATE, changed, Set.of(i, i + 1)))
          .as("a setting changes before record %d of %d", i, history.size())
          .isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void gatesThatWereStartedWithOtherValuesDecideAlikeWhatTheLogSets(long seed) {
    var other =
        new GateSettings(
            Set.of("elsewhere"),
            Map.of("free", SimulatedWorld.plan(7), "other", SimulatedWorld.plan(1)),
            9_000,
            1_000,
            2,
            SimulatedWorld.GATE.unansweredMs(),
            5_000,
            1_000,
            SimulatedWorld.GATE.maxLiveRuns(),
            SimulatedWorld.GATE.liveRepeatMs());
    var history = new ArrayList<SimulatedLog.Entry>();
    history.add(at(0, 0, set(Setting.of("default", PoolSetting.OPEN))));
    history.add(at(1, 0, set(Setting.of("elsewhere", PoolSetting.CLOSED))));
    history.add(at(2, 0, set(Setting.of("free", SimulatedWorld.plan(2)))));
    history.add(number(3, GateValue.LEASE_TTL, SimulatedWorld.GATE.leaseTtlMs()));
    history.add(number(4, GateValue.AGENT_WAIT, SimulatedWorld.GATE.agentWaitMs()));
    history.add(number(5, GateValue.MAX_UNANSWERED, SimulatedWorld.GATE.maxUnanswered()));
    history.add(number(6, GateValue.MAX_DURATION, SimulatedWorld.GATE.defaultMaxDurationMs()));
    history.add(number(7, GateValue.DEAD_KEEP, SimulatedWorld.GATE.deadKeptMs()));
    record(seed).stream().filter(SettingsReplayTest::keepsWhatIsSet).forEach(history::add);

    assertThat(replay(other, history, Set.of()))
        .isEqualTo(replay(SimulatedWorld.GATE, history, Set.of()));
  }

  private static SimulatedLog.Entry number(long offset, GateValue value, long number) {
    return at(offset, 0, set(Setting.of(value, number)));
  }

  private static GateEvent set(Setting setting) {
    return new GateEvent.SettingSet(setting.key(), setting);
  }

  /** Without a record it is what each gate was started with. */
  private static boolean keepsWhatIsSet(SimulatedLog.Entry entry) {
    return !(entry.event() instanceof GateEvent.SettingSet(SettingKey key, var setting)
        && setting == null
        && !key.equals(SettingKey.pool("late")));
  }
}
