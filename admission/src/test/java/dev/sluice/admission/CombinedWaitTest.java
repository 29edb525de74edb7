package dev.sluice.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.admission.journal.JournalEntry;
import dev.sluice.admission.journal.Settled;
import dev.sluice.admission.run.Branch;
import dev.sluice.admission.run.Outcome;
import dev.sluice.admission.run.Phase;
import dev.sluice.admission.run.Signal;
import dev.sluice.admission.run.Wait;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What waits for several things come to, by examples. */
final class CombinedWaitTest {
  private static final long HOUR = 3_600_000;

  private final OneWorker worker = new OneWorker(4);

  CombinedWaitTest() {
    worker.submit("acme", "run", 0);
  }

  private static JournalEntry any(Branch... branches) {
    return new JournalEntry.CombinedWait(false, List.of(branches), Map.of());
  }

  private static JournalEntry all(Branch... branches) {
    return new JournalEntry.CombinedWait(true, List.of(branches), Map.of());
  }

  private static Branch child(int number) {
    return new Branch.Child(number);
  }

  private static Branch signal(String name) {
    return new Branch.ForSignal(name);
  }

  private static Branch timer(long ms) {
    return new Branch.Timer(ms);
  }

  private void hourPasses() {
    worker.pass(HOUR);
    worker.tick();
  }

  /** What the last wait of the run came to, once it is dispatched again. */
  private Settled settled() {
    var run =
        worker.runs().stream()
            .filter(one -> one.key().id().equals("run"))
            .findFirst()
            .orElseThrow();
    assertThat(run.phase()).isInstanceOf(Phase.Running.class);
    var dispatch = worker.dispatchOf("run");
    return at(dispatch.journal().positions().size() - 1);
  }

  private Settled at(int place) {
    var settled = worker.dispatchOf("run").journal().positions().get(place).settled();
    return Objects.requireNonNull(settled, "it says nothing");
  }

  private boolean waits() {
    return worker.phase("acme", "run") instanceof Phase.Waiting waiting
        && waiting.on() instanceof Wait.Combined;
  }

  private int chosen() {
    return settled().chosen();
  }

  private List<String> taken() {
    return settled().signals().stream().map(Signal::name).toList();
  }

  @Test
  void theSignalThatIsReadFirstIsChosen() {
    worker.epoch(any(signal("anna"), signal("bert"), signal("carl"), timer(HOUR)));
    assertThat(waits()).isTrue();

    worker.signal("acme", "run", "carl");
    worker.signal("acme", "run", "anna");

    assertThat(chosen()).isEqualTo(2);
    assertThat(taken()).containsExactly("carl");
  }

  @Test
  void signalsThatWereNotChosenStayInTheInbox() {
    worker.epoch(any(signal("anna"), signal("bert")));
    worker.signal("acme", "run", "bert");
    worker.signal("acme", "run", "anna");

    worker.epoch(any(signal("bert"), signal("anna"), timer(HOUR)));

    assertThat(chosen()).isEqualTo(1);
    assertThat(worker.dispatchOf("run").run().inbox().untaken()).isEmpty();
  }

  @Test
  void aTimerThatLostLeavesNothingBehind() {
    worker.epoch(any(signal("go"), timer(HOUR)));
    worker.signal("acme", "run", "go");
    worker.epoch(any(signal("never"), timer(3 * HOUR)));

    hourPasses();

    assertThat(waits()).isTrue();
  }

  @Test
  void theEarliestOfTimersIsChosenThoughTheGateReadsNothingForLong() {
    worker.epoch(any(signal("go"), timer(3 * HOUR), timer(HOUR), timer(2 * HOUR)));

    worker.pass(100 * HOUR);
    worker.tick();

    assertThat(chosen()).isEqualTo(2);
  }

  @Test
  void theFirstChildThatEndsIsChosenAndTheOthersGoOn() {
    worker.epoch(OneWorker.spawn(1, 3), any(child(1), child(2), child(3), timer(HOUR)));
    assertThat(worker.held()).containsExactly("run~1", "run~2", "run~3");

    worker.endOf("run~2", Outcome.FAILED);

    assertThat(chosen()).isEqualTo(1);
    assertThat(worker.held()).containsExactly("run~1", "run~3", "run");
  }

  @Test
  void whatIsThereWhenTheWaitBeginsIsTakenInTheOrderOfTheBranches() {
    worker.signal("acme", "run", "bert");
    worker.signal("acme", "run", "anna");

    worker.epoch(any(timer(HOUR), signal("anna"), signal("bert")));

    assertThat(chosen()).isEqualTo(1);
    assertThat(worker.dispatchOf("run").run().inbox().untaken())
        .extracting(Signal::name)
        .containsExactly("bert");
  }

  @Test
  void aChildOfARefusedBatchHasEnded() {
    worker.epoch(any(signal("go"), child(7)));

    assertThat(chosen()).isEqualTo(1);
  }

  @Test
  void allWaitsForTheLast() {
    worker.epoch(
        OneWorker.spawn(1, 1), all(signal("a"), child(1), timer(HOUR), signal("b"), signal("a")));
    worker.signal("acme", "run", "a");
    worker.signal("acme", "run", "b");
    hourPasses();
    assertThat(waits()).isTrue();
    worker.endOf("run~1", Outcome.SUCCEEDED);
    assertThat(waits()).isTrue();

    worker.signal("acme", "run", "a");

    assertThat(chosen()).isEqualTo(Settled.ALL);
    assertThat(settled().signals()).extracting(Signal::number).containsExactly(1, 2, 3);
  }

  @Test
  void allWaitsForTheLastTimer() {
    worker.epoch(all(timer(2 * HOUR), signal("a"), timer(HOUR)));
    worker.signal("acme", "run", "a");

    hourPasses();
    assertThat(waits()).isTrue();
    hourPasses();

    assertThat(chosen()).isEqualTo(Settled.ALL);
  }

  /** The gate reads topics in no common order: what comes then may have been appended before. */
  @Test
  void aTimerThatWasOverStaysSoForAChildWhoseEndWasAppendedBefore() {
    worker.epoch(OneWorker.spawn(1, 1), all(child(1), timer(HOUR)));
    hourPasses();
    assertThat(waits()).isTrue();

    worker.pass(-HOUR);
    worker.endOf("run~1", Outcome.SUCCEEDED);

    assertThat(chosen()).isEqualTo(Settled.ALL);
  }

  @Test
  void aTimerThatWasOverStaysSoForASignalThatWasAppendedBefore() {
    worker.epoch(all(timer(HOUR), signal("go"), timer(HOUR / 2)));
    hourPasses();
    worker.restart();

    worker.pass(-HOUR);
    worker.signal("acme", "run", "go");

    assertThat(chosen()).isEqualTo(Settled.ALL);
    assertThat(taken()).containsExactly("go");
  }

  @Test
  void whatItCameToOutlivesACheckpointAndARestartOfTheGate() {
    worker.epoch(any(signal("go"), timer(HOUR)));
    worker.signal("acme", "run", "go");
    worker.epoch(new JournalEntry.Checkpoint(Map.of()), any(timer(HOUR), signal("on")));
    worker.signal("acme", "run", "on");
    worker.restart();

    worker.epoch(new JournalEntry.Step(Map.of()), new JournalEntry.Sleep(1, Map.of()));
    hourPasses();

    var positions = worker.dispatchOf("run").journal().positions();
    assertThat(positions).hasSize(4);
    assertThat(at(1).chosen()).isEqualTo(1);
    assertThat(worker.forgotten()).hasSize(1);
  }

  @Test
  void theRunItselfTakesWhatItsDispatchTells() {
    worker.signal("acme", "run", "go");
    worker.signal("acme", "run", "go");

    worker.epoch(
        new JournalEntry.CombinedTaken(1, List.of(2), Map.of()),
        new JournalEntry.Sleep(1, Map.of()));
    hourPasses();

    var dispatch = worker.dispatchOf("run");
    assertThat(at(0).chosen()).isEqualTo(1);
    assertThat(dispatch.run().inbox().untaken()).extracting(Signal::number).containsExactly(1);
  }

  @Test
  void signalsThatDoNotLieThereAreAnAlarm() {
    worker.signal("acme", "run", "go");

    worker.epoch(new JournalEntry.CombinedTaken(0, List.of(1, 1), Map.of()));

    assertThat(worker.alarms()).hasSize(1);
    assertThat(worker.runs()).allMatch(run -> run.inbox().untaken().size() == 1);
  }

  @Test
  void aRunThatWaitsForSeveralThingsIsCancelledAtOnce() {
    worker.epoch(any(signal("go"), timer(HOUR)));

    worker.cancel("acme", "run");

    assertThat(worker.completed())
        .extracting(end -> end.outcome())
        .containsExactly(Outcome.CANCELLED);
  }
}
