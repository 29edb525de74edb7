package dev.sluice.runner.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.runner.StepMismatchException;
import dev.sluice.v1.StepEntry;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class RunJournalTest {
  private final RunJournal journal = RunJournal.of(List.of(step("one"), step("two")));

  private static StepEntry step(String name) {
    return StepEntry.newBuilder().setName(name).setStartedAtMs(0).setEndedAtMs(0).build();
  }

  @Test
  void goesOnBehindWhatItReplays() {
    journal.replayNext("one");
    journal.replayNext("two");

    assertThat(journal.replayNext("three")).isNull();
    assertThat(journal.next()).isEqualTo(3);
    journal.wrote();
    assertThat(journal.next()).isEqualTo(4);
  }

  @Test
  void neverUsesAPositionOfUnknownOutcomeAgain() {
    journal.lost();

    assertThat(journal.next()).isEqualTo(4);
  }

  @Test
  void endsAnEpochBehindAllStepsThoughItHasReadNone() {
    assertThat(RunJournal.unread(7).next()).isEqualTo(8);
  }

  @Test
  void saysWhatItExpectedAndWhatItFound() {
    assertThatThrownBy(() -> journal.replayNext("other"))
        .isInstanceOf(StepMismatchException.class)
        .hasMessageContaining("'one'")
        .hasMessageContaining("'other'");
    assertThatThrownBy(journal::checkEnd)
        .isInstanceOf(StepMismatchException.class)
        .hasMessageContaining("the end of the agent");
  }

  @Test
  void countsWhatTheCodeChargesOnceThoughItRunsAgain() {
    journal.charge("tokens", 5, false);
    journal.replayNext("one");
    journal.replayNext("two");
    journal.charge("tokens", 7, false);
    journal.charge("tokens", 2, true);

    assertThat(journal.takeBodyCharges()).isEqualTo(Map.of("tokens", 2L));
    assertThat(journal.takeCharges()).isEqualTo(Map.of("tokens", 7L));
  }
}
