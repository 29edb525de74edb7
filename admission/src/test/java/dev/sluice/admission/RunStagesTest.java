package dev.sluice.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.admission.journal.JournalEntry;
import dev.sluice.admission.port.GateEffect;
import dev.sluice.admission.port.GateEvent;
import dev.sluice.admission.run.Allowance;
import dev.sluice.admission.run.Failure;
import dev.sluice.admission.run.Incarnation;
import dev.sluice.admission.run.Kin;
import dev.sluice.admission.run.Origin;
import dev.sluice.admission.run.Phase;
import dev.sluice.admission.run.Run;
import dev.sluice.admission.run.RunKey;
import dev.sluice.admission.run.RunSpec;
import dev.sluice.admission.run.Stage;
import dev.sluice.admission.run.Wait;
import dev.sluice.admission.settings.TenantSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The table of moves between phases: kept by every run, used up by the rules, and documented. */
final class RunStagesTest {
  private static final Incarnation WORKER = new Incarnation("w.1");
  private static final Origin ORIGIN = new Origin(0, 0, 0);
  private static final Pattern ROW =
      Pattern.compile("^\\| `([A-Z]+)` \\| (.*?) \\|", Pattern.MULTILINE);
  private static final Pattern NAME = Pattern.compile("`([A-Z]+)`");

  private static Run in(Phase phase) {
    return Run.accepted(
        new RunKey("t", "r"), RunSpec.of("agent"), Kin.root("r", ORIGIN), ORIGIN, phase);
  }

  private static Phase any(Stage stage) {
    return switch (stage) {
      case QUEUED -> new Phase.Queued(0, false);
      case DISPATCHED -> new Phase.Dispatched(0, 0, 0, 1);
      case RUNNING -> new Phase.Running(WORKER, Phase.Running.CLAIM_UNREAD, 0, null, 1);
      case FENCING -> new Phase.Fencing(null, false, "test", 0);
      case WAITING -> new Phase.Waiting(new Wait.Time(1, "test"), 0);
      case DEAD -> new Phase.Dead(null, 0, 1);
      case LOST -> new Phase.Lost(Failure.of("Test", "lost"), false, 0, 0);
    };
  }

  /** Everything that can happen to a run's phase. */
  private static List<UnaryOperator<Run>> moves() {
    return List.of(
        run -> run.dispatchedTo(new Phase.Dispatched(0, 0, 1, 1), Allowance.NONE),
        run -> run.startedBy(WORKER, 1, 1),
        run -> run.claimed(1),
        run -> run.told(1),
        run -> run.fenced("test", 1),
        run -> run.heldUntilFence(WORKER, true),
        run -> run.behindFence(),
        run -> run.woken(1),
        run -> run.queued(1),
        run -> run.waitingFor(new Wait.Time(2, "test"), 1),
        run -> run.dead(null, 1, 1),
        run -> run.redriven(ORIGIN));
  }

  @ParameterizedTest
  @EnumSource(Stage.class)
  void aRunMakesTheMovesOfTheTableAndNoOther(Stage from) {
    var reached = new HashSet<Stage>();
    for (var move : moves()) {
      try {
        reached.add(Stage.of(move.apply(in(any(from))).phase()));
      } catch (IllegalStateException refused) {
        assertThat(refused).hasMessageContaining("a run ");
      }
    }
    assertThat(reached).isEqualTo(from.next());
  }

  @Test
  void aMoveThatIsNotInTheTableIsRefused() {
    assertThatThrownBy(() -> in(any(Stage.WAITING)).fenced("test", 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("cannot go from");
  }

  @Test
  void everyMoveOfTheTableIsTaken() {
    var taken = new HashSet<MemoryLog.Move>();
    for (long seed = 0; seed < 40; seed++) {
      var world = new SimulatedWorld(seed);
      GateSimulationTest.simulate(world, () -> {});
      taken.addAll(world.moves());
      var damaged = new SimulatedWorld(seed, true);
      GateSimulationTest.simulate(damaged, () -> damageAtTimes(damaged));
      taken.addAll(damaged.moves());
    }
    taken.addAll(aClaimAfterTheDispatchWasGivenUp());
    taken.addAll(aSealedRunIsReturned());
    taken.addAll(aQueuedRunIsSealedAndRedriven());
    taken.addAll(aRunIsSealedByItsFence());
    taken.addAll(aRecordIsReadBeforeTheFence());

    assertThat(taken).containsAll(table());
  }

  private static void damageAtTimes(SimulatedWorld world) {
    if (world.random.nextInt(100) == 0) {
      world.restartGateDamaged();
    }
  }

  private static Set<MemoryLog.Move> aClaimAfterTheDispatchWasGivenUp() {
    var world = new OneWorker(1);
    world.isDeaf = true;
    world.submit("t", "r", 0);
    var dispatch = (GateEffect.Dispatch) world.nextUnread();
    while (!(world.phase("t", "r") instanceof Phase.Fencing)) {
      world.second();
    }
    world.answer(dispatch, GateEvent.Answer.CLAIM);
    return world.moves();
  }

  private static Set<MemoryLog.Move> aSealedRunIsReturned() {
    var world = new OneWorker(1);
    world.isDeaf = true;
    world.submit("t", "r", 0);
    failAt(world, GateEvent.SignalRead.class);
    world.signal("t", "r", "go");
    world.answer((GateEffect.Dispatch) world.nextUnread(), GateEvent.Answer.RETURN_NO_SLOT);
    return world.moves();
  }

  private static Set<MemoryLog.Move> aQueuedRunIsSealedAndRedriven() {
    var world = new OneWorker(1);
    world.tenant("t", TenantSettings.DEFAULT.withPaused(true));
    failAt(world, GateEvent.InputRead.class);
    world.submit("t", "r", 0);
    world.redrive("t", "r");
    return world.moves();
  }

  /** The gate fails on a record of the run. */
  private static void failAt(OneWorker world, Class<? extends GateEvent> record) {
    world.beforeRecord =
        event -> {
          if (record.isInstance(event)) {
            world.failOnce("t", "r");
          }
          return effects -> {};
        };
  }

  private static Set<MemoryLog.Move> aRunIsSealedByItsFence() {
    var world = new OneWorker(1);
    world.isDeaf = true;
    world.submit("t", "r", 0);
    world.nextUnread();
    while (!(world.phase("t", "r") instanceof Phase.Fencing)) {
      world.second();
    }
    var fence = (GateEffect.AppendFence) world.nextUnread();
    failAt(world, GateEvent.FenceRead.class);
    world.readBack(new GateEvent.FenceRead(fence.run(), fence.epoch()));
    return world.moves();
  }

  private static Set<MemoryLog.Move> aRecordIsReadBeforeTheFence() {
    var world = new OneWorker(1);
    world.submit("t", "r", 0);
    world.isDeaf = true;
    world.die();
    world.epoch(new JournalEntry.Sleep(1_000, Map.of()));
    return world.moves();
  }

  private static Set<MemoryLog.Move> table() {
    return Arrays.stream(Stage.values())
        .flatMap(from -> from.next().stream().map(to -> move(from, to)))
        .collect(Collectors.toSet());
  }

  @Test
  void theSpecificationHasTheTable() throws IOException {
    var page = Files.readString(Path.of("../docs/protocol.md"));
    var written =
        ROW.matcher(page)
            .results()
            .flatMap(row -> names(row.group(2)).map(to -> move(row.group(1), to)))
            .collect(Collectors.toSet());
    assertThat(written).isEqualTo(table());

    var drawn =
        Pattern.compile("^ +([A-Z]+) --> ([A-Z]+)", Pattern.MULTILINE)
            .matcher(page)
            .results()
            .map(arrow -> move(arrow.group(1), arrow.group(2)))
            .collect(Collectors.toSet());
    assertThat(drawn).isEqualTo(table());
  }

  private static Stream<String> names(String cell) {
    return NAME.matcher(cell).results().map(name -> name.group(1));
  }

  private static MemoryLog.Move move(String from, String to) {
    return move(Stage.valueOf(from), Stage.valueOf(to));
  }

  private static MemoryLog.Move move(Stage from, Stage to) {
    return new MemoryLog.Move(any(from).getClass(), any(to).getClass());
  }
}
