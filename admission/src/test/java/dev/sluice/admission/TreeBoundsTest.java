package dev.sluice.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.admission.journal.JournalEntry;
import dev.sluice.admission.run.Outcome;
import dev.sluice.admission.run.TreeLimits;
import dev.sluice.admission.settings.TenantSettings;
import dev.sluice.admission.tree.Child;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a run may spawn, by examples. */
final class TreeBoundsTest {
  private static final TreeLimits NINE_BELOW = new TreeLimits(9, null, 12);

  private static OneWorker planner(TreeLimits limits) {
    var worker = new OneWorker(1);
    worker.tenant("acme", TenantSettings.DEFAULT.withMaxInFlight(1));
    worker.submitTree("acme", "plan", Map.of(), Map.of(), limits);
    return worker;
  }

  private static JournalEntry awaits(Integer... numbers) {
    return new JournalEntry.ChildrenWait(List.of(numbers), Map.of());
  }

  private static List<String> completed(OneWorker worker) {
    return worker.completed().stream().map(complete -> complete.run().id()).toList();
  }

  @Test
  void aBatchOverABoundIsRefusedWhole() {
    var worker = planner(NINE_BELOW);

    worker.epoch(OneWorker.spawn(1, 10), awaits(1));

    var resumed = worker.longest();
    assertThat(resumed.children()).isEmpty();
    assertThat(resumed.journal().positions().get(0).refused())
        .isEqualTo("max_children is 9, asked for 10");
  }

  @Test
  void aRefusedBatchUsesUpItsNumbersAndNoBound() {
    var worker = planner(NINE_BELOW);

    worker.epoch(
        OneWorker.spawn(1, 10), OneWorker.spawn(11, 9), awaits(11, 12, 13, 14, 15, 16, 17, 18, 19));
    for (int i = 0; i < 9; i++) {
      worker.end(Outcome.SUCCEEDED);
    }

    assertThat(worker.longest().journal().spawned()).isEqualTo(19);
    assertThat(worker.longest().children()).hasSize(9).noneMatch(Child::isLive);
    assertThat(completed(worker)).hasSize(9).contains("plan~11", "plan~19");
  }

  @Test
  void childrenThatHaveEndedStillCount() {
    var worker = planner(NINE_BELOW);
    worker.spawnAndWait(6);
    for (int i = 0; i < 6; i++) {
      worker.end(Outcome.SUCCEEDED);
    }

    worker.epoch(OneWorker.spawn(7, 4), awaits(7));

    assertThat(worker.longest().journal().positions().get(1).refused())
        .isEqualTo("max_children is 9, asked for 10");
  }

  @Test
  void descendantsOfAllGenerationsCountTogether() {
    var worker = planner(NINE_BELOW);
    worker.spawnAndWait(1);
    worker.spawnAndWait(9);
    for (int i = 0; i < 10; i++) {
      worker.end(Outcome.SUCCEEDED);
    }

    worker.epoch(OneWorker.spawn(2, 3), awaits(2));

    assertThat(worker.longest().journal().positions().get(1).refused())
        .isEqualTo("max_descendants is 12, asked for 13");
  }

  @Test
  void whatWasRefusedBeforeACheckpointIsNeitherLiveNorEndedBehindIt() {
    var worker = planner(NINE_BELOW);

    worker.epoch(OneWorker.spawn(1, 10), new JournalEntry.Checkpoint(Map.of()), awaits(1));

    var resumed = worker.longest();
    assertThat(resumed.journal().first()).isEqualTo(2);
    assertThat(resumed.journal().spawned()).isEqualTo(10);
    assertThat(resumed.children()).isEmpty();
  }

  @Test
  void theEndOfAParentCancelsItsChildrenInTheQueue() {
    var worker = planner(TreeLimits.NONE);

    worker.epoch(OneWorker.spawn(1, 2), new JournalEntry.End(Outcome.SUCCEEDED, null, Map.of()));

    assertThat(worker.completed())
        .extracting(complete -> complete.run().id() + " " + complete.outcome())
        .containsExactly("plan SUCCEEDED", "plan~1 CANCELLED", "plan~2 CANCELLED");
  }
}
