package dev.sluice.testkit.world;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.v1.JournalRecord;
import dev.sluice.v1.RunStatus;
import dev.sluice.v1.RunSubmitted;
import dev.sluice.v1.StepEntry;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What two worlds must have in common where steps ended in different orders. */
final class HistoryTest {
  private static final Scenario NOTHING =
      new Scenario(
          List.of(),
          Set.of(),
          RunSubmitted.newBuilder().setTenant("t").setRunId("run").setAgent("a").build(),
          List.of());

  @Test
  void isTheSameWhereAStepEndedBeforeOrBehindOneThatStaysOpen() {
    var openEndedFirst =
        history(step("open", 1, 1), step("inline", 2, null), step("next", 3, null));
    var inlineEndedFirst = history(step("inline", 1, 2), step("open", 2, 1), step("next", 3, null));
    var openEndedLast = history(step("inline", 1, 2), step("next", 2, 3), step("open", 3, 1));
    assertThat(inlineEndedFirst.difference(openEndedFirst, Fate.NONE)).isEmpty();
    assertThat(openEndedLast.difference(openEndedFirst, Fate.NONE)).isEmpty();
    assertThat(openEndedFirst.difference(openEndedLast, Fate.NONE)).isEmpty();
  }

  @Test
  void differsWhereTheCodeCallsStepsInAnotherOrder() {
    var first = history(step("open", 1, 1), step("inline", 2, null));
    var swapped = history(step("open", 1, 2), step("inline", 2, 1));
    assertThat(swapped.difference(first, Fate.NONE).orElseThrow())
        .contains("position 1: found step 'inline'", "expected step 'open'");
  }

  private static History history(JournalRecord... records) {
    var journal = new MemoryJournal();
    for (var record : records) {
      journal.add(record, 0);
    }
    var ended = new Ended(RunStatus.SUCCEEDED, null, null, Map.of(), 1, 1, 0);
    return new History(
        NOTHING,
        Bodies.executed(),
        Schedule.ofClaims(),
        journal,
        Map.of("run", ended),
        new History.Noted(records.length, "", List.of(), List.of()));
  }

  private static JournalRecord step(String name, int seq, @Nullable Integer codePosition) {
    var entry = new StepEntry(name, null, "application/json", null, Map.of(), 1, 0L, 0L);
    return new JournalRecord("t", "run", 1, "worker", seq, "", entry, codePosition);
  }
}
