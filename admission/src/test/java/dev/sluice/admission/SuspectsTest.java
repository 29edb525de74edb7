package dev.sluice.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.admission.journal.JournalEntry;
import dev.sluice.admission.port.GateEffect;
import dev.sluice.admission.port.GateEvent;
import dev.sluice.admission.run.Outcome;
import dev.sluice.admission.run.Phase;
import dev.sluice.admission.settings.GateSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Runs whose workers ended under them. */
final class SuspectsTest {
  private static final int INNOCENT = 3;
  private static final int MOST_DEATHS = 50;
  private static final String POISON = "poison";

  private final OneWorker worker = new OneWorker(INNOCENT + 2);

  private void submitAll() {
    for (int run = 0; run < INNOCENT; run++) {
      worker.submit("tenant-" + run, "innocent-" + run, 0);
    }
    worker.submit("acme", POISON, 0);
  }

  private void makeSuspects() {
    submitAll();
    worker.dieAndReturn();
    assertThat(worker.held()).as("after one death").hasSize(INNOCENT + 1);
    worker.dieAndReturn();
  }

  @Test
  void aWorkerHoldsOneSuspectAtATimeAndWhateverElseItHasRoomFor() {
    makeSuspects();

    assertThat(worker.held()).hasSize(1);
    worker.submit("acme", "fresh", 0);
    assertThat(worker.held()).hasSize(2).contains("fresh");
  }

  @Test
  void theRunThatEndsItsWorkersDiesAndTakesNobodyWithIt() {
    makeSuspects();
    int deaths = 0;

    while (!worker.held().isEmpty() && deaths < MOST_DEATHS) {
      if (worker.held().contains(POISON)) {
        worker.dieAndReturn();
        deaths++;
      } else {
        worker.end(Outcome.SUCCEEDED);
      }
    }

    assertThat(deaths).isEqualTo(GateSettings.MAX_LOST_IN_ROW);
    var ends = new ArrayList<>(worker.completed());
    assertThat(ends).hasSize(INNOCENT + 1);
    for (var end : ends) {
      boolean isPoison = end.run().id().equals(POISON);
      assertThat(end.outcome()).isEqualTo(isPoison ? Outcome.DEAD : Outcome.SUCCEEDED);
    }
    assertThat(ends)
        .filteredOn(end -> end.failure() != null)
        .extracting(GateEffect.Complete::failure)
        .allMatch(failure -> failure != null && failure.type().equals("LeaseLost"));
  }

  @Test
  void aStepThatIsJournaledClearsItsRun() {
    makeSuspects();
    var first = worker.held();

    worker.epoch(new JournalEntry.Step(Map.of()), new JournalEntry.Sleep(1_000_000, Map.of()));
    var second = worker.held();
    assertThat(second).hasSize(1).doesNotContainAnyElementsOf(first);
    worker.end(Outcome.SUCCEEDED);
    worker.end(Outcome.SUCCEEDED);
    worker.pass(2_000_000);
    worker.second();

    assertThat(worker.held()).as("one suspect and one that is none").hasSize(2).containsAll(first);
  }

  @Test
  void aSuspectThatIsReturnedWaitsAndKeepsNobodyFromTheWorker() {
    makeSuspects();
    worker.isDeaf = true;
    worker.end(Outcome.SUCCEEDED);
    var dispatch = (GateEffect.Dispatch) worker.nextUnread();
    worker.isDeaf = false;

    worker.answer(dispatch, GateEvent.Answer.RETURN_SUSPECT);

    var run = dispatch.run().key();
    assertThat(worker.phase(run.tenant(), run.id())).isInstanceOf(Phase.Waiting.class);
    worker.submit("acme", "fresh", 0);
    assertThat(worker.held()).contains("fresh");
    worker.pass(GateSettings.SUSPECT_PAUSE_MS);
    endAll();
    worker.second();
    endAll();
    assertThat(worker.started()).as("handed out once more").contains(run.id());
    assertThat(worker.phase(run.tenant(), run.id())).isNull();
  }

  private void endAll() {
    while (!worker.held().isEmpty()) {
      worker.end(Outcome.SUCCEEDED);
    }
  }

  @Test
  void aLeaseThatTheRunLosesByItselfCountsAsBefore() {
    worker.submit("acme", "run", 0);

    for (int lost = 0; lost < GateSettings.MAX_LOST_IN_ROW; lost++) {
      assertThat(worker.completed()).isEmpty();
      worker.epoch(new JournalEntry.Stopped(JournalEntry.StopReason.LOST_JOURNAL, Map.of()));
    }

    assertThat(worker.completed())
        .extracting(GateEffect.Complete::outcome)
        .isEqualTo(List.of(Outcome.DEAD));
  }
}
