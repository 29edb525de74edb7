package dev.sluice.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.admission.journal.JournalEntry;
import dev.sluice.admission.run.Outcome;
import dev.sluice.admission.run.TreeLimits;
import dev.sluice.contract.Bounds;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How many meters a tree may have, by examples. */
final class MeterBoundsTest {
  private final OneWorker worker = new OneWorker(2);

  private static Map<String, Long> meters(int from, int to) {
    var meters = new HashMap<String, Long>();
    for (int i = from; i < to; i++) {
      meters.put("m%02d".formatted(i), 1L);
    }
    return meters;
  }

  private static JournalEntry step(Map<String, Long> charged) {
    return new JournalEntry.Step(charged);
  }

  private static JournalEntry ends(Map<String, Long> charged) {
    return new JournalEntry.End(Outcome.SUCCEEDED, null, charged);
  }

  private Map<String, Long> chargedByLast() {
    return worker.completed().getLast().charged();
  }

  @Test
  void aRunHasAsManyMetersAsThereMayBeAndGoesOnWhenItChargesToMore() {
    worker.submit("acme", "run", 0);

    worker.epoch(step(meters(0, 20)), step(meters(10, 40)), ends(meters(30, 50)));

    assertThat(chargedByLast()).containsOnlyKeys(meters(0, 32).keySet());
    assertThat(chargedByLast()).containsEntry("m15", 2L).containsEntry("m31", 2L);
    assertThat(worker.completed().getLast().outcome()).isEqualTo(Outcome.SUCCEEDED);
    assertThat(worker.completed().getLast().steps()).isEqualTo(2);
    assertThat(worker.alarms()).hasSize(2).allMatch(alarm -> alarm.contains("not counted"));
  }

  @Test
  void metersOfTheBudgetAreAmongThem() {
    var budget = new HashMap<String, Long>();
    meters(0, 31).keySet().forEach(meter -> budget.put("b" + meter, 10L));
    worker.submitTree("acme", "run", budget, Map.of(), TreeLimits.NONE);

    worker.epoch(ends(meters(0, 3)));

    assertThat(chargedByLast()).containsOnlyKeys("m00");
  }

  @Test
  void theRunsOfATreeShareThem() {
    worker.submit("acme", "plan", 0);

    worker.epoch(
        step(meters(0, 20)),
        OneWorker.spawn(1, 2),
        new JournalEntry.ChildrenWait(List.of(1, 2), Map.of()));
    worker.epoch(ends(meters(20, 30)));
    worker.epoch(ends(meters(28, 40)));
    worker.epoch(ends(meters(0, 1)));

    assertThat(worker.completed().get(0).charged()).containsOnlyKeys(meters(20, 30).keySet());
    assertThat(worker.completed().get(1).charged()).containsOnlyKeys(meters(28, 32).keySet());
    assertThat(worker.completed().get(2).charged()).containsOnlyKeys(meters(0, 20).keySet());
  }

  @Test
  void namesThatNoMeterCanHaveAreNotCounted() {
    worker.submit("acme", "run", 0);

    worker.epoch(
        step(Map.of("x".repeat(1_200_000), 1L, "a b", 1L, "", 1L)),
        ends(Map.of("y".repeat(Bounds.METER_CHARS), 1L)));

    assertThat(chargedByLast()).containsOnlyKeys("y".repeat(Bounds.METER_CHARS));
    assertThat(worker.alarms()).singleElement().asString().hasSizeLessThanOrEqualTo(1_000);
  }

  @Test
  void anAmountBeyondTheBoundCountsAsTheBound() {
    worker.submit("acme", "run", 0);

    worker.epoch(ends(Map.of("a", Long.MAX_VALUE, "b", -5L, "c", Bounds.AMOUNT)));

    assertThat(chargedByLast())
        .containsOnly(
            Map.entry("a", Bounds.AMOUNT), Map.entry("b", 0L), Map.entry("c", Bounds.AMOUNT));
  }
}
