package dev.sluice.runner.lease;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a worker does with claims of which it does not know whether they were committed. */
final class SettlementTest {
  private static final TopicPartition FIRST = new TopicPartition("dispatch", 0);
  private static final TopicPartition OTHER = new TopicPartition("dispatch", 1);
  private static final String MARK = "w.1";

  private final Group group = new Group();
  private final Claims claims = new Claims();

  private static OffsetAndMetadata at(long offset, String mark) {
    return new OffsetAndMetadata(offset, Optional.empty(), mark);
  }

  private static final class Group implements Settlement.Group {
    private final Deque<Map<TopicPartition, OffsetAndMetadata>> answers = new ArrayDeque<>();
    private final Map<TopicPartition, String> readAgain = new HashMap<>();
    private Set<TopicPartition> held = Set.of(FIRST, OTHER);
    private int failures;
    private int pauses;

    @Override
    public Map<TopicPartition, OffsetAndMetadata> decided(Set<TopicPartition> sources) {
      if (failures-- > 0) {
        throw new TimeoutException("not decided yet");
      }
      return answers.removeFirst();
    }

    @Override
    public void pause() {
      pauses++;
    }

    @Override
    public boolean holds(TopicPartition source) {
      return held.contains(source);
    }

    @Override
    public void readFrom(TopicPartition source, @Nullable OffsetAndMetadata from) {
      readAgain.put(source, from == null ? "beginning" : Long.toString(from.offset()));
    }
  }

  private static final class Claims implements Settlement.Claims<String> {
    private final Map<String, String> ends = new TreeMap<>();
    private final List<TopicPartition> committed = new ArrayList<>();

    @Override
    public void start(TopicPartition source, OffsetAndMetadata offset, List<String> made) {
      committed.add(source);
      made.forEach(claim -> ends.put(claim, "started"));
    }

    @Override
    public void giveUp(String claim) {
      ends.put(claim, "given up");
    }

    @Override
    public void giveSlot(String claim) {
      ends.put(claim, "slot given");
    }
  }

  /** Two claims of the first partition up to 7, one of the other up to 3. */
  private void settle() {
    var offsets = Map.of(FIRST, at(7, MARK), OTHER, at(3, MARK));
    var made = Map.of(FIRST, List.of("a", "b"), OTHER, List.of("c"));
    new Settlement<>(group, claims, MARK).settle(offsets, made, () -> group.pauses > 5);
  }

  @Test
  void whereOurOffsetStandsTheRunsStartAndNothingIsReadAgain() {
    group.answers.add(Map.of(FIRST, at(7, MARK), OTHER, at(3, MARK)));

    settle();

    assertThat(claims.ends).isEqualTo(Map.of("a", "started", "b", "started", "c", "started"));
    assertThat(claims.committed).containsExactlyInAnyOrder(FIRST, OTHER);
    assertThat(group.readAgain).isEmpty();
  }

  @Test
  void whereNothingOrLessIsCommittedTheDispatchesAreReadAgain() {
    group.answers.add(Map.of(FIRST, at(5, MARK)));

    settle();

    assertThat(claims.ends)
        .isEqualTo(Map.of("a", "slot given", "b", "slot given", "c", "slot given"));
    assertThat(group.readAgain).isEqualTo(Map.of(FIRST, "5", OTHER, "beginning"));
  }

  /** It may have gone on from where we had committed, or have answered them itself. */
  @Test
  void whereAnotherIncarnationHasPassedThemTheyAreGivenUp() {
    group.answers.add(Map.of(FIRST, at(7, "w.2"), OTHER, at(9, MARK)));

    settle();

    assertThat(claims.ends).isEqualTo(Map.of("a", "given up", "b", "given up", "c", "given up"));
    assertThat(claims.committed).isEmpty();
    assertThat(group.readAgain).isEqualTo(Map.of(FIRST, "7", OTHER, "9"));
  }

  @Test
  void aPartitionThatIsHeldNoMoreIsNotReadAgain() {
    group.held = Set.of(OTHER);
    group.answers.add(Map.of(FIRST, at(5, MARK), OTHER, at(2, MARK)));

    settle();

    assertThat(group.readAgain).isEqualTo(Map.of(OTHER, "2"));
  }

  @Test
  void waitsUntilTheOutcomeIsDecided() {
    group.failures = 3;
    group.answers.add(Map.of(FIRST, at(7, MARK), OTHER, at(3, MARK)));

    settle();

    assertThat(group.pauses).isEqualTo(3);
    assertThat(claims.ends).containsEntry("a", "started");
  }

  @Test
  void startsNothingWhenTheWorkerEndsBeforeTheOutcomeIsKnown() {
    group.failures = Integer.MAX_VALUE;

    settle();

    assertThat(claims.ends.values()).containsOnly("slot given");
  }
}
