package dev.sluice.topology.gate;

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
import dev.sluice.contract.Bounds;
import dev.sluice.contract.Labels;
import dev.sluice.contract.Meters;
import dev.sluice.topology.gate.store.StateCodec;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The arithmetic of the bounds: each entry of the gate's state with every field at its bound, and
 * of the characters that take most room, fits into a record of its changelog and can be read back.
 */
public final class LargestStateTest {
  /** What Kafka adds to a record, and the entry's key. */
  private static final int AROUND = 16 * 1024;

  /** Six bytes of JSON for each. */
  private static final String WIDE = "\u0001";

  static final Incarnation HOLDER = incarnation(0);
  public static final RunKey KEY =
      new RunKey("t".repeat(Bounds.NAME_CHARS), "r".repeat(Bounds.RUN_ID_CHARS));
  private static final Origin ORIGIN =
      new Origin(Long.MAX_VALUE, Bounds.PARTITIONS, Long.MAX_VALUE);

  private static Incarnation incarnation(int number) {
    return new Incarnation(name(Bounds.INCARNATION_CHARS).apply(number));
  }

  static IntFunction<String> name(int chars) {
    return number -> "%05d".formatted(number) + "n".repeat(chars - 5);
  }

  static <T> Set<T> many(int count, IntFunction<T> each) {
    return IntStream.range(0, count).mapToObj(each).collect(Collectors.toSet());
  }

  public static Map<String, Long> meters() {
    return many(Bounds.METERS, name(Bounds.METER_CHARS)).stream()
        .collect(Collectors.toMap(meter -> meter, meter -> Bounds.AMOUNT));
  }

  static Map<String, String> labels() {
    var labels = new HashMap<String, String>();
    int value = Bounds.LABEL_CHARS / Bounds.LABELS - Bounds.LABEL_KEY_CHARS;
    many(Bounds.LABELS, name(Bounds.LABEL_KEY_CHARS))
        .forEach(key -> labels.put(key, WIDE.repeat(value)));
    return labels;
  }

  static Failure failure() {
    return new Failure(
        WIDE.repeat(Bounds.ERROR_TYPE_CHARS),
        WIDE.repeat(Bounds.ERROR_MESSAGE_CHARS),
        WIDE.repeat(Bounds.NAME_CHARS));
  }

  public static RunSpec spec() {
    return new RunSpec(
        "a".repeat(Bounds.NAME_CHARS),
        "p".repeat(Bounds.POOL_CHARS),
        -Bounds.PRIORITY,
        labels(),
        meters(),
        meters(),
        Bounds.DURATION_MS,
        Long.MAX_VALUE,
        Long.MAX_VALUE,
        Long.MAX_VALUE,
        new RetryRule(Bounds.ATTEMPTS, Bounds.DURATION_MS, Bounds.DURATION_MS),
        new TreeLimits(Bounds.CHILDREN, Bounds.DEPTH, Bounds.DESCENDANTS),
        WIDE.repeat(Bounds.TRACEPARENT_CHARS),
        null);
  }

  static Run run(Phase phase) {
    var signals =
        IntStream.rangeClosed(1, Bounds.SIGNALS)
            .mapToObj(n -> new Signal("s".repeat(Bounds.NAME_CHARS), n, Long.MAX_VALUE))
            .toList();
    var unclaimed =
        IntStream.range(0, Bounds.UNCLAIMED)
            .boxed()
            .collect(Collectors.toMap(n -> Integer.MAX_VALUE - n, LargestStateTest::incarnation));
    return new Run(
        KEY,
        spec(),
        new Kin(KEY.id(), KEY.id(), Bounds.CHILDREN, Bounds.DEPTH, true, ORIGIN),
        ORIGIN,
        new Run.InputAt(Long.MAX_VALUE, Bounds.BATCH_CHILDREN),
        phase,
        new Tries(
            Integer.MAX_VALUE,
            Bounds.ATTEMPTS,
            5,
            Long.MAX_VALUE,
            Integer.MAX_VALUE,
            Long.MAX_VALUE,
            Integer.MAX_VALUE),
        EndRequest.PARENT_ENDED,
        unclaimed,
        new Inbox(Integer.MAX_VALUE, Integer.MAX_VALUE - Bounds.SIGNALS, signals),
        new Allowance(meters(), meters(), meters(), false));
  }

  private static Stream<Phase> phases() {
    var reason = WIDE.repeat(Bounds.KEPT_REASON_CHARS);
    var children = IntStream.rangeClosed(1, Bounds.CHILDREN).boxed().toList();
    var waits =
        Stream.of(
            new Wait.Children(children),
            new Wait.ForSignal(WIDE.repeat(Bounds.NAME_CHARS), Bounds.STEPS, Long.MAX_VALUE - 1),
            combined(),
            new Wait.Budget(meters()),
            new Wait.Time(Long.MAX_VALUE - 1, reason),
            new Wait.Retry(Long.MAX_VALUE - 1),
            new Wait.Pool(),
            new Wait.Agent(Long.MAX_VALUE - 1));
    return Stream.concat(
        waits.map(wait -> new Phase.Waiting(wait, Long.MAX_VALUE)),
        Stream.of(
            new Phase.Queued(Long.MAX_VALUE, true),
            new Phase.Dispatched(Bounds.PARTITIONS, Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE),
            new Phase.Running(
                HOLDER, Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE),
            new Phase.Fencing(HOLDER, true, "dispatch not answered", Long.MAX_VALUE),
            new Phase.Dead(HOLDER, Long.MAX_VALUE, Long.MAX_VALUE)));
  }

  private static Wait combined() {
    Branch branch = new Branch.ForSignal(WIDE.repeat(Bounds.NAME_CHARS));
    return new Wait.Combined(
        false,
        Collections.nCopies(Bounds.WAIT_BRANCHES, branch),
        Bounds.STEPS,
        Long.MAX_VALUE,
        Long.MAX_VALUE - 1);
  }

  static Stream<Object> everyEntry() {
    return Stream.concat(
        phases().map(LargestStateTest::run),
        Stream.of(
            new Tree(KEY, Bounds.DESCENDANTS, meters(), meters(), meters(), meters().keySet()),
            new Child(
                Bounds.CHILDREN, Bounds.STEPS, true, Outcome.FAILED, Long.MAX_VALUE, failure()),
            tenant(),
            entry(Setting.of("p".repeat(Bounds.POOL_CHARS), new PoolSetting(false, brake()))),
            entry(Setting.of("a".repeat(Bounds.NAME_CHARS), brake())),
            pace(),
            entry(Setting.of("p".repeat(Bounds.PLAN_CHARS), plan())),
            new LeaseClock(
                Long.MAX_VALUE,
                WIDE.repeat(Bounds.INCARNATION_CHARS),
                Long.MAX_VALUE,
                Long.MAX_VALUE,
                new Told(Long.MAX_VALUE, KEY),
                Long.MAX_VALUE),
            worker(),
            keptCommands(),
            chunk()));
  }

  private static SettingEntry entry(Setting setting) {
    return SettingEntry.of(setting.key(), setting, Long.MAX_VALUE);
  }

  private static Brake brake() {
    return new Brake(true, Bounds.STARTS_PER_MINUTE);
  }

  private static Pace pace() {
    return new Pace(
        SettingKey.agent("a".repeat(Bounds.NAME_CHARS)),
        brake(),
        Long.MAX_VALUE,
        Long.MAX_VALUE,
        Long.MAX_VALUE,
        Long.MAX_VALUE);
  }

  private static KeptCommands keptCommands() {
    var one =
        new KeptCommands.One(
            WIDE.repeat(Bounds.COMMAND_ID_CHARS),
            "s".repeat(Bounds.NAME_CHARS),
            Integer.MAX_VALUE,
            Long.MAX_VALUE,
            Long.MAX_VALUE);
    return new KeptCommands(KEY, Collections.nCopies(Bounds.KEPT_COMMANDS, one));
  }

  private static Plan plan() {
    return new Plan(
        Integer.MAX_VALUE,
        Bounds.WEIGHT,
        Integer.MAX_VALUE,
        Integer.MAX_VALUE,
        Bounds.ATTEMPTS,
        Bounds.STEPS,
        new TreeLimits.Bounds(Bounds.CHILDREN, Bounds.DEPTH, Bounds.DESCENDANTS));
  }

  @Test
  void whatAGateSaysOfItsSettingsWhenItStartsFitsIntoARecord() {
    int each = Setting.of("p".repeat(Bounds.PLAN_CHARS), plan()).toString().length();
    assertThat(2L * Bounds.PLANS * each + AROUND).isLessThan(Bounds.INTERNAL_RECORD_BYTES);
  }

  private static Tenant tenant() {
    var settings =
        new TenantSettings(
            "p".repeat(Bounds.PLAN_CHARS),
            Integer.MAX_VALUE,
            Bounds.WEIGHT,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            Bounds.CHILDREN,
            Bounds.DEPTH,
            Bounds.DESCENDANTS,
            Integer.MAX_VALUE,
            Bounds.STEPS,
            true);
    var again = Collections.nCopies(Tenant.MOST_AGAIN, Long.MAX_VALUE);
    return new Tenant(KEY.tenant(), settings, ORIGIN, Long.MAX_VALUE, again);
  }

  private static Worker worker() {
    var partitions = many(Bounds.PARTITIONS, n -> n);
    return new Worker(
        HOLDER,
        Long.MAX_VALUE,
        Long.MAX_VALUE,
        Long.MAX_VALUE,
        many(Bounds.POOLS, n -> "p".repeat(Bounds.POOL_CHARS - 2) + (n + 10)).stream()
            .collect(Collectors.toMap(pool -> pool, pool -> partitions)),
        many(Bounds.AGENTS, name(Bounds.NAME_CHARS)),
        Bounds.SLOTS,
        Bounds.SLOTS,
        Bounds.SLOTS,
        Long.MAX_VALUE,
        true,
        IntStream.range(0, 100)
            .mapToObj(n -> new RunKey(KEY.tenant(), name(Bounds.RUN_ID_CHARS).apply(n)))
            .map(run -> new Worker.Unnamed(run, Long.MAX_VALUE))
            .toList(),
        Long.MAX_VALUE,
        abilities());
  }

  private static Abilities abilities() {
    var some = versions(Bounds.WORKER_VERSIONS / Bounds.AGENTS);
    return new Abilities(
        many(Bounds.AGENTS, name(Bounds.NAME_CHARS)).stream()
            .collect(Collectors.toMap(agent -> agent, agent -> some)),
        Integer.MAX_VALUE);
  }

  private static List<String> versions(int count) {
    return IntStream.range(0, count).mapToObj(n -> WIDE.repeat(Bounds.NAME_CHARS - 1) + n).toList();
  }

  /** The most that replaying a run can take. */
  public static Needs needs() {
    return new Needs(versions(Bounds.JOURNAL_VERSIONS), Integer.MAX_VALUE);
  }

  private static JournalChunk chunk() {
    var signal = new Signal("s".repeat(Bounds.NAME_CHARS), Integer.MAX_VALUE, Long.MAX_VALUE);
    var positions =
        IntStream.range(0, JournalChunk.SIZE)
            .mapToObj(
                n ->
                    new Position(
                        Long.MAX_VALUE,
                        Bounds.INTERNAL_RECORD_BYTES,
                        Integer.MAX_VALUE,
                        n,
                        new Signal("s".repeat(Bounds.NAME_CHARS), n, Long.MAX_VALUE),
                        WIDE.repeat(Bounds.KEPT_REASON_CHARS),
                        new Settled(
                            Settled.ALL, Collections.nCopies(Bounds.WAIT_BRANCHES, signal))))
            .toList();
    return new JournalChunk(
        Bounds.STEPS / JournalChunk.SIZE,
        positions,
        IntStream.range(0, JournalChunk.SIZE).mapToObj(LargestStateTest::incarnation).toList(),
        new JournalChunk.Totals(
            Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE, meters(), needs()));
  }

  @Test
  void theRulesTakeWhatIsBuiltHere() {
    assertThat(Labels.problem(labels())).isEmpty();
    assertThat(Meters.problem("budget", meters())).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("everyEntry")
  void fitsIntoARecordAndIsReadBack(Object entry) {
    byte[] written = StateCodec.write(entry);

    assertThat(written.length).isLessThan(Bounds.INTERNAL_RECORD_BYTES - AROUND);
    assertThat(StateCodec.read(written, entry.getClass())).isEqualTo(entry);
  }

  /** State of earlier versions, which knew no bounds: whatever a record can hold is readable. */
  @Test
  void whatIsBeyondTheBoundsIsReadBackToo() {
    var name = "x".repeat(3_000_000);
    var tree = new Tree(KEY, 1, Map.of(name, 1L), Map.of(), Map.of(), Set.of());
    var deep = new Phase.Waiting(new Wait.Time(1, name), 1);

    assertThat(StateCodec.read(StateCodec.write(tree), Tree.class)).isEqualTo(tree);
    assertThat(StateCodec.read(StateCodec.write(deep), Phase.class)).isEqualTo(deep);
  }
}
