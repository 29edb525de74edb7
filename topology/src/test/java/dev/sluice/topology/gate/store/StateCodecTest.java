package dev.sluice.topology.gate.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.admission.command.KeptCommands;
import dev.sluice.admission.journal.JournalChunk;
import dev.sluice.admission.journal.Position;
import dev.sluice.admission.journal.Settled;
import dev.sluice.admission.pace.Pace;
import dev.sluice.admission.run.Allowance;
import dev.sluice.admission.run.Branch;
import dev.sluice.admission.run.EndRequest;
import dev.sluice.admission.run.Failure;
import dev.sluice.admission.run.Inbox;
import dev.sluice.admission.run.Incarnation;
import dev.sluice.admission.run.Kin;
import dev.sluice.admission.run.Needs;
import dev.sluice.admission.run.Origin;
import dev.sluice.admission.run.Outcome;
import dev.sluice.admission.run.Phase;
import dev.sluice.admission.run.RetryRule;
import dev.sluice.admission.run.Run;
import dev.sluice.admission.run.RunKey;
import dev.sluice.admission.run.RunSpec;
import dev.sluice.admission.run.Signal;
import dev.sluice.admission.run.TreeLimits;
import dev.sluice.admission.run.Tries;
import dev.sluice.admission.run.Wait;
import dev.sluice.admission.settings.Brake;
import dev.sluice.admission.settings.Plan;
import dev.sluice.admission.settings.PoolSetting;
import dev.sluice.admission.settings.Setting;
import dev.sluice.admission.settings.SettingEntry;
import dev.sluice.admission.settings.SettingKey;
import dev.sluice.admission.settings.TenantSettings;
import dev.sluice.admission.tenant.Tenant;
import dev.sluice.admission.tree.Child;
import dev.sluice.admission.tree.Tree;
import dev.sluice.admission.worker.Abilities;
import dev.sluice.admission.worker.LeaseClock;
import dev.sluice.admission.worker.Told;
import dev.sluice.admission.worker.Worker;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class StateCodecTest {
  private static final Incarnation HOLDER = new Incarnation("w.12345678");
  private static final RunKey KEY = new RunKey("acme", "r-1");
  private static final Origin ORIGIN = new Origin(1_000, 2, 3);

  private static final Setting POOL = Setting.of("gpu", new PoolSetting(true, new Brake(true, 7)));

  static List<Object> everyKindOfState() {
    return List.of(
        run(RunSpec.of("echo"), new Phase.Queued(5, true), null),
        run(fullSpec(), new Phase.Dispatched(3, 4, 5, 6), EndRequest.TIMEOUT),
        run(fullSpec(), new Phase.Running(HOLDER, 7, 8, null, 9), null),
        run(fullSpec(), new Phase.Running(HOLDER, 7, 8, 9L, 10), EndRequest.CANCEL),
        run(fullSpec(), new Phase.Fencing(null, false, "why", 9), null),
        run(fullSpec(), new Phase.Waiting(new Wait.Children(List.of()), 9), null),
        run(fullSpec(), new Phase.Waiting(new Wait.ForSignal("go", 1, Wait.NEVER), 9), null),
        run(fullSpec(), new Phase.Waiting(severalThings(), 9), null),
        run(fullSpec(), new Phase.Waiting(new Wait.Budget(Map.of("tokens", 5L)), 9), null),
        run(fullSpec(), new Phase.Waiting(new Wait.Time(1, "asked"), 9), null),
        run(fullSpec(), new Phase.Waiting(new Wait.Retry(1), 9), null),
        run(fullSpec(), new Phase.Waiting(new Wait.Agent(1), 9), null),
        run(fullSpec(), new Phase.Waiting(new Wait.Pool(), 9), null),
        run(fullSpec(), new Phase.Dead(HOLDER, 9, 10), null),
        new Tree(KEY, 3, Map.of("tokens", 9L), Map.of(), Map.of(), Set.of("calls")),
        new Child(1, 2, true, Outcome.FAILED, 7, new Failure("Boom", "", null)),
        new Child(2, 2, false, null, Run.UNREAD, null),
        new Tenant("acme", TenantSettings.DEFAULT, ORIGIN, 7L).againAt(9),
        new LeaseClock(1, "", 2, 3, new Told(4, KEY), 5),
        SettingEntry.of(POOL.key(), POOL, 7),
        SettingEntry.of(SettingKey.agent("echo"), Setting.of("echo", new Brake(false, null)), 8),
        SettingEntry.of(SettingKey.pool("gone"), null, 9),
        new Pace(SettingKey.agent("echo"), new Brake(true, 5), 1, 2, -3, 4),
        new Pace(SettingKey.pool("gpu"), Brake.NONE, 1, 2, 3, 4),
        SettingEntry.of(SettingKey.plan("gold"), Setting.of("gold", Plan.ofCap(3)), 10),
        new Worker(
            HOLDER,
            4,
            5,
            6,
            Map.of("default", Set.of(), "gpu", Set.of(1, 2)),
            Set.of(),
            8,
            7,
            1,
            -1,
            false,
            List.of(new Worker.Unnamed(KEY, 5)),
            3,
            new Abilities(Map.of("echo", List.of("2", "1")), 2)),
        KeptCommands.none(KEY).plusCancel("c", 1).plusSignal("d", "go", 2),
        new JournalChunk(
            1,
            List.of(
                new Position(9, 10, 1, 0, null, null, null),
                new Position(11, 12, 1, 0, new Signal("go", 1, 5), "too many", null),
                new Position(13, 14, 1, 0, null, null, new Settled(2, List.of())),
                new Position(
                    15, 16, 1, 0, null, null, new Settled(-1, List.of(new Signal("go", 1, 5))))),
            List.of(HOLDER),
            new JournalChunk.Totals(1, 2, 3, Map.of(), Needs.of("1", 2))));
  }

  private static Wait severalThings() {
    return new Wait.Combined(
        true,
        List.of(new Branch.Child(1), new Branch.ForSignal("go"), new Branch.Timer(2)),
        3,
        4,
        Wait.NEVER);
  }

  private static RunSpec fullSpec() {
    return new RunSpec(
        "echo",
        "gpu",
        -3,
        Map.of("team", ""),
        Map.of("tokens", 100L),
        Map.of("tokens", 0L),
        1L,
        2L,
        6L,
        3L,
        new RetryRule(3, 4, 5),
        new TreeLimits(1, null, 3),
        "00-trace",
        null);
  }

  private static Run run(RunSpec spec, Phase phase, @Nullable EndRequest request) {
    return new Run(
        KEY,
        spec,
        new Kin("parent", "", 1, 2, true, ORIGIN),
        ORIGIN,
        new Run.InputAt(6, -1),
        phase,
        new Tries(1, 2, 3, 4, 5, 6, 7),
        request,
        Map.of(1, HOLDER),
        new Inbox(2, 1, List.of(new Signal("go", 2, 77))),
        new Allowance(Map.of("tokens", 5L), Map.of(), Map.of(), true));
  }

  @ParameterizedTest
  @MethodSource("everyKindOfState")
  void whatWasWrittenIsReadBack(Object state) {
    assertThat(StateCodec.read(StateCodec.write(state), state.getClass())).isEqualTo(state);
  }

  @Test
  void writesNeitherNullsNorEmptyCollections() {
    var text = text(RunSpec.of("echo"));

    assertThat(text)
        .isEqualTo("{\"agent\":\"echo\",\"pool\":\"default\",\"priority\":0,\"limits\":{}}");
  }

  /** As earlier versions wrote it: they did not say where the log had it. */
  @Test
  void readsASettingOfAnEarlierVersion() {
    var read = StateCodec.read(StateCodec.write(POOL), SettingEntry.class);

    assertThat(read.setting()).isEqualTo(POOL);
    assertThat(read.at()).isNull();
  }

  /** Changelogs of earlier versions hold them. */
  @Test
  void readsNullsAndEmptyCollections() {
    var text =
        """
        {"agent":"echo","pool":"default","priority":0,"labels":{},"budget":null,"budgetReserve":{},
         "maxDurationMs":null,"expiresAtMs":null,"startAtMs":null,"retry":null,"limits":{
         "maxChildren":null,"maxDepth":null,"maxDescendants":null},"traceparent":null,"new":1}
        """;

    assertThat(StateCodec.read(text.getBytes(StandardCharsets.UTF_8), RunSpec.class))
        .isEqualTo(RunSpec.of("echo"));
  }

  @Test
  void aPoolThatWasStoredBeforeThereWereBrakesHasNone() {
    assertThat(
            StateCodec.read(
                "{\"closed\":true}".getBytes(StandardCharsets.UTF_8), PoolSetting.class))
        .isEqualTo(PoolSetting.CLOSED);
  }

  private static String text(Object state) {
    return new String(StateCodec.write(state), StandardCharsets.UTF_8);
  }
}
