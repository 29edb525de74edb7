package dev.sluice.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.admission.journal.JournalEntry;
import dev.sluice.admission.port.GateEvent;
import dev.sluice.admission.run.Failure;
import dev.sluice.admission.run.Outcome;
import dev.sluice.admission.run.Phase;
import dev.sluice.admission.run.Wait;
import dev.sluice.admission.worker.Abilities;
import dev.sluice.contract.Bounds;
import dev.sluice.contract.JournalFormats;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Which workers a run can go on with when their code changes. */
final class DeploymentsTest {
  private static final long AGENT_WAIT_MS = 300_000;

  private final OneWorker worker = new OneWorker(1);

  private static Abilities code(String... versions) {
    return new Abilities(Map.of("agent", List.of(versions)), JournalFormats.NEWEST);
  }

  private void becomes(String... versions) {
    worker.becomes(code(versions), JournalFormats.IN_ORDER);
  }

  private static JournalEntry step() {
    return new JournalEntry.Step(Map.of());
  }

  private static JournalEntry pause() {
    return new JournalEntry.Pause(1, "test", Map.of());
  }

  /** The run that runs writes a position, and gives up its slot; then its time has come. */
  private void stepAndPause() {
    worker.epoch(step(), pause());
  }

  private void due() {
    worker.pass(10);
    worker.tick();
    worker.tick();
  }

  private boolean waitsForAgent() {
    return worker.phase("acme", "run") instanceof Phase.Waiting waiting
        && waiting.on() instanceof Wait.Agent;
  }

  @Test
  void aRunWaitsForAWorkerThatCanReplayTheVersionItBeganWith() {
    becomes("1");
    worker.submit("acme", "run", 0);
    stepAndPause();
    becomes("2");

    due();

    assertThat(waitsForAgent()).isTrue();
    assertThat(worker.waits().getLast().waitingFor()).isEqualTo("agent");
    assertThat(worker.waits().getLast().reason()).contains("version 1 ");
    assertThat(worker.waits().getLast().versions()).containsExactly("1");
    becomes("3", "2", "1");
    assertThat(worker.started()).containsExactly("run", "run");
    assertThat(worker.longest().journal().needs().versions()).containsExactly("1");
  }

  @Test
  void aRunDiesWhenNoSuchWorkerComesInTimeAndSaysWhy() {
    becomes("1");
    worker.submit("acme", "run", 0);
    stepAndPause();
    becomes("2");
    due();

    worker.pass(AGENT_WAIT_MS);
    worker.tick();

    var end = worker.completed().getFirst();
    assertThat(end.outcome()).isEqualTo(Outcome.DEAD);
    assertThat(end.failure())
        .isEqualTo(
            Failure.of(
                "UnknownVersion",
                "no worker of pool default can replay a run of the agent agent that version 1 has"
                    + " written"));
    becomes("1");
    worker.redrive("acme", "run");
    assertThat(worker.started()).as("on the code that it began with").hasSize(2);
  }

  @Test
  void aRunThatHasWrittenNothingGoesToAnyVersion() {
    becomes("1");
    worker.submit("acme", "run", 0);
    worker.epoch(pause());
    becomes("2");

    due();

    assertThat(worker.started()).containsExactly("run", "run");
  }

  /** In a rolling change workers of before are still there. */
  @Test
  void aRunDoesNotGoBackToCodeThatIsOlderThanItsNewestRecord() {
    becomes("1");
    worker.submit("acme", "run", 0);
    stepAndPause();
    becomes("2", "1");
    due();
    stepAndPause();
    becomes("1");

    due();

    assertThat(waitsForAgent()).isTrue();
    becomes("2", "1");
    assertThat(worker.longest().journal().needs().versions()).containsExactly("1", "2");
  }

  @Test
  void aCheckpointForgetsTheVersionsBeforeIt() {
    becomes("1");
    worker.submit("acme", "run", 0);
    stepAndPause();
    becomes("2", "1");
    due();
    worker.epoch(step(), new JournalEntry.Checkpoint(Map.of()), pause());
    becomes("3", "2");

    due();

    assertThat(worker.longest().journal().needs().versions()).containsExactly("2");
  }

  @Test
  void aJournalOfANewerFormatIsNotSentToAWorkerThatDoesNotReadIt() {
    worker.becomes(code("1"), JournalFormats.WITH_PLACES);
    worker.submit("acme", "run", 0);
    stepAndPause();
    worker.becomes(
        new Abilities(Map.of("agent", List.of("1")), JournalFormats.IN_ORDER),
        JournalFormats.IN_ORDER);

    due();

    assertThat(waitsForAgent()).isTrue();
    worker.pass(AGENT_WAIT_MS);
    worker.tick();
    assertThat(Objects.requireNonNull(worker.completed().getFirst().failure()).type())
        .isEqualTo("UnknownFormat");
  }

  @Test
  void aWorkerOfAnEarlierBuildThatSaysNothingIsTakenAtItsAgentsWord() {
    becomes("1");
    worker.submit("acme", "run", 0);
    stepAndPause();
    worker.becomes(Abilities.UNSAID, 0);

    due();

    assertThat(worker.started()).containsExactly("run", "run");
  }

  /** Its partition of the dispatch topic was another worker's when the gate sent it there. */
  @Test
  void aRunThatAWorkerGivesBackForItsVersionIsSentAgainWithItsNextHeartbeat() {
    becomes("1");
    worker.isDeaf = true;
    worker.submit("acme", "run", 0);
    worker.answer(
        (dev.sluice.admission.port.GateEffect.Dispatch) worker.nextUnread(),
        GateEvent.Answer.RETURN_NO_AGENT);
    assertThat(waitsForAgent()).isTrue();
    worker.isDeaf = false;

    becomes("1");

    assertThat(worker.started()).containsExactly("run");
  }

  @Test
  void ofTooManyVersionsTheFirstCountsAndTheLast() {
    var all = new java.util.ArrayList<String>();
    for (int version = 0; version <= Bounds.JOURNAL_VERSIONS; version++) {
      all.addFirst("v" + version);
      becomes(all.toArray(new String[0]));
      if (version == 0) {
        worker.submit("acme", "run", 0);
      } else {
        due();
      }
      stepAndPause();
    }
    due();

    assertThat(worker.longest().journal().needs().versions())
        .hasSize(Bounds.JOURNAL_VERSIONS)
        .startsWith("v0", "v2")
        .endsWith("v" + Bounds.JOURNAL_VERSIONS);
  }
}
