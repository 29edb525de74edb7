package dev.sluice.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.admission.journal.JournalEntry;
import dev.sluice.admission.journal.Position;
import dev.sluice.admission.port.GateEvent;
import dev.sluice.admission.run.Branch;
import dev.sluice.admission.run.Failure;
import dev.sluice.admission.run.Incarnation;
import dev.sluice.admission.run.Outcome;
import dev.sluice.admission.run.Phase;
import dev.sluice.admission.run.RunKey;
import dev.sluice.admission.run.Signal;
import dev.sluice.admission.run.TreeLimits;
import dev.sluice.contract.Bounds;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What runs do to others of their trees, by examples. */
final class TreeCallsTest {
  private static final JournalEntry TOLD = new JournalEntry.SentWait(Map.of());

  private final OneWorker worker = new OneWorker(4);

  TreeCallsTest() {
    worker.submit("acme", "run", 0);
  }

  private static JournalEntry cancel(Integer... numbers) {
    return new JournalEntry.Cancel(List.of(numbers), Map.of());
  }

  private static JournalEntry send(String to, String name) {
    return new JournalEntry.Send(to, name, 10, Map.of());
  }

  private static JournalEntry anyOf(Integer... children) {
    var branches = Arrays.stream(children).<Branch>map(Branch.Child::new).toList();
    return new JournalEntry.CombinedWait(false, branches, Map.of());
  }

  private static JournalEntry awaits(String name) {
    return new JournalEntry.SignalWait(name, 60_000, Map.of());
  }

  private static JournalEntry awaitChildren(Integer... numbers) {
    return new JournalEntry.ChildrenWait(List.of(numbers), Map.of());
  }

  private static JournalEntry stopped() {
    return new JournalEntry.Stopped(JournalEntry.StopReason.CANCEL, Map.of());
  }

  /** How the run's children ended, as its dispatch says. */
  private List<Outcome> childrenOf(String id) {
    return worker.dispatchOf(id).children().stream().map(child -> child.outcome()).toList();
  }

  /** What the positions of a run were refused for. */
  private List<String> refusals(String id) {
    return worker.dispatchOf(id).journal().positions().stream().map(Position::refused).toList();
  }

  private List<String> inbox(String id) {
    return worker.runs().stream()
        .filter(run -> run.key().id().equals(id))
        .flatMap(run -> run.inbox().untaken().stream())
        .map(Signal::name)
        .toList();
  }

  // --- cancels

  @Test
  void theFirstOfFourChildrenWinsAndTheOthersEndCancelled() {
    worker.epoch(OneWorker.spawn(1, 4), anyOf(1, 2, 3, 4));
    worker.epoch(awaits("never")); // ~1 waits without a slot
    assertThat(worker.held()).containsExactly("run~2", "run~3", "run~4");
    worker.endOf("run~3", Outcome.SUCCEEDED);
    var wins = worker.dispatchOf("run");

    assertThat(wins.run().key().id()).isEqualTo("run");
    write("run", cancel(1, 2, 4), awaitChildren(1, 2, 4));
    assertThat(worker.phase("acme", "run~1")).as("it had no slot").isNull();
    assertThat(worker.phase("acme", "run~2")).isInstanceOf(Phase.Running.class);
    write("run~2", stopped());
    write("run~4", new JournalEntry.End(Outcome.SUCCEEDED, null, Map.of()));

    assertThat(childrenOf("run"))
        .containsExactly(
            Outcome.CANCELLED, Outcome.CANCELLED, Outcome.SUCCEEDED, Outcome.SUCCEEDED);
    assertThat(worker.alarms()).isEmpty();
  }

  /** A run that the worker holds, whichever that is, writes the rest of its epoch. */
  private void write(String id, JournalEntry... entries) {
    while (!worker.longest().run().key().id().equals(id)) {
      worker.rotate();
    }
    worker.epoch(entries);
  }

  @Test
  void aCancelSaysWhoAskedForIt() {
    worker.epoch(OneWorker.spawn(1, 1), cancel(1), awaitChildren(1));
    write("run~1", stopped());

    assertThat(worker.completed().getFirst().failure())
        .isEqualTo(Failure.of("Cancelled", "the run that spawned it cancelled it"));
  }

  @Test
  void aSecondCancelAndOneOfAChildThatEndedChangeNothing() {
    worker.epoch(OneWorker.spawn(1, 2), anyOf(1, 2));
    worker.endOf("run~1", Outcome.SUCCEEDED);
    write("run", cancel(1, 2, 2), cancel(2, 1, 7), awaitChildren(1, 2));
    write("run~2", stopped());

    assertThat(childrenOf("run")).containsExactly(Outcome.SUCCEEDED, Outcome.CANCELLED);
    assertThat(worker.completed()).hasSize(2);
  }

  @Test
  void theSubtreeOfACancelledChildEndsWithIt() {
    worker.epoch(OneWorker.spawn(1, 1), awaits("go"));
    worker.epoch(OneWorker.spawn(1, 2), awaitChildren(1, 2));
    worker.signal("acme", "run", "go");
    assertThat(worker.held()).containsExactly("run~1~1", "run~1~2", "run");

    write("run", cancel(1), awaitChildren(1));

    assertThat(worker.phase("acme", "run~1")).as("it waited").isNull();
    assertThat(childrenOf("run")).containsExactly(Outcome.CANCELLED);
    write("run~1~1", stopped());
    write("run~1~2", stopped());
    assertThat(worker.completed()).extracting(end -> end.outcome()).containsOnly(Outcome.CANCELLED);
    assertThat(worker.held()).containsExactly("run");
  }

  @Test
  void aCancelledChildGivesItsBudgetBack() {
    worker.epoch(new JournalEntry.End(Outcome.SUCCEEDED, null, Map.of()));
    worker.submitTree("acme", "tree", Map.of("calls", 100L), Map.of(), TreeLimits.NONE);
    worker.epoch(OneWorker.spawn(1, 1), new JournalEntry.Pause(0, "let it begin", Map.of()));
    worker.tick();
    assertThat(worker.held()).containsExactly("tree~1", "tree");
    write("tree", cancel(1), new JournalEntry.BudgetWait(Map.of("calls", 100L), Map.of()));
    assertThat(worker.held()).as("the child has a slice").containsExactly("tree~1");

    write("tree~1", stopped());

    assertThat(worker.dispatchOf("tree").budget().getFirst().slice()).isEqualTo(100);
  }

  @Test
  void endingManyRunsThatWaitForBudgetLooksAtTheWaitingOnce() {
    int children = 60;
    var many = new OneWorker(children + 1);
    many.submitTree("acme", "tree", Map.of("calls", 1_000L), Map.of(), TreeLimits.NONE);
    many.epoch(OneWorker.spawn(1, children), new JournalEntry.Pause(0, "begin", Map.of()));
    many.tick();
    var all = IntStream.rangeClosed(1, children).boxed().toArray(Integer[]::new);
    for (int i = 0; i <= children; i++) {
      if (many.longest().run().key().id().equals("tree")) {
        many.rotate();
      }
      if (many.held().size() > 1) {
        many.epoch(new JournalEntry.BudgetWait(Map.of("calls", 990L), Map.of()));
      }
    }
    assertThat(many.held()).as("the others wait for budget").containsExactly("tree");
    int before = many.turns();

    many.epoch(cancel(all), awaitChildren(all));

    assertThat(many.completed()).hasSize(children);
    assertThat(many.turns() - before).as("turns for %d runs", children).isLessThan(10 * children);
  }

  @Test
  void aChildThatWasSentBackIsCancelledAndSignalled() {
    worker.epoch(OneWorker.spawn(1, 1), anyOf(1));
    worker.endOf("run~1", Outcome.DEAD);
    write("run", cancel(1), send("run~1", "go"), TOLD);
    assertThat(refusals("run")).containsExactly(null, null, null, "ENDED");
    assertThat(worker.phase("acme", "run~1")).isInstanceOf(Phase.Dead.class);
    worker.redrive("acme", "run~1");

    write("run", send("run~1", "go"), cancel(1), TOLD);

    assertThat(refusals("run")).containsExactly(null, null, null, "ENDED", null, null);
    assertThat(inbox("run~1")).containsExactly("go");
    write("run~1", stopped());
    assertThat(worker.completed().getLast().outcome()).isEqualTo(Outcome.CANCELLED);
    assertThat(worker.completed().getLast().redrive()).isEqualTo(1);
  }

  // --- signals

  @Test
  void aSignalReachesAChildItsParentAndASibling() {
    worker.epoch(OneWorker.spawn(1, 2), send("run~1", "down"), awaits("up"));
    assertThat(inbox("run~1")).containsExactly("down");
    write("run~1", send("run", "up"), send("run~2", "across"), TOLD);

    assertThat(inbox("run~2")).containsExactly("across");
    assertThat(worker.dispatchOf("run").journal().positions().getLast().signal()).isNotNull();
    assertThat(refusals("run~1")).containsExactly(null, null);
  }

  @Test
  void whatIsRefusedIsToldInEachLaterDispatch() {
    worker.submit("acme", "other", 0);
    worker.epoch(
        OneWorker.spawn(1, 1),
        send("", "up"),
        send("run~2", "x"),
        send("other", "x"),
        send("run2", "x"),
        send("ru", "x"),
        send("no id", "x"),
        send("run~1", "no name"),
        new JournalEntry.Send("run~1", "x", Bounds.SENT_BYTES + 1, Map.of()),
        anyOf(1));
    worker.endOf("run~1", Outcome.SUCCEEDED);
    write("run", send("run~1", "x"), send("run~1~3", "x"), TOLD);
    write("run", TOLD);

    assertThat(refusals("run"))
        .containsExactly(
            null,
            "UNKNOWN",
            "UNKNOWN",
            "FOREIGN",
            "FOREIGN",
            "FOREIGN",
            "FOREIGN",
            "its name or payload is out of bounds",
            "its name or payload is out of bounds",
            null,
            "ENDED",
            "UNKNOWN");
    assertThat(inbox("other")).isEmpty();
    assertThat(worker.alarms()).isEmpty();
  }

  @Test
  void aChildThatWasAskedToEndTakesNoMoreSignals() {
    worker.epoch(OneWorker.spawn(1, 1), cancel(1), send("run~1", "late"), TOLD);
    assertThat(worker.phase("acme", "run~1")).as("its holder stops it").isNotNull();

    assertThat(refusals("run")).containsExactly(null, null, "ENDED");
  }

  @Test
  void sentSignalsAndThoseOfCommandsFillOneInbox() {
    worker.epoch(OneWorker.spawn(1, 1), new JournalEntry.Pause(0, "", Map.of()));
    IntStream.range(1, Bounds.SIGNALS).forEach(n -> worker.signal("acme", "run~1", "x"));
    worker.tick();

    write("run", send("run~1", "last"), send("run~1", "more"), TOLD);
    worker.signal("acme", "run~1", "x");

    assertThat(refusals("run")).containsExactly(null, null, "FULL");
    assertThat(worker.answers().getLast().reason()).startsWith("signals that the run has not");
    assertThat(inbox("run~1")).hasSize(Bounds.SIGNALS).endsWith("last");
  }

  @Test
  void aRunMaySignalItself() {
    worker.epoch(send("run", "me"), awaits("me"));

    assertThat(worker.dispatchOf("run").journal().positions().getLast().signal()).isNotNull();
  }

  @Test
  void aParentThatHasEndedCannotBeSignalled() {
    worker.epoch(detached(), new JournalEntry.End(Outcome.SUCCEEDED, null, Map.of()));

    worker.epoch(send("run", "late"), TOLD);

    assertThat(refusals("run~1")).containsExactly("ENDED");
  }

  private static JournalEntry detached() {
    var spawn = (JournalEntry.Spawn) OneWorker.spawn(1, 1);
    var child = spawn.children().getFirst();
    return new JournalEntry.Spawn(
        List.of(new dev.sluice.admission.run.ChildSpec(1, child.spec(), true)), Map.of());
  }

  // --- records that do not count, and runs that the gate fails on

  @Test
  void aZombiesCancelAndSignalHaveNoEffect() {
    worker.epoch(OneWorker.spawn(1, 1), new JournalEntry.Pause(0, "", Map.of()));
    worker.tick();
    int epoch = worker.dispatchOf("run").run().epoch();
    worker.dieAndReturn();
    assertThat(worker.held()).containsExactlyInAnyOrder("run", "run~1");

    for (var entry : List.of(cancel(1), send("run~1", "x"))) {
      worker.readBack(
          new GateEvent.Journaled(
              new RunKey("acme", "run"), epoch, new Incarnation("w.1"), 2, 10, entry));
    }

    assertThat(inbox("run~1")).isEmpty();
    assertThat(worker.runs()).allMatch(run -> run.request() == null);
    write("run", TOLD);
    assertThat(refusals("run")).as("the spawn alone").hasSize(1);
  }

  @Test
  void aSignalThatTheGateFailsOnIsRefused() {
    worker.epoch(OneWorker.spawn(1, 1), new JournalEntry.Pause(0, "", Map.of()));
    worker.tick();
    worker.failOnce("acme", "run~1");
    write("run", send("run~1", "x"), TOLD);
    worker.redrive("acme", "run");

    assertThat(inbox("run~1")).isEmpty();
    assertThat(refusals("run")).containsExactly(null, "the gate failed on it");
  }
}
