package dev.sluice.admission.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.admission.run.Incarnation;
import dev.sluice.admission.run.Kin;
import dev.sluice.admission.run.Lane;
import dev.sluice.admission.run.Needs;
import dev.sluice.admission.run.Origin;
import dev.sluice.admission.run.Phase;
import dev.sluice.admission.run.Run;
import dev.sluice.admission.run.RunKey;
import dev.sluice.admission.run.RunSpec;
import dev.sluice.admission.settings.GateSettings;
import dev.sluice.admission.settings.Plan;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which dispatch partition gets the next run. */
final class RoomTest {
  private static final long NOW_MS = 100_000;
  private static final Lane LANE = new Lane("default", "agent", false, Needs.NONE);
  private static final GateSettings SETTINGS =
      new GateSettings(
          Set.of("default"),
          Map.of("free", Plan.ofCap(1_000)),
          30_000,
          300_000,
          64,
          360_000,
          86_400_000,
          86_400_000,
          1_000,
          86_400_000);

  private final Workers workers = new Workers();
  private final Unanswered unanswered = new Unanswered();
  private int sent;

  private void worker(String name, long heardAtMs, int free, Set<Integer> partitions) {
    worker(name, heardAtMs, free, partitions, Set.of("agent"), -1);
  }

  private void worker(
      String name,
      long heardAtMs,
      int free,
      Set<Integer> partitions,
      Set<String> agents,
      long returnedAt) {
    worker(name, heardAtMs, free, partitions, agents, returnedAt, Abilities.UNSAID);
  }

  private void worker(
      String name,
      long heardAtMs,
      int free,
      Set<Integer> partitions,
      Set<String> agents,
      long returnedAt,
      Abilities abilities) {
    workers.put(
        new Worker(
            new Incarnation(name),
            1,
            heardAtMs,
            heardAtMs,
            Map.of("default", partitions),
            agents,
            4,
            free,
            0,
            returnedAt,
            false,
            List.of(),
            heardAtMs,
            abilities));
  }

  private void send(int partition, long sinceMs) {
    var origin = new Origin(0, 0, sent);
    var id = "r" + sent++;
    var dispatched = new Phase.Dispatched(partition, sinceMs, 0, 30_000);
    unanswered.add(
        Run.accepted(
            new RunKey("t", id), RunSpec.of("agent"), Kin.root(id, origin), origin, dispatched),
        dispatched);
  }

  private @Nullable Integer next(int tie) {
    var room = new Room(workers, name -> new HeldLeases(), unanswered, SETTINGS, NOW_MS, "default");
    return room.partitionFor(LANE, tie);
  }

  @Test
  void isWithTheFewestUnansweredAndTurnsAmongEquals() {
    worker("w.1", NOW_MS, 4, Set.of(0, 1));
    worker("w.2", NOW_MS, 4, Set.of(2));
    send(1, NOW_MS);

    assertThat(next(0)).isEqualTo(0);
    assertThat(next(1)).isEqualTo(2);
    assertThat(next(2)).isEqualTo(0);
    send(0, NOW_MS);
    assertThat(next(0)).isEqualTo(2);
    assertThat(next(1)).isEqualTo(2);
  }

  @Test
  void isNowhereWithoutAWorker() {
    assertThat(next(0)).isNull();
  }

  @Test
  void isNotWithAWorkerWhoseSlotsAreSentAlready() {
    worker("w.1", NOW_MS, 2, Set.of(0, 1));
    send(0, NOW_MS);
    assertThat(next(0)).isEqualTo(1);
    send(1, NOW_MS);

    assertThat(next(0)).isNull();
  }

  @Test
  void isNotWithOneThatWasNotHeardForTheTtlOrLacksTheAgentOrReturnedARun() {
    worker("w.1", NOW_MS - 30_000, 4, Set.of(0));
    worker("w.2", NOW_MS, 4, Set.of(1), Set.of("other"), -1);
    worker("w.3", NOW_MS, 4, Set.of(2), Set.of("agent"), 1);
    assertThat(next(0)).isNull();

    worker("w.1", NOW_MS - 29_999, 4, Set.of(0));
    assertThat(next(0)).isEqualTo(0);
  }

  @Test
  void isNotInAPartitionThatLeavesARunUnansweredForTooLong() {
    worker("w.1", NOW_MS, 4, Set.of(0));
    send(0, NOW_MS - GateSettings.SLOW_ANSWER_MS);
    assertThat(next(0)).as("for just so long").isEqualTo(0);

    send(0, NOW_MS - GateSettings.SLOW_ANSWER_MS - 1);

    assertThat(next(0)).isNull();
  }

  @Test
  void isWithTheWorkerThatNamedThePartitionLast() {
    worker("w.1", NOW_MS - 1_000, 4, Set.of(0));
    worker("w.2", NOW_MS, 0, Set.of(0));

    assertThat(next(0)).as("the later one has no slot").isNull();
  }

  private static Abilities says(int format, String... versions) {
    return new Abilities(Map.of("agent", List.of(versions)), format);
  }

  private @Nullable Integer nextFor(Needs needs) {
    var room = new Room(workers, name -> new HeldLeases(), unanswered, SETTINGS, NOW_MS, "default");
    return room.partitionFor(new Lane("default", "agent", false, needs), 0);
  }

  @Test
  void isWithWorkersThatCanReplayTheJournal() {
    var agents = Set.of("agent");
    worker("w.1", NOW_MS, 4, Set.of(0), agents, -1, says(2, "1"));
    worker("w.2", NOW_MS, 4, Set.of(1), agents, -1, says(2, "2", "1"));
    worker("w.3", NOW_MS, 4, Set.of(2), agents, -1, says(1, "3"));

    assertThat(nextFor(Needs.of("1", 1))).isEqualTo(0);
    assertThat(nextFor(Needs.of("1", 1).plus(Needs.of("2", 1)))).isEqualTo(1);
    assertThat(nextFor(Needs.of("3", 1))).isEqualTo(2);
    assertThat(nextFor(Needs.of("3", 2))).as("the format is too new for the third").isNull();
    assertThat(nextFor(Needs.of("4", 1))).isNull();
  }

  @Test
  void isWithThoseWhoDoNotSayWhatTheyReplayOnlyWhileNobodySaysSo() {
    var agents = Set.of("agent");
    worker("w.1", NOW_MS, 4, Set.of(0));
    worker("w.2", NOW_MS, 4, Set.of(1), agents, -1, says(2, "2"));
    assertThat(nextFor(Needs.of("1", 1))).as("who says nothing may know it").isEqualTo(0);
    assertThat(nextFor(Needs.NONE)).as("nothing to be replayed").isEqualTo(0);

    worker("w.3", NOW_MS, 0, Set.of(2), agents, -1, says(2, "3", "1"));

    assertThat(nextFor(Needs.of("1", 1))).as("it waits for room with who says so").isNull();
    worker("w.3", NOW_MS - 30_000, 0, Set.of(2), agents, -1, says(2, "3", "1"));
    assertThat(nextFor(Needs.of("1", 1))).as("who is not heard says nothing").isEqualTo(0);
  }
}
