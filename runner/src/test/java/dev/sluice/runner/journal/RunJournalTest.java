package dev.sluice.runner.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.runner.value.ValueCodec;
import dev.sluice.sdk.NonRetryableException;
import dev.sluice.sdk.RunStoppedError;
import dev.sluice.sdk.StepMismatchException;
import dev.sluice.v1.CheckpointEntry;
import dev.sluice.v1.Dispatch;
import dev.sluice.v1.JournalPosition;
import dev.sluice.v1.SignalWait;
import dev.sluice.v1.Sleep;
import dev.sluice.v1.StepEntry;
import dev.sluice.v1.VersionEntry;
import dev.sluice.v1.YieldEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class RunJournalTest {
  private final List<String> written = new ArrayList<>();
  private boolean known = true;

  private RunJournal journal(Object... entries) {
    return bounded(10_000, entries);
  }

  private RunJournal bounded(int maxSteps, Object... entries) {
    var positions = new ArrayList<JournalPosition>();
    var replay = new ArrayList<Replayed>();
    for (var entry : entries) {
      int seq = positions.size() + 1;
      var place = new JournalPosition(seq, 100L + seq, -1L, null, null);
      positions.add(place);
      replay.add(
          new Replayed(place, 1_000L + seq, "1", Objects.requireNonNull(Position.of(entry)), seq));
    }
    return RunJournal.of(dispatch(positions, maxSteps), replay, "2", this::write);
  }

  private long write(int seq, @Nullable Integer code, SpecificRecord entry) {
    written.add(seq + " " + JournalText.of(Objects.requireNonNull(Position.of(entry))));
    return known ? 2_000L + seq : JournalSink.UNKNOWN;
  }

  private static Dispatch dispatch(List<JournalPosition> replay, int maxSteps) {
    return Dispatch.newBuilder()
        .setTenant("t")
        .setRunId("r")
        .setEpoch(2)
        .setAttempt(1)
        .setAgent("a")
        .setPool("default")
        .setGatePartition(0)
        .setReplay(replay)
        .setNextSeq(replay.size() + 1)
        .setChildren(List.of())
        .setSignals(List.of())
        .setBudget(List.of())
        .setLeaseTtlMs(6_000)
        .setSubmittedAtMs(0)
        .setMaxAttempts(3)
        .setMaxSteps(maxSteps)
        .build();
  }

  private static StepEntry step(String name) {
    return StepEntry.newBuilder().setName(name).setStartedAtMs(0).setEndedAtMs(0).build();
  }

  private static YieldEntry sleep() {
    return new YieldEntry(new Sleep(5L), Map.of());
  }

  private static YieldEntry signalWait(String name) {
    return new YieldEntry(new SignalWait(name, 5L), Map.of());
  }

  private static CheckpointEntry checkpoint(String... versions) {
    return CheckpointEntry.newBuilder().setVersions(List.of(versions)).build();
  }

  private static void execute(RunJournal journal, String name) {
    assertThat(journal.step(name)).as("a step that is not journaled").isNull();
    journal.stepEnded(name, ValueCodec.encode(1, "it"), 1, 0, 0);
  }

  @Test
  void goesOnBehindWhatItReplays() {
    var journal =
        journal(step("one"), sleep(), signalWait("go"), new VersionEntry("v", 1, Map.of()));

    assertThat(journal.step("one")).isNotNull();
    journal.sleep(1);
    assertThat(journal.signal("go", 1)).as("timed out").isEqualTo(-1);
    assertThat(journal.version("v", 0, 1)).isEqualTo(1);
    execute(journal, "two");
    execute(journal, "three");

    assertThat(written).containsExactly("5 step 'two'", "6 step 'three'");
  }

  @Test
  void neverUsesAPositionOfUnknownOutcomeAgain() {
    var journal = journal(step("one"));
    journal.step("one");
    known = false;

    assertThatThrownBy(() -> execute(journal, "two")).isInstanceOf(RunStoppedError.class);

    assertThat(journal.tail().next()).isEqualTo(3);
    assertThatThrownBy(() -> journal.step("three")).isInstanceOf(RunStoppedError.class);
    assertThat(written).containsExactly("2 step 'two'");
  }

  @Test
  void endsAnEpochBehindAllPositionsThoughItHasReadNone() {
    var replay =
        List.of(
            new JournalPosition(6, 0L, -1L, null, null),
            new JournalPosition(7, 1L, -1L, null, null));

    assertThat(RunJournal.unread(dispatch(replay, 10), this::write).tail().next()).isEqualTo(8);
  }

  @Test
  void saysWhatItExpectedAndWhatItFoundAndWhichVersionsTheyAreOf() {
    assertThatThrownBy(() -> journal(step("one")).step("other"))
        .isInstanceOf(StepMismatchException.class)
        .hasMessageContaining("position 1")
        .hasMessageContaining("expected the journaled step 'one' of version 1")
        .hasMessageContaining("found step 'other' of version 2")
        .hasMessageEndingWith(
            "Guard the change with run.version(\"change-id\"), or redrive the run on the code of"
                + " version 1");
  }

  @Test
  void takesNothingElseForWhatIsJournaled() {
    List<Runnable> calls =
        List.of(
            () -> journal(sleep()).step("sleep"),
            () -> journal(step("one")).sleep(1),
            () -> journal(signalWait("go")).signal("stop", 1),
            () -> journal(signalWait("go")).sleep(1),
            () -> journal(step("one")).tree().spawn(List.of("a"), first -> List.of()),
            () -> journal(step("one")).checkpoint(ValueCodec.encode(1, "it")),
            () -> journal(new VersionEntry("v", 1, Map.of())).step("one"),
            () -> journal(step("one")).checkEnd());

    for (var call : calls) {
      assertThatThrownBy(call::run).isInstanceOf(StepMismatchException.class);
    }
    assertThat(written).isEmpty();
  }

  @Test
  void keepsToAMismatchWhateverTheAgentDoesWithIt() {
    var journal = journal(step("one"), step("two"));
    assertThatThrownBy(() -> journal.step("other")).isInstanceOf(StepMismatchException.class);

    assertThatThrownBy(() -> journal.step("one")).isInstanceOf(StepMismatchException.class);
    assertThatThrownBy(() -> journal.charge("calls", 1, false))
        .isInstanceOf(StepMismatchException.class);
    assertThat(journal.mismatch()).hasMessageContaining("'other'");
  }

  @Test
  void keepsToTheEndOfTheEpochThatWasDecided() {
    var journal = journal();
    assertThatThrownBy(() -> journal.sleep(7)).isInstanceOf(RunStoppedError.class);

    assertThatThrownBy(() -> journal.signal("go", 1)).isInstanceOf(RunStoppedError.class);
    assertThatThrownBy(() -> journal.step("one")).isInstanceOf(RunStoppedError.class);
    assertThat(journal.tail().decided()).isEqualTo(new Last.Yielded(new Wait.Time(7), Map.of()));
    assertThat(written).isEmpty();
  }

  @Test
  void countsWhatTheCodeChargesOnceThoughItRunsAgain() {
    var journal = journal(step("one"), step("two"));
    journal.charge("tokens", 5, false);
    journal.step("one");
    journal.step("two");
    journal.charge("tokens", 7, false);
    journal.charge("tokens", 2, true);

    assertThat(journal.takeBodyCharges()).isEqualTo(Map.of("tokens", 2L));
    assertThat(journal.takeCharges()).as("the code will charge it again").isEmpty();
  }

  @Test
  void countsPositionsSinceTheLastCheckpoint() {
    var journal = bounded(2, step("one"));
    journal.step("one");
    execute(journal, "two");

    assertThatThrownBy(() -> journal.step("three"))
        .isInstanceOf(NonRetryableException.class)
        .hasMessageContaining("at most 2");
    journal.checkpoint(ValueCodec.encode(1, "it"));
    execute(journal, "three");
  }

  @Test
  void wantsTheStateRestoredThatTheReplayBeginsWith() {
    assertThatThrownBy(() -> journal(checkpoint()).step("one"))
        .isInstanceOf(StepMismatchException.class)
        .hasMessageContaining("expected restore of the checkpoint before it")
        .hasMessageContaining("found step 'one'");
    assertThatThrownBy(() -> journal(checkpoint()).checkEnd())
        .isInstanceOf(StepMismatchException.class);
  }

  @Test
  void ignoresWhatTheCodeChargesOnItsWayToTheRestore() {
    var journal = journal(checkpoint());

    journal.charge("tokens", 3, false);
    journal.restore();
    journal.charge("tokens", 4, false);

    assertThat(journal.takeCharges()).isEqualTo(Map.of("tokens", 4L));
  }

  @Test
  void takesTheCodeOfAChangeOnlyWhereTheJournalHasNotGoneOnWithoutIt() {
    var old = journal(step("one"), step("two"));
    assertThat(old.version("v", 0, 1)).isZero();
    old.step("one");
    old.step("two");
    assertThat(old.version("v", 0, 1)).as("the same for the rest").isZero();

    var fresh = journal(step("one"));
    fresh.step("one");
    assertThat(fresh.version("v", 0, 1)).isEqualTo(1);
    assertThat(fresh.version("v", 0, 1)).isEqualTo(1);

    assertThat(written).containsExactly("2 version 'v'");
  }

  @Test
  void takesTheFormOfAChangeThatItTookBefore() {
    var second = journal(new VersionEntry("v", 2, Map.of()), step("one"));
    assertThat(second.version("v", 0, 3)).isEqualTo(2);
    assertThat(second.version("v", 2, 9)).as("again").isEqualTo(2);
    second.step("one");

    assertThat(second.version("w", 1, 4)).as("here for the first time").isEqualTo(4);
    second.checkpoint(ValueCodec.encode(1, "it"));
    var kept = java.util.Objects.requireNonNull(second.restore());
    assertThat(kept.getVersions()).containsExactly("v", "w");
    assertThat(kept.getNumbers()).isEqualTo(Map.of("v", 2, "w", 4));
    var resumed = journal(kept);
    assertThat(resumed.version("v", 0, 3)).isEqualTo(2);
    assertThat(resumed.version("w", 0, 4)).isEqualTo(4);
  }

  @Test
  void saysWhichFormOfAChangeTheRunTakesThatTheCodeHasNot() {
    var change = new VersionEntry("v", 2, Map.of());
    assertThatThrownBy(() -> journal(change).version("v", 3, 5))
        .isInstanceOf(StepMismatchException.class)
        .hasMessageContaining("expected version 'v' at 2, found version 'v' from 3 to 5")
        .hasMessageEndingWith("or redrive the run on code that has it");
    assertThatThrownBy(() -> journal(change).version("v", 0, 1))
        .isInstanceOf(StepMismatchException.class);
    var old = journal(step("one"));
    assertThatThrownBy(() -> old.version("v", 1, 2))
        .isInstanceOf(StepMismatchException.class)
        .hasMessageContaining("at 0, the code of before the change");
    assertThatThrownBy(() -> old.step("one")).isInstanceOf(StepMismatchException.class);
  }

  @Test
  void keepsInACheckpointWhatChangesTheRunHasTaken() {
    var journal = journal(checkpoint("v"), step("one"));

    assertThat(journal.version("v", 0, 1)).isEqualTo(1);
    assertThat(journal.version("w", 0, 1)).isZero();
    journal.restore();
    journal.step("one");
    journal.version("x", 0, 1);
    journal.checkpoint(ValueCodec.encode(1, "it"));

    assertThat(java.util.Objects.requireNonNull(journal.restore()).getVersions())
        .containsExactly("v", "x");
  }

  @Test
  void givesAStepTheSamePositionOnEveryEpoch() {
    var first = journal();
    assertThat(first.position()).isEqualTo(1);
    execute(first, "one");
    assertThat(first.position()).isEqualTo(2);

    var second = journal(step("one"), step("two"));
    second.step("one");
    assertThat(second.position()).isEqualTo(2);
  }
}
