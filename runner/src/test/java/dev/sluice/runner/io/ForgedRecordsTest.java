package dev.sluice.runner.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.sluice.runner.execution.FakeJournal;
import dev.sluice.runner.execution.OneRunGate;
import dev.sluice.runner.execution.TestAgent;
import dev.sluice.runner.health.WorkerMeasures;
import dev.sluice.runner.lease.LeaseDeadlines;
import dev.sluice.sdk.Agent;
import dev.sluice.sdk.AgentRef;
import dev.sluice.sdk.RunContext;
import dev.sluice.sdk.Spawn;
import dev.sluice.sdk.Wait;
import dev.sluice.v1.ChildOutcome;
import dev.sluice.v1.Dispatch;
import dev.sluice.v1.EndEntry;
import dev.sluice.v1.JournalRecord;
import dev.sluice.v1.MeterSlice;
import dev.sluice.v1.RunError;
import dev.sluice.v1.RunStatus;
import dev.sluice.v1.YieldEntry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What anybody may have written where the gate or a worker writes. */
@Timeout(120)
final class ForgedRecordsTest {
  private static final int PARTITIONS = 1;

  static {
    Forgeries.trustRecords();
  }

  private static final AgentRef<Integer, Integer> LEAF =
      AgentRef.of("leaf", Integer.class, Integer.class);

  /** A run with an entry of each kind in its journal. */
  private static TestAgent agent() {
    return TestAgent.of(
        run -> {
          var text = run.step("one", String.class, () -> "a");
          try {
            run.step("broken", String.class, () -> fail());
          } catch (dev.sluice.sdk.StepFailedException e) {
            text += "b";
          }
          run.sleep(Duration.ofSeconds(1));
          var signal = run.awaitSignal("go", String.class, Duration.ofSeconds(1));
          run.awaitAny(Wait.timer(Duration.ofSeconds(1)), Wait.signal("more", String.class));
          run.awaitAll(Wait.signal("all", String.class), Wait.signal("all", String.class));
          var children = run.spawnAll(List.of(new Spawn<>(LEAF, 1)));
          if (run.version("new")) {
            run.charge("tokens", 1);
          }
          return text + signal.orElse("") + run.awaitAll(children).size() + last(run);
        });
  }

  private static String fail() {
    throw new IllegalStateException("always");
  }

  private static String last(RunContext run) {
    return run.step("last", String.class, () -> "z");
  }

  /** The gate of such a run, before the dispatch of its last epoch. */
  private static OneRunGate gate() {
    var gate = new OneRunGate(agent()).budget("tokens", 100, 100, 100).signal("go", "\"now\"");
    gate.epoch();
    gate.epoch();
    gate.epoch();
    gate.signal("all", "\"one\"").signal("all", "\"two\"");
    gate.epoch();
    gate.epoch();
    gate.childEnds(1, RunStatus.SUCCEEDED, "1");
    return gate;
  }

  private static Dispatch sound(OneRunGate gate) {
    gate.begin();
    var dispatch = gate.lastDispatch();
    assertThat(dispatch.getReplay()).as("the positions replayed").hasSizeGreaterThan(5);
    return dispatch;
  }

  private static DispatchReader reader(List<Dispatch> records) {
    Deserializer<Dispatch> decoded = (topic, data) -> records.get(data[0]);
    return new DispatchReader(
        decoded, new DispatchChecks("default", PARTITIONS), new WorkerMeasures());
  }

  private static ConsumerRecord<byte[], byte[]> record(int which) {
    return new ConsumerRecord<>("dispatch.default", 0, which, null, new byte[] {(byte) which});
  }

  private static DispatchReader.Read read(Dispatch dispatch) {
    return reader(List.of(dispatch)).read(record(0));
  }

  @Test
  void takesASoundDispatch() {
    assertThat(read(sound(gate()))).isInstanceOf(DispatchReader.Read.Sound.class);
  }

  @Test
  void readsAnyForgedDispatchAndEndsItsEpochIfItTakesIt() throws Exception {
    var gate = gate();
    var sound = withEverything(sound(gate));
    int executed = 0;
    for (var forgery : Forgeries.of(sound)) {
      if (read(forgery.record()) instanceof DispatchReader.Read.Sound(Dispatch dispatch)) {
        executed++;
        assertThat(lastEntry(gate.journal(), dispatch))
            .as(forgery.what())
            .isInstanceOfAny(EndEntry.class, YieldEntry.class);
      }
    }
    assertThat(executed).as("forgeries that were executed").isPositive();
  }

  private static Dispatch withEverything(Dispatch dispatch) {
    var more = Dispatch.newBuilder(dispatch);
    var children = new ArrayList<>(dispatch.getChildren());
    children.replaceAll(
        one ->
            new ChildOutcome(
                one.getNumber(),
                one.getStatus(),
                one.getOffset(),
                new RunError("T", "m", "s", null)));
    return more.setChildren(children)
        .setBudget(List.of(new MeterSlice("tokens", 100L, 50L, 20L)))
        .setTraceparent("00-1-1-01")
        .build();
  }

  /** Executes an epoch, in a copy of the journal, to its last record. */
  private static Object lastEntry(FakeJournal before, Dispatch dispatch)
      throws InterruptedException {
    var journal = new FakeJournal();
    before.from(0).forEach(journal::add);
    return lastEntry(journal, dispatch, agent());
  }

  private static Object lastEntry(FakeJournal journal, Dispatch dispatch, Agent<?, ?> agent)
      throws InterruptedException {
    int from = journal.size();
    var execution = OneRunGate.execution(Map.of("agent", agent), journal, dispatch);
    var thread = Thread.ofVirtual().start(execution);
    assertThat(thread.join(Duration.ofSeconds(30))).as("the epoch has ended").isTrue();
    var written = journal.from(from);
    return written.get(written.size() - 1).getEntry();
  }

  @Test
  void sendsBackWhatItCanAnswerOnceAndLeavesItToTheGateAfterThat() {
    var forged = Dispatch.newBuilder(sound(gate())).setMaxAttempts(-1).build();
    var later = Dispatch.newBuilder(forged).setEpoch(forged.getEpoch() + 1).build();
    var reader = reader(List.of(forged, later));

    assertThat(reader.read(record(0))).isInstanceOf(DispatchReader.Read.Unsound.class);
    assertThat(reader.read(record(1))).isInstanceOf(DispatchReader.Read.Unusable.class);
  }

  @Test
  void answersNothingInThePartitionOfAnotherTenant() {
    var forged = Dispatch.newBuilder(sound(gate())).setGatePartition(77).build();

    assertThat(read(forged)).isInstanceOf(DispatchReader.Read.Unusable.class);
  }

  @Test
  void setsAsideWhatCannotBeRead() {
    var random = new Random(15);
    for (var failure :
        List.of(new IllegalStateException("any"), new UnsupportedOperationException("length"))) {
      Deserializer<Dispatch> broken =
          (topic, data) -> {
            throw failure;
          };
      var reader =
          new DispatchReader(
              broken, new DispatchChecks("default", PARTITIONS), new WorkerMeasures());

      assertThat(reader.read(record(random.nextInt(100))))
          .isInstanceOf(DispatchReader.Read.Unusable.class);
    }
    Deserializer<Dispatch> endless =
        (topic, data) -> {
          throw new StackOverflowError();
        };
    var reader =
        new DispatchReader(
            endless, new DispatchChecks("default", PARTITIONS), new WorkerMeasures());
    assertThatCode(() -> reader.read(record(0))).doesNotThrowAnyException();
  }

  /** Each record that a run replays, each of its fields forged: the epoch ends all the same. */
  @Test
  void endsAnEpochWhateverTheRecordsAreThatItReplays() throws Exception {
    var gate = gate();
    var dispatch = sound(gate);
    var before = gate.journal().from(0);
    int dead = 0;
    for (int place = 0; place < before.size(); place++) {
      for (var forgery : Forgeries.of(before.get(place))) {
        var journal = new FakeJournal();
        for (int i = 0; i < before.size(); i++) {
          journal.add(i == place ? forgery.record() : before.get(i));
        }
        var last = lastEntry(journal, dispatch, agent());
        assertThat(last)
            .as(place + " " + forgery.what())
            .isInstanceOfAny(EndEntry.class, YieldEntry.class);
        if (last instanceof EndEntry end && end.getStatus() == RunStatus.DEAD) {
          dead++;
        }
      }
    }
    assertThat(dead).as("runs that ended DEAD by what they replayed").isPositive();
  }

  @Test
  void endsARunWhoseJournalIsAnothersAsDead() throws Exception {
    var gate = gate();
    var dispatch = sound(gate);
    long offset = dispatch.getReplay().getFirst().getOffset();
    var journal = new FakeJournal();
    for (int i = 0; i < gate.journal().size(); i++) {
      var record = gate.journal().at(i);
      journal.add(
          i == offset ? JournalRecord.newBuilder(record).setTenant("other").build() : record);
    }

    assertThat(lastEntry(journal, dispatch, agent()))
        .isInstanceOfSatisfying(
            EndEntry.class,
            end -> {
              assertThat(end.getStatus()).isEqualTo(RunStatus.DEAD);
              assertThat(end.getError().getType()).isEqualTo(JournalBrokenException.TYPE);
              assertThat(end.getError().getMessage()).contains("offset " + offset);
            });
  }

  @Test
  void doesNotLetAForgedTtlChangeTheLeasesOfOthers() {
    var deadlines = new LeaseDeadlines(1, 30_000, 1_000);
    deadlines.acknowledged(0, 1, 0, 0, 0);

    deadlines.offered(3_000);
    deadlines.offered(1_000_000);

    assertThat(deadlines.isOver(0, 30_000, 27_999)).isFalse();
    assertThat(deadlines.isOver(0, 30_000, 28_000)).isTrue();
    assertThat(deadlines.shortestTtlMs()).isEqualTo(3_000);
  }
}
