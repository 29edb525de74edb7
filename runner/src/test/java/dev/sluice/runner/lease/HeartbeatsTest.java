package dev.sluice.runner.lease;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.contract.JournalFormats;
import dev.sluice.runner.execution.LoadedAgent;
import dev.sluice.runner.execution.Slots;
import dev.sluice.runner.health.LifeSigns;
import dev.sluice.runner.identity.WorkerName;
import dev.sluice.sdk.Agent;
import dev.sluice.sdk.RunContext;
import dev.sluice.v1.AgentVersions;
import dev.sluice.v1.Heartbeat;
import dev.sluice.v1.HeldRun;
import dev.sluice.v1.PoolShare;
import dev.sluice.v1.Progress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** When a worker says that it lives, and what. */
final class HeartbeatsTest {
  private static final int PARTITIONS = 2;
  private static final long TTL_MS = 30_000;

  /** Time that passes when a test says so. */
  private static final class Hand implements Heartbeats.Timer {
    private record Task(long atMs, Runnable body) {}

    private final List<Task> tasks = new ArrayList<>();
    private boolean closed;
    private long nowMs;
    private long outOfMemoryFromMs = Long.MAX_VALUE;

    @Override
    public Runnable after(long ms, Runnable body) {
      if (nowMs >= outOfMemoryFromMs) {
        throw new OutOfMemoryError("planted");
      }
      var task = new Task(nowMs + ms, body);
      if (!closed) {
        tasks.add(task);
      }
      return () -> tasks.remove(task);
    }

    @Override
    public void close() {
      closed = true;
      tasks.clear();
    }

    private @Nullable Task due() {
      return tasks.stream().filter(task -> task.atMs() <= nowMs).findFirst().orElse(null);
    }

    private void pass(long ms) {
      for (long until = nowMs + ms; nowMs <= until; nowMs++) {
        for (var task = due(); task != null; task = due()) {
          tasks.remove(task);
          task.body().run();
        }
      }
      nowMs--;
    }
  }

  private final Hand hand = new Hand();
  private final List<Heartbeat> said = new ArrayList<>();
  private final List<Throwable> faults = new ArrayList<>();
  private final Slots slots = new Slots(3);
  private final LeaseDeadlines deadlines = new LeaseDeadlines(PARTITIONS, TTL_MS, 1_000);
  private final MockProducer<byte[], byte[]> producer =
      new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
  private @Nullable KafkaException failure;

  private static LoadedAgent agent(String name, String version, Set<String> replays) {
    return new LoadedAgent(name, version, replays, 1, new Named(name));
  }

  private record Named(String name) implements Agent<String, String> {
    @Override
    public String run(RunContext run, String input) {
      return input;
    }
  }

  private final Heartbeats heartbeats =
      new Heartbeats(
          new Heartbeats.Content(
              new WorkerName("w", "w.1"),
              List.of(agent("b", "2", Set.of("1")), agent("a", "1", Set.of())),
              slots,
              () -> List.of(new HeldRun("t", "r", 1)),
              List::of),
          new Heartbeats.Channel("progress", producer, this::serialized),
          deadlines,
          Duration.ofSeconds(2),
          new LifeSigns((why, cause) -> faults.add(cause), () -> hand.nowMs),
          hand);

  private byte[] serialized(String topic, Progress progress) {
    if (failure != null) {
      throw failure;
    }
    said.add((Heartbeat) progress.getEvent());
    return new byte[0];
  }

  @Test
  void saysItAtOnceAndThenEveryInterval() {
    heartbeats.start();
    hand.pass(0);
    assertThat(said).hasSize(1);

    hand.pass(10_000);

    assertThat(said).extracting(Heartbeat::getNumber).containsExactly(0L, 1L, 2L, 3L, 4L, 5L);
    assertThat(producer.history()).as("to every partition").hasSize(6 * PARTITIONS);
    assertThat(deadlines.newest(1)).isEqualTo(5);
  }

  @Test
  void endsItsWorkerWhenTheNextOneCannotBeScheduled() {
    heartbeats.start();
    hand.pass(1_000);
    hand.outOfMemoryFromMs = 2_000;

    hand.pass(2_000);

    assertThat(said).as("at the start and after the interval").hasSize(2);
    assertThat(faults).singleElement().isInstanceOf(OutOfMemoryError.class);
  }

  @Test
  void namesItsAgentsWithTheVersionsThatEachCanReplay() {
    heartbeats.start();
    hand.pass(0);

    var first = said.getFirst();
    assertThat(first.getAgents()).containsExactly("a", "b");
    assertThat(first.getVersions())
        .containsExactlyInAnyOrder(
            new AgentVersions("a", "1", List.of()), new AgentVersions("b", "2", List.of("1")));
    assertThat(first.getJournalFormat()).isEqualTo(JournalFormats.NEWEST);
  }

  @Test
  void saysItThriceWithinTheShortestTtlThatWasOffered() {
    heartbeats.start();
    hand.pass(1_500);
    deadlines.offered(3_000);
    heartbeats.beatMoreOften();
    hand.pass(100);
    assertThat(said).as("and at once").hasSize(2);

    hand.pass(3_000);

    assertThat(said).hasSize(5);
  }

  @Test
  void wishesThatComeTogetherMakeOneHeartbeat() {
    heartbeats.start();
    hand.pass(0);

    heartbeats.holds("gpu", Set.of(3, 1));
    heartbeats.holds("default", Set.of(2));
    heartbeats.beatSoon();
    hand.pass(100);

    assertThat(said).hasSize(2);
    assertThat(said.getLast().getPools())
        .containsExactlyInAnyOrder(
            new PoolShare("gpu", List.of(1, 3)), new PoolShare("default", List.of(2)));
    assertThat(said.getLast().getAgents()).containsExactly("a", "b");
  }

  @Test
  void everyTenthListsTheRunsThatAreHeld() {
    heartbeats.start();
    hand.pass(40_000);

    assertThat(said)
        .hasSize(21)
        .allSatisfy(one -> assertThat(one.getHeld() != null).isEqualTo(one.getNumber() % 10 == 0));
  }

  @Test
  void aReturnTakesBackWhatTheLastOneSaidOfRoom() {
    heartbeats.start();
    hand.pass(0);

    heartbeats.returned();
    hand.pass(100);

    assertThat(said).as("there is room again").hasSize(2);
  }

  @Test
  void oneThatCannotBeSentIsFollowedByTheNext() {
    failure = new KafkaException("no room in the buffer");
    heartbeats.start();
    hand.pass(4_000);
    assertThat(said).isEmpty();
    assertThat(deadlines.isOver(0, hand.nowMs)).isTrue();

    failure = null;
    hand.pass(2_000);

    assertThat(said).hasSize(1);
    assertThat(deadlines.isOver(0, hand.nowMs)).isFalse();
  }

  @Test
  void whatIsNotAcknowledgedMovesNoDeadline() {
    var silent =
        new MockProducer<byte[], byte[]>(
            false, null, new ByteArraySerializer(), new ByteArraySerializer());
    var unheard =
        new Heartbeats(
            new Heartbeats.Content(
                new WorkerName("w", "w.1"), List.of(), slots, List::of, List::of),
            new Heartbeats.Channel("progress", silent, this::serialized),
            deadlines,
            Duration.ofSeconds(2),
            new LifeSigns((why, cause) -> {}, () -> hand.nowMs),
            hand);
    unheard.start();
    hand.pass(0);

    silent.completeNext();
    silent.errorNext(new KafkaException("no leader"));

    assertThat(deadlines.newest(0)).isZero();
    assertThat(deadlines.newest(1)).isEqualTo(-1);
  }

  @Test
  void saysNothingOnceItIsClosed() {
    heartbeats.start();
    hand.pass(0);

    heartbeats.close();
    heartbeats.beatSoon();
    heartbeats.beatMoreOften();
    hand.pass(10_000);

    assertThat(said).hasSize(1);
    assertThat(producer.closed()).isTrue();
  }
}
