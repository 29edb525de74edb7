package dev.sluice.runner.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.runner.identity.RunRef;
import dev.sluice.runner.journal.Passed.CallPlace;
import dev.sluice.sdk.AgentRef;
import dev.sluice.sdk.RunContext;
import dev.sluice.sdk.StepFailedException;
import dev.sluice.v1.EndEntry;
import dev.sluice.v1.RunStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Time and chance as a run sees them: in every epoch as in the first. */
final class SameAgainTest {
  private static final Duration AN_HOUR = Duration.ofHours(1);

  /** What each epoch saw, by place in the code. */
  private final List<Map<String, String>> epochs = new ArrayList<>();

  private Map<String, String> begin() {
    var seen = new LinkedHashMap<String, String>();
    epochs.add(seen);
    return seen;
  }

  private static void see(Map<String, String> seen, String place, RunContext run) {
    seen.put(place, run.now() + " " + run.random().nextLong() + " " + run.uuid());
  }

  /** Everything that moves the log's time, on both sides of a checkpoint. */
  private Object everything(RunContext run) {
    var seen = begin();
    if (run.restore(String.class).isEmpty()) {
      see(seen, "first", run);
      run.step("one", Integer.class, () -> 1);
      see(seen, "behind a step", run);
      caughtFailure(run);
      see(seen, "behind a failure", run);
      run.sleep(AN_HOUR);
      see(seen, "behind a sleep", run);
      run.awaitSignal("early", Integer.class, AN_HOUR);
      see(seen, "behind a signal", run);
      run.await(run.spawn(AgentRef.of("leaf", Integer.class, Integer.class), 1));
      see(seen, "behind a child", run);
      run.checkpoint("done");
    }
    see(seen, "behind a checkpoint", run);
    run.step("two", Integer.class, () -> 2);
    see(seen, "behind its first step", run);
    run.awaitSignal("never", Integer.class, AN_HOUR);
    see(seen, "at the end", run);
    return 1;
  }

  private static void caughtFailure(RunContext run) {
    try {
      run.step(
          "broken",
          () -> {
            throw new IllegalStateException("broken");
          });
    } catch (StepFailedException e) {
      run.charge("failures", 1);
    }
  }

  private OneRunGate played() {
    var gate = new OneRunGate(TestAgent.of(this::everything));
    gate.epoch();
    gate.signal("early", "1");
    gate.epoch();
    gate.childEnds(1, RunStatus.SUCCEEDED, "1");
    gate.epoch();
    assertThat(gate.epoch()).isInstanceOf(EndEntry.class);
    return gate;
  }

  @Test
  void everyEpochSeesTheSame() {
    played();

    var all = new LinkedHashMap<String, String>();
    for (var seen : epochs) {
      seen.forEach((place, value) -> assertThat(all.getOrDefault(place, value)).isEqualTo(value));
      all.putAll(seen);
    }
    assertThat(epochs).hasSize(4);
    assertThat(all).hasSize(9);
    assertThat(epochs.get(2)).as("the third goes through the checkpoint").hasSize(8);
    assertThat(epochs.get(3)).as("the fourth begins behind it").hasSize(3);
  }

  @Test
  void noRandomValueComesTwiceAlsoBehindACheckpoint() {
    played();

    var random = new HashSet<String>();
    var last = new LinkedHashMap<String, String>();
    epochs.forEach(last::putAll);
    last.values().forEach(value -> random.add(value.substring(value.indexOf(' '))));
    assertThat(random).hasSize(9);
  }

  @Test
  void otherRunsSeeOtherValues() {
    var place = new CallPlace(0, 1);
    var of = new RunRef("t", "r", 1);
    var later = new RunRef("t", "r", 2);
    var other = new RunRef("t", "s", 1);

    assertThat(DerivedValue.of(of, place, "uuid")).isEqualTo(DerivedValue.of(later, place, "uuid"));
    assertThat(DerivedValue.of(of, place, "uuid").uuid())
        .isEqualTo(UUID.fromString("8b44fa61-c0c5-4d49-ba74-f98010da0133"))
        .isNotEqualTo(DerivedValue.of(other, place, "uuid").uuid());
    assertThat(DerivedValue.of(of, place, "random").random().nextLong())
        .isNotEqualTo(DerivedValue.of(other, place, "random").random().nextLong());
  }

  @Test
  void theTimeIsThatOfTheNewestThatTheCodeHasPassed() {
    var times = new ArrayList<Instant>();
    var gate =
        new OneRunGate(
            TestAgent.of(
                run -> {
                  times.clear();
                  times.add(run.now());
                  run.step("one", Integer.class, () -> 1);
                  times.add(run.now());
                  run.sleep(AN_HOUR);
                  times.add(run.now());
                  run.awaitSignal("never", Integer.class, AN_HOUR.multipliedBy(2));
                  times.add(run.now());
                  return 1;
                }));
    gate.epoch();
    gate.epoch();
    gate.epoch();

    assertThat(times)
        .containsExactly(at(0), at(1), at(2).plus(AN_HOUR), at(3).plus(AN_HOUR.multipliedBy(2)));
  }

  private static Instant at(long offset) {
    return Instant.ofEpochMilli(FakeJournal.timeOf(offset));
  }

  @Test
  void noneOfThemIsThereInAStep() {
    var failures = new ArrayList<String>();
    new OneRunGate(
            TestAgent.of(
                run -> {
                  List<Runnable> calls = List.of(run::now, run::random, run::uuid);
                  for (var call : calls) {
                    try {
                      run.step("one", call::run);
                    } catch (StepFailedException e) {
                      failures.add(String.valueOf(e.getMessage()));
                    }
                  }
                  return 1;
                }))
        .epoch();

    assertThat(failures)
        .hasSize(3)
        .allSatisfy(message -> assertThat(message).contains("inside step 'one'"));
  }
}
