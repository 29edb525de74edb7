package dev.sluice.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.admission.journal.JournalEntry;
import dev.sluice.admission.port.GateEvent;
import dev.sluice.admission.run.Allowance;
import dev.sluice.admission.run.ChildSpec;
import dev.sluice.admission.run.Failure;
import dev.sluice.admission.run.Incarnation;
import dev.sluice.admission.run.Kin;
import dev.sluice.admission.run.Origin;
import dev.sluice.admission.run.Outcome;
import dev.sluice.admission.run.Phase;
import dev.sluice.admission.run.Run;
import dev.sluice.admission.run.RunKey;
import dev.sluice.admission.run.RunSpec;
import dev.sluice.admission.run.TreeLimits;
import dev.sluice.admission.run.Wait;
import dev.sluice.admission.worker.Abilities;
import dev.sluice.contract.Bounds;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What of others' records is cut, refused or left aside, at and beyond each bound. */
final class RecordBoundsTest {
  private static final Incarnation WORKER = new Incarnation("w.1");

  private static String text(int length) {
    return "x".repeat(length);
  }

  // --- submissions

  private static RunSpec spec(
      Map<String, String> labels, Map<String, Long> budget, Map<String, Long> reserve) {
    return new RunSpec(
        "agent",
        "default",
        0,
        labels,
        budget,
        reserve,
        null,
        null,
        null,
        null,
        null,
        TreeLimits.NONE,
        null,
        null);
  }

  private static Map<String, Long> meters(int count) {
    return IntStream.range(0, count).boxed().collect(Collectors.toMap(i -> "m" + i, i -> 1L));
  }

  private static Map<String, String> labels(int count) {
    return IntStream.range(0, count).boxed().collect(Collectors.toMap(i -> "k" + i, i -> "v"));
  }

  static Stream<Arguments> submissions() {
    return Stream.of(
        Arguments.of("labels", spec(labels(64), Map.of(), Map.of()), true),
        Arguments.of("a label too many", spec(labels(65), Map.of(), Map.of()), false),
        Arguments.of(
            "a label's key", spec(Map.of(text(128), text(4_096)), Map.of(), Map.of()), true),
        Arguments.of("too long a key", spec(Map.of(text(129), ""), Map.of(), Map.of()), false),
        Arguments.of("a key with colon", spec(Map.of("a:b", ""), Map.of(), Map.of()), false),
        Arguments.of("too long a value", spec(Map.of("a", text(4_097)), Map.of(), Map.of()), false),
        Arguments.of("meters", spec(Map.of(), meters(32), meters(32)), true),
        Arguments.of("a meter too many", spec(Map.of(), meters(33), Map.of()), false),
        Arguments.of("a meter's name", spec(Map.of(), Map.of(text(64), 1L), Map.of()), true),
        Arguments.of("too long a meter", spec(Map.of(), Map.of(text(65), 1L), Map.of()), false),
        Arguments.of("60,000 chars", spec(Map.of(), Map.of(text(60_000), 1L), Map.of()), false),
        Arguments.of("amount", spec(Map.of(), Map.of("m", Bounds.AMOUNT), Map.of()), true),
        Arguments.of("too much", spec(Map.of(), Map.of("m", Bounds.AMOUNT + 1), Map.of()), false),
        Arguments.of("negative", spec(Map.of(), Map.of("m", -1L), Map.of()), false),
        Arguments.of(
            "reserve of none", spec(Map.of(), Map.of(), Map.of(text(1_200_000), 1L)), false));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("submissions")
  void aSubmissionKeepsToTheRulesOrIsRefusedInFewWords(String name, RunSpec spec, boolean fits) {
    var worker = new OneWorker(1);

    worker.submit("acme", "run", spec);

    assertThat(worker.started()).hasSize(fits ? 1 : 0);
    if (!fits) {
      var refused = worker.completed().getLast();
      assertThat(refused.outcome()).isEqualTo(Outcome.REJECTED);
      assertThat(Objects.requireNonNull(refused.failure()).message()).hasSizeLessThan(500);
      assertThat(refused.labels()).as("what cannot be kept is not told on").doesNotContainKey("k0");
    }
  }

  private static RunSpec inPool(String pool) {
    return new RunSpec(
        "agent",
        pool,
        0,
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
        null);
  }

  // --- journals

  @Test
  void textsOfErrorsAreCut() {
    var failure = new Failure(text(10_000), text(10_000), text(10_000));

    assertThat(failure.type()).hasSize(Bounds.ERROR_TYPE_CHARS).endsWith("…");
    assertThat(failure.message()).hasSize(Bounds.ERROR_MESSAGE_CHARS).endsWith("…");
    assertThat(failure.step()).hasSize(Bounds.NAME_CHARS).endsWith("…");
    assertThat(new Failure(text(256), text(8_192), text(128)))
        .isEqualTo(new Failure(text(256), text(8_192), text(128)))
        .extracting(Failure::type)
        .isEqualTo(text(256));
  }

  @Test
  void waitsKeepNoMoreThanTheyNeed() {
    assertThat(new JournalEntry.Pause(1, text(1_000_000), Map.of()).reason())
        .hasSize(Bounds.KEPT_REASON_CHARS);
    assertThat(new JournalEntry.SignalWait(text(1_000_000), 1, Map.of()).name())
        .hasSize(Bounds.NAME_CHARS);
    var needs = new HashMap<>(meters(40));
    needs.put(text(1_000_000), 1L);
    assertThat(new JournalEntry.BudgetWait(needs, Map.of()).needs()).hasSize(Bounds.METERS);
  }

  @Test
  void aRunWaitsForChildrenThatLiveAndForEachOnce() {
    var worker = new OneWorker(1);
    worker.submit("acme", "plan", 0);
    var numbers = IntStream.range(0, 500_000).map(i -> i % 1_000).boxed().toList();

    worker.epoch(OneWorker.spawn(1, 2), new JournalEntry.ChildrenWait(numbers, Map.of()));

    assertThat(worker.phase("acme", "plan"))
        .isInstanceOfSatisfying(
            Phase.Waiting.class,
            waiting -> assertThat(waiting.on()).isEqualTo(new Wait.Children(List.of(1, 2))));
  }

  @Test
  void aBatchOfTooManyChildrenIsRefusedWithoutLoss() {
    var worker = new OneWorker(1);
    worker.submit("acme", "plan", 0);

    worker.epoch(
        OneWorker.spawn(1, Bounds.BATCH_CHILDREN + 1),
        new JournalEntry.ChildrenWait(List.of(1), Map.of()));

    assertThat(worker.started()).containsExactly("plan", "plan");
    assertThat(worker.longest().journal().positions().get(0).refused())
        .isEqualTo("the most children of a batch is 5000, asked for 5001");
  }

  @Test
  void whyABatchWasRefusedIsCut() {
    var worker = new OneWorker(1);
    worker.submit("acme", "plan", 0);
    var child = new ChildSpec(1, inPool(text(3_000_000)), false);

    worker.epoch(
        new JournalEntry.Spawn(List.of(child), Map.of()),
        new JournalEntry.ChildrenWait(List.of(1), Map.of()));

    assertThat(worker.longest().journal().positions().get(0).refused())
        .startsWith("pool must match [a-z0-9-]{1,64}, got 'xxx")
        .hasSizeLessThanOrEqualTo(Bounds.KEPT_REASON_CHARS);
  }

  @Test
  void signalsThatTheGateDidNotSendAreLeftAside() {
    var worker = new OneWorker(1);
    worker.submit("acme", "run", 0);
    worker.signal("acme", "run", "go");

    for (int number = -1; number < 50; number++) {
      worker.readBack(new GateEvent.SignalRead(new RunKey("acme", "run"), "go", number));
    }
    worker.epoch(new JournalEntry.Sleep(0, Map.of()));
    worker.pass(1_000);
    worker.tick();

    assertThat(worker.longest().run().inbox().untaken()).hasSize(1);
    assertThat(worker.alarms()).hasSize(51);
  }

  // --- names

  @Test
  void whatCannotBeANameIsNone() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Incarnation(text(700_000)));
    assertThatIllegalArgumentException().isThrownBy(() -> new Incarnation("a\0b"));
    assertThatIllegalArgumentException().isThrownBy(() -> new RunKey("acme", text(513)));
    assertThatIllegalArgumentException().isThrownBy(() -> new RunKey(text(129), "run"));
    assertThatIllegalArgumentException().isThrownBy(() -> new RunKey("acme~1", "run"));
    var run = new RunKey(text(128), text(512));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new GateEvent.SignalRead(run, text(129), 1));
    assertThatIllegalArgumentException().isThrownBy(() -> new GateEvent.Tick(text(1_000), 1));
  }

  // --- heartbeats

  private static GateEvent.Heartbeat heartbeat(
      Map<String, Set<Integer>> partitions, Set<String> agents, int slots, int free) {
    return new GateEvent.Heartbeat(
        WORKER, 1, partitions, agents, slots, free, null, Set.of(), Abilities.UNSAID);
  }

  private static Set<String> agents(int count) {
    return IntStream.range(0, count).mapToObj(i -> "a" + i).collect(Collectors.toSet());
  }

  private static Map<String, Set<Integer>> pools(int count) {
    return IntStream.range(0, count).boxed().collect(Collectors.toMap(i -> "p" + i, i -> Set.of()));
  }

  static Stream<Arguments> heartbeats() {
    var none = Map.<String, Set<Integer>>of();
    return Stream.of(
        Arguments.of("partition -1", Map.of("p", Set.of(-1)), Set.of(), 1, 1, false),
        Arguments.of("partition 0", Map.of("p", Set.of(0)), Set.of(), 1, 1, true),
        Arguments.of("partition 999", Map.of("p", Set.of(999)), Set.of(), 1, 1, true),
        Arguments.of("partition 1000", Map.of("p", Set.of(1_000)), Set.of(), 1, 1, false),
        Arguments.of("pools", pools(64), Set.of(), 1, 1, true),
        Arguments.of("a pool too many", pools(65), Set.of(), 1, 1, false),
        Arguments.of("no pool's name", Map.of("P", Set.of()), Set.of(), 1, 1, false),
        Arguments.of("agents", none, agents(1_000), 1, 1, true),
        Arguments.of("an agent too many", none, agents(1_001), 1, 1, false),
        Arguments.of("an agent's name", none, Set.of(text(128)), 1, 1, true),
        Arguments.of("too long a name", none, Set.of(text(129)), 1, 1, false),
        Arguments.of("slots", none, Set.of(), 100_000, 0, true),
        Arguments.of("too many slots", none, Set.of(), 100_001, 0, false),
        Arguments.of("fewer than none", none, Set.of(), -1, 0, false),
        Arguments.of("more free than there are", none, Set.of(), 3, 4, false));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("heartbeats")
  void aHeartbeatKeepsToTheRulesOrIsNone(
      String name,
      Map<String, Set<Integer>> partitions,
      Set<String> agents,
      int slots,
      int free,
      boolean fits) {
    if (fits) {
      assertThat(heartbeat(partitions, agents, slots, free).slots()).isEqualTo(slots);
    } else {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> heartbeat(partitions, agents, slots, free))
          .satisfies(refusal -> assertThat(refusal.getMessage()).hasSizeLessThan(500));
    }
  }

  // --- holders whose claim was not read

  @Test
  void onlySoManyUnreadClaimsAreRemembered() {
    var run =
        Run.accepted(
            new RunKey("acme", "run"),
            RunSpec.of("agent"),
            Kin.root("run", new Origin(0, 0, 0)),
            new Origin(0, 0, 0),
            new Phase.Queued(0, false));
    for (int epoch = 1; epoch <= 1_000; epoch++) {
      run =
          run.dispatchedTo(new Phase.Dispatched(0, 0, 0, 1), Allowance.NONE)
              .startedBy(WORKER, Phase.Running.CLAIM_UNREAD, 0)
              .queued(0);
    }

    assertThat(run.unclaimed()).hasSize(Bounds.UNCLAIMED).containsKey(1_000);
  }
}
