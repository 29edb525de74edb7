package dev.sluice.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.admission.journal.JournalEntry;
import dev.sluice.admission.port.GateEffect;
import dev.sluice.admission.run.Outcome;
import dev.sluice.admission.run.TreeLimits;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a tree may spend, by examples: 100 calls, of which 10 are kept for its last answer. */
final class BudgetTest {
  private static final String CALLS = "calls";

  private final OneWorker worker = new OneWorker(2);

  BudgetTest() {
    worker.submitTree("acme", "plan", Map.of(CALLS, 100L), Map.of(CALLS, 10L), TreeLimits.NONE);
  }

  private static Map<String, Long> calls(long amount) {
    return Map.of(CALLS, amount);
  }

  private static JournalEntry step(long charged) {
    return new JournalEntry.Step(calls(charged));
  }

  private static JournalEntry needs(long least) {
    return new JournalEntry.BudgetWait(calls(least), Map.of());
  }

  private static JournalEntry ends() {
    return new JournalEntry.End(Outcome.SUCCEEDED, null, Map.of());
  }

  private static JournalEntry awaits(Integer... numbers) {
    return new JournalEntry.ChildrenWait(List.of(numbers), Map.of());
  }

  private long slice() {
    return worker.longest().budget().get(0).slice();
  }

  private long left() {
    return worker.longest().budget().get(0).left();
  }

  @Test
  void aRunIsGivenHalfOfWhatIsFree() {
    assertThat(slice()).isEqualTo(45);
  }

  @Test
  void aStepThatNeedsMoreThanTheSliceComesBackWithEnough() {
    worker.epoch(step(5), needs(70));

    assertThat(slice()).isEqualTo(70);
    assertThat(left()).isEqualTo(95);
  }

  @Test
  void whatWasNotSpentIsGivenBack() {
    worker.epoch(step(5), OneWorker.spawn(1, 1), awaits(1));
    worker.epoch(step(3), ends());

    assertThat(left()).isEqualTo(92);
  }

  @Test
  void whatIsReservedForOneIsNotGivenToAnother() {
    worker.epoch(OneWorker.spawn(1, 2), awaits(1, 2));
    var first = worker.longest().budget().get(0).slice();

    worker.epoch(needs(88));

    assertThat(worker.started()).as("it waits for the other's slice").endsWith("plan~1", "plan~2");
    worker.epoch(ends());
    assertThat(worker.started()).endsWith("plan~1");
    assertThat(slice()).isEqualTo(88).isGreaterThan(first);
  }

  @Test
  void theReserveIsForTheRootsLastAnswerAlone() {
    worker.epoch(OneWorker.spawn(1, 1), awaits(1));
    worker.epoch(needs(91));

    assertThat(worker.longest().run().allowance().exhausted()).isTrue();
    assertThat(slice()).as("the child's, of which the reserve is no part").isLessThanOrEqualTo(90);
    worker.epoch(needs(91));
    assertThat(worker.completed())
        .singleElement()
        .extracting(GateEffect.Complete::outcome)
        .isEqualTo(Outcome.BUDGET_EXHAUSTED);

    worker.epoch(needs(101));
    assertThat(worker.longest().run().allowance().exhausted()).isTrue();
    assertThat(slice()).as("the root's last chance").isEqualTo(100);
  }

  @Test
  void aNegativeChargeGivesNothingBack() {
    worker.epoch(step(5), step(-3), OneWorker.spawn(1, 1), awaits(1));

    assertThat(left()).isEqualTo(95);
  }

  @Test
  void ofAChargeOverTheSliceTheSliceCounts() {
    worker.epoch(step(46), OneWorker.spawn(1, 1), awaits(1));

    assertThat(left()).isEqualTo(55);
  }
}
