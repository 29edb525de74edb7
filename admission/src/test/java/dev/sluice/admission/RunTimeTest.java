package dev.sluice.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.admission.journal.JournalEntry;
import dev.sluice.admission.port.GateEffect;
import dev.sluice.admission.run.ChildSpec;
import dev.sluice.admission.run.Outcome;
import dev.sluice.admission.run.Phase;
import dev.sluice.admission.run.RunSpec;
import dev.sluice.admission.run.TreeLimits;
import dev.sluice.admission.settings.TenantSettings;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How long a run may take: while workers hold it by max_duration, in all by end_by. */
final class RunTimeTest {
  private static final long MINUTE = 60_000;
  private static final long DAY = 24 * 60 * MINUTE;
  private static final long LONGEST = 10 * MINUTE;

  private final OneWorker gate = new OneWorker(1);

  private static RunSpec spec(@Nullable Long maxDurationMs, @Nullable Long endByMs) {
    return new RunSpec(
        "agent",
        "default",
        0,
        Map.of(),
        Map.of(),
        Map.of(),
        maxDurationMs,
        null,
        endByMs,
        null,
        null,
        TreeLimits.NONE,
        null,
        null);
  }

  /** Seconds in which the worker says that it lives. */
  private void hold(long ms) {
    for (long passed = 0; passed < ms; passed += 1_000) {
      gate.second();
    }
  }

  private void pass(long ms) {
    gate.pass(ms);
    gate.second();
  }

  private List<Outcome> ends() {
    return gate.completed().stream().map(GateEffect.Complete::outcome).toList();
  }

  private static JournalEntry sleep(long ms) {
    return new JournalEntry.Pause(ms, "sleep", Map.of());
  }

  /** A run that waits for much longer than it may be held. */
  static Stream<Consumer<OneWorker>> waits() {
    return Stream.of(
        gate -> gate.epoch(sleep(30 * DAY)),
        gate -> gate.epoch(new JournalEntry.SignalWait("approval", 30 * DAY, Map.of())),
        gate -> {
          gate.tenant("t", TenantSettings.DEFAULT.withPaused(true));
          gate.epoch(sleep(1));
        });
  }

  @ParameterizedTest
  @MethodSource("waits")
  void timeInWhichNobodyHoldsItDoesNotCount(Consumer<OneWorker> wait) {
    gate.submit("t", "r", spec(LONGEST, null));
    hold(MINUTE);
    wait.accept(gate);

    pass(20 * DAY);

    assertThat(ends()).isEmpty();
    assertThat(gate.phase("t", "r")).isNotInstanceOf(Phase.Running.class).isNotNull();
  }

  @Test
  void theLeasesOfAllItsEpochsCountTogether() {
    gate.submit("t", "r", spec(LONGEST, null));
    hold(4 * MINUTE);
    gate.epoch(sleep(DAY));
    pass(DAY);
    assertThat(gate.phase("t", "r")).isInstanceOf(Phase.Running.class);
    hold(5 * MINUTE);
    gate.epoch(sleep(DAY));
    pass(DAY);
    hold(MINUTE / 2);
    assertThat(asked()).isFalse();

    hold(MINUTE);

    assertThat(asked()).isTrue();
    gate.epoch(new JournalEntry.Stopped(JournalEntry.StopReason.TIMEOUT, Map.of()));
    assertThat(ends()).containsExactly(Outcome.TIMED_OUT);
  }

  @Test
  void aLeaseThatIsLostCountsUntilItIsLost() {
    gate.submit("t", "r", spec(LONGEST, null));
    hold(8 * MINUTE);
    gate.die();

    assertThat(gate.runs()).allMatch(run -> run.tries().heldMs() >= 8 * MINUTE);
    assertThat(gate.runs()).allMatch(run -> run.tries().heldMs() < 9 * MINUTE);
  }

  @Test
  void whatIsSentBackMayTakeItsTimeAgain() {
    gate.submit("t", "r", spec(LONGEST, null));
    hold(8 * MINUTE);
    gate.end(Outcome.DEAD);
    gate.redrive("t", "r");

    hold(8 * MINUTE);

    assertThat(asked()).isFalse();
  }

  private boolean asked() {
    return gate.runs().stream().anyMatch(run -> run.request() != null);
  }

  /** What the run does when its time comes. */
  static Stream<Consumer<OneWorker>> idle() {
    return Stream.of(
        gate -> gate.epoch(sleep(30 * DAY)),
        gate -> gate.epoch(new JournalEntry.SignalWait("approval", 30 * DAY, Map.of())),
        gate -> {
          gate.tenant("t", TenantSettings.DEFAULT.withPaused(true));
          gate.epoch(sleep(1));
        },
        gate -> gate.spawnAndWait(1));
  }

  @ParameterizedTest
  @MethodSource("idle")
  void endByEndsARunWhateverItWaitsFor(Consumer<OneWorker> wait) {
    gate.submit("t", "r", spec(null, gate.nowMs() + DAY));
    wait.accept(gate);
    pass(DAY - MINUTE);
    assertThat(ends()).isEmpty();

    pass(MINUTE);

    assertThat(ends()).startsWith(Outcome.TIMED_OUT);
    assertThat(gate.phase("t", "r")).isNull();
  }

  @Test
  void endByAsksTheHolderToStop() {
    gate.submit("t", "r", spec(null, gate.nowMs() + 2 * MINUTE));
    hold(MINUTE);
    assertThat(asked()).isFalse();

    hold(MINUTE);

    assertThat(asked()).isTrue();
    assertThat(ends()).isEmpty();
    gate.epoch(new JournalEntry.Stopped(JournalEntry.StopReason.TIMEOUT, Map.of()));
    assertThat(ends()).containsExactly(Outcome.TIMED_OUT);
  }

  @Test
  void whatComesAfterItsEndByIsNotStarted() {
    gate.submit("t", "r", spec(null, gate.nowMs() - 1));
    gate.second();

    assertThat(gate.started()).isEmpty();
    assertThat(ends()).containsExactly(Outcome.TIMED_OUT);
  }

  private static JournalEntry spawn(boolean detached, @Nullable Long endByMs) {
    return new JournalEntry.Spawn(
        List.of(new ChildSpec(1, spec(null, endByMs), detached)), Map.of());
  }

  private @Nullable Long endByOf(String id) {
    return gate.runs().stream()
        .filter(run -> run.key().id().equals(id))
        .map(run -> run.spec().endByMs())
        .findFirst()
        .orElse(null);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aChildEndsByItsParentsTimeAtTheLatest(boolean detached) {
    long parents = gate.nowMs() + DAY;
    gate.submit("t", "r", spec(null, parents));
    gate.epoch(spawn(detached, parents + DAY), sleep(30 * DAY));
    assertThat(endByOf("r~1")).isEqualTo(parents);
    gate.epoch(sleep(30 * DAY));

    pass(DAY);

    assertThat(ends()).hasSize(2).contains(Outcome.TIMED_OUT);
    assertThat(gate.runs()).isEmpty();
  }

  @Test
  void aChildMayEndBeforeItsParentAndItsOwnChildrenEndByItsTime() {
    long own = gate.nowMs() + MINUTE;
    gate.submit("t", "r", spec(null, gate.nowMs() + DAY));
    gate.epoch(spawn(true, own), sleep(30 * DAY));
    gate.epoch(spawn(true, null), sleep(30 * DAY));

    assertThat(endByOf("r~1")).isEqualTo(own);
    assertThat(endByOf("r~1~1")).isEqualTo(own);
  }

  @Test
  void aChildOfAParentWithoutSuchATimeMayHaveOne() {
    gate.submit("t", "r", spec(null, null));
    gate.epoch(spawn(false, gate.nowMs() + DAY), sleep(30 * DAY));
    gate.epoch(sleep(30 * DAY));

    pass(DAY);

    assertThat(ends()).containsExactly(Outcome.TIMED_OUT);
    assertThat(gate.phase("t", "r")).isNotNull();
  }
}
