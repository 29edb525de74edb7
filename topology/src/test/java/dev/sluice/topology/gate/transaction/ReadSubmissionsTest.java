package dev.sluice.topology.gate.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.admission.rules.EarlyCommands;
import dev.sluice.topology.streams.ProgressSender;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

final class ReadSubmissionsTest {
  private static final TopicPartition RUNS = new TopicPartition("p.runs", 0);
  private static final TopicPartition SUBMISSIONS = new TopicPartition("p.submissions", 0);

  private long nanos = 42;
  private final ReadSubmissions submissions = new ReadSubmissions("p.", () -> nanos);

  private void ends(long runs, long others) {
    submissions.ended(Map.of(RUNS, runs, SUBMISSIONS, others), nanos);
  }

  @Test
  void nothingIsReadBeforeThePositionsAndTheEndsAreKnown() {
    assertThat(submissions.allRead(Set.of(0))).isEmpty();
    ends(0, 0);
    assertThat(submissions.allRead(Set.of(0))).isEmpty();
    submissions.read(RUNS, 0);
    assertThat(submissions.allRead(Set.of(0))).as("one topic alone").isEmpty();

    submissions.read(SUBMISSIONS, 0);

    assertThat(submissions.allRead(Set.of(0))).containsExactly(0);
    assertThat(submissions.allRead(Set.of(1))).as("of a partition without ends").isEmpty();
  }

  @Test
  void aRecordThatIsUnreadOrInAnOpenTransactionKeepsThePartitionUnread() {
    submissions.read(RUNS, 5);
    submissions.read(SUBMISSIONS, 9);
    ends(6, 9);
    assertThat(submissions.allRead(Set.of(0))).isEmpty();

    submissions.read(RUNS, 6);

    assertThat(submissions.allRead(Set.of(0))).containsExactly(0);
  }

  @Test
  void endsAreBelievedForAWhileFromWhenTheyWereAskedFor() {
    submissions.read(RUNS, 0);
    submissions.read(SUBMISSIONS, 0);
    ends(0, 0);

    nanos += ReadSubmissions.FRESH.toNanos();
    assertThat(submissions.allRead(Set.of(0))).containsExactly(0);
    nanos++;

    assertThat(submissions.allRead(Set.of(0))).isEmpty();
  }

  @Test
  void whatIsGivenUpIsAMinuteOlderThanTheEndsHoweverLateTheTickIs() {
    var oldest = ReadSubmissions.FRESH.plus(ProgressSender.LONGEST);

    assertThat(ReadSubmissions.FRESH).isGreaterThan(StandingReaders.LOOK_EVERY.multipliedBy(2));
    assertThat(EarlyCommands.WAIT_MS - oldest.toMillis())
        .isGreaterThanOrEqualTo(Duration.ofSeconds(60).toMillis());
  }

  @Test
  void otherTopicsAreNoSubmissions() {
    var ends = new HashMap<TopicPartition, Long>(Map.of(RUNS, 0L, SUBMISSIONS, 0L));
    ends.put(new TopicPartition("p.progress", 0), 100L);
    submissions.read(RUNS, 0);
    submissions.read(SUBMISSIONS, 0);
    submissions.ended(ends, nanos);

    assertThat(submissions.allRead(Set.of(0))).containsExactly(0);
  }
}
