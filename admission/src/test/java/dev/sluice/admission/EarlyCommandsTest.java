package dev.sluice.admission;

import static dev.sluice.admission.port.GateEffect.DecisionKind.CANCEL;
import static dev.sluice.admission.port.GateEffect.DecisionKind.REFUSE;
import static dev.sluice.admission.port.GateEffect.DecisionKind.SIGNAL;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.admission.journal.JournalEntry;
import dev.sluice.admission.port.GateEffect;
import dev.sluice.admission.rules.EarlyCommands;
import dev.sluice.admission.run.Outcome;
import dev.sluice.admission.run.RunSpec;
import dev.sluice.admission.run.Signal;
import dev.sluice.admission.run.TreeLimits;
import dev.sluice.contract.Bounds;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Commands that are read before the submission of their run. */
final class EarlyCommandsTest {
  private final OneWorker worker = new OneWorker(1);

  private void passTheWait() {
    worker.pass(EarlyCommands.WAIT_MS);
  }

  private GateEffect.Decide lastAnswer() {
    return worker.answers().getLast();
  }

  @Test
  void cancelsARunWhenItComes() {
    worker.cancel("acme", "run");

    worker.submit("acme", "run", 0);

    assertThat(worker.started()).isEmpty();
    assertThat(worker.completed())
        .extracting(GateEffect.Complete::outcome)
        .containsExactly(Outcome.CANCELLED);
    assertThat(worker.answers())
        .extracting(GateEffect.Decide::kind)
        .containsExactly(CANCEL, CANCEL);
  }

  @Test
  void givesARunTheSignalsThatCameBeforeIt() {
    worker.signal("acme", "run", "go");
    worker.signal("acme", "run", "on");

    worker.submit("acme", "run", 0);
    worker.epoch(new JournalEntry.SignalWait("on", 60_000, Map.of()));

    var taken = worker.longest().journal().positions().get(0).signal();
    assertThat(taken).isNotNull().extracting(Signal::name, Signal::number).contains("on", 2);
    assertThat(worker.longest().run().inbox().untaken())
        .extracting(Signal::name)
        .containsExactly("go");
    assertThat(worker.alarms()).isEmpty();
  }

  @Test
  void countsSignalsOnAfterThoseThatWereKept() {
    worker.signal("acme", "run", "go");
    worker.submit("acme", "run", 0);
    worker.signal("acme", "run", "go");

    worker.epoch(new JournalEntry.SignalWait("go", 60_000, Map.of()));
    worker.epoch(new JournalEntry.SignalWait("go", 60_000, Map.of()));

    assertThat(worker.longest().journal().positions())
        .extracting(position -> position.signal() == null ? 0 : position.signal().number())
        .containsExactly(1, 2);
  }

  @Test
  void reachesAChildThatIsNotSpawnedYet() {
    worker.submit("acme", "root", 0);
    worker.cancel("acme", "root~1");

    worker.spawnAndWait(1);

    assertThat(worker.completed())
        .extracting(complete -> complete.run().id(), GateEffect.Complete::outcome)
        .containsExactly(org.assertj.core.groups.Tuple.tuple("root~1", Outcome.CANCELLED));
  }

  @Test
  void refusesAtOnceWhatNamesAnEndedRun() {
    worker.submit("acme", "run", 0);
    worker.end(Outcome.SUCCEEDED);

    worker.signal("acme", "run", "go");

    assertThat(lastAnswer().kind()).isEqualTo(REFUSE);
    assertThat(lastAnswer().reason()).contains("has ended");
    assertThat(worker.waitedFor()).isZero();
  }

  @Test
  void refusesAtOnceToRedriveWhatIsNotKnown() {
    worker.redrive("acme", "run");

    assertThat(lastAnswer().kind()).isEqualTo(REFUSE);
    assertThat(worker.waitedFor()).isZero();
  }

  @Test
  void aRefusedRunTakesItsCommandsWithIt() {
    worker.signal("acme", "run", "go");
    worker.submit(
        "acme",
        "run",
        new RunSpec(
            "agent",
            "default",
            1_000,
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
            null));

    assertThat(lastAnswer().kind()).isEqualTo(REFUSE);
    assertThat(worker.waitedFor()).isZero();
    assertThat(worker.forgotten()).extracting(GateEffect.ForgetSignal::number).containsExactly(1);
  }

  @Test
  void givesUpARunThatDoesNotComeOnceAllSubmissionsAreRead() {
    worker.signal("acme", "run", "go");
    passTheWait();
    worker.tick();
    assertThat(worker.waitedFor()).as("submissions may be unread").isEqualTo(1);

    worker.tickAllRead();

    assertThat(lastAnswer().reason()).contains("no run of this id has come");
    assertThat(worker.waitedFor()).isZero();
    assertThat(worker.forgotten()).hasSize(1);
  }

  @Test
  void waitsForAMinuteBeforeTheOldestEndsThatATickMayName() {
    long sentMs = worker.nowMs() + 1; // each record is a millisecond younger than the one before
    worker.signal("acme", "run", "go");
    worker.pass(sentMs + 79_999 - (worker.nowMs() + 1));
    worker.tickAllRead();
    assertThat(worker.waitedFor()).isEqualTo(1);

    worker.pass(1);
    worker.tickAllRead();

    assertThat(worker.waitedFor()).isZero();
  }

  @Test
  void waitsAMinuteForARunThoughAllSubmissionsAreRead() {
    worker.signal("acme", "run", "go");
    worker.tickAllRead();

    worker.submit("acme", "run", 0);

    assertThat(lastAnswer().kind()).isEqualTo(SIGNAL);
    assertThat(worker.longest().run().inbox().untaken()).hasSize(1);
  }

  @Test
  void keepsNoMoreThanABoundForATenantAndGoesOnForOthers() {
    for (int i = 0; i < Bounds.KEPT_COMMANDS; i++) {
      worker.signal("acme", "run" + i, "go");
    }

    worker.signal("acme", "one-more", "go");
    assertThat(lastAnswer().kind()).isEqualTo(REFUSE);
    worker.signal("other", "run", "go");

    assertThat(lastAnswer().kind()).isEqualTo(SIGNAL);
    assertThat(worker.waitedFor()).isEqualTo(Bounds.KEPT_COMMANDS + 1);
  }

  @Test
  void keepsNoMoreSignalsForARunThanItMayHaveUntaken() {
    for (int i = 0; i < Bounds.SIGNALS; i++) {
      worker.signal("acme", "run", "go");
    }

    worker.cancel("acme", "run");

    assertThat(lastAnswer().kind()).isEqualTo(REFUSE);
  }
}
