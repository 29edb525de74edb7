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

final class ReadInputsTest {
  private static final TopicPartition RUNS = new TopicPartition("p.runs", 0);
  private static final TopicPartition SUBMISSIONS = new TopicPartition("p.submissions", 0);

  private long nanos = 42;
  private final ReadInputs inputs = new ReadInputs("p.", () -> nanos);

  private void ends(long runs, long others) {
    inputs.ended(Map.of(RUNS, runs, SUBMISSIONS, others), nanos);
  }

  @Test
  void nothingIsReadBeforeThePositionsAndTheEndsAreKnown() {
    assertThat(inputs.submissionsRead(Set.of(0))).isEmpty();
    ends(0, 0);
    assertThat(inputs.submissionsRead(Set.of(0))).isEmpty();
    inputs.read(RUNS, 0);
    assertThat(inputs.submissionsRead(Set.of(0))).as("one topic alone").isEmpty();

    inputs.read(SUBMISSIONS, 0);

    assertThat(inputs.submissionsRead(Set.of(0))).containsExactly(0);
    assertThat(inputs.submissionsRead(Set.of(1))).as("of a partition without ends").isEmpty();
  }

  @Test
  void aRecordThatIsUnreadOrInAnOpenTransactionKeepsThePartitionUnread() {
    inputs.read(RUNS, 5);
    inputs.read(SUBMISSIONS, 9);
    ends(6, 9);
    assertThat(inputs.submissionsRead(Set.of(0))).isEmpty();

    inputs.read(RUNS, 6);

    assertThat(inputs.submissionsRead(Set.of(0))).containsExactly(0);
  }

  @Test
  void endsAreBelievedForAWhileFromWhenTheyWereAskedFor() {
    inputs.read(RUNS, 0);
    inputs.read(SUBMISSIONS, 0);
    ends(0, 0);

    nanos += ReadInputs.FRESH.toNanos();
    assertThat(inputs.submissionsRead(Set.of(0))).containsExactly(0);
    nanos++;

    assertThat(inputs.submissionsRead(Set.of(0))).isEmpty();
  }

  @Test
  void whatIsGivenUpIsAMinuteOlderThanTheEndsHoweverLateTheTickIs() {
    var oldest = ReadInputs.FRESH.plus(ProgressSender.LONGEST);

    assertThat(ReadInputs.FRESH).isGreaterThan(StandingReaders.LOOK_EVERY.multipliedBy(2));
    assertThat(EarlyCommands.WAIT_MS - oldest.toMillis())
        .isGreaterThanOrEqualTo(Duration.ofSeconds(60).toMillis());
  }

  @Test
  void settingsAreReadApartFromSubmissions() {
    var settings = new TopicPartition("p.settings", 0);
    inputs.read(RUNS, 3);
    inputs.read(SUBMISSIONS, 0);
    inputs.read(settings, 6);
    inputs.ended(Map.of(RUNS, 4L, SUBMISSIONS, 0L, settings, 7L), nanos);
    assertThat(inputs.settingsRead(Set.of(0))).isEmpty();

    inputs.read(settings, 7);

    assertThat(inputs.settingsRead(Set.of(0))).containsExactly(0);
    assertThat(inputs.submissionsRead(Set.of(0))).isEmpty();
  }

  @Test
  void otherTopicsAreNoSubmissions() {
    var ends = new HashMap<TopicPartition, Long>(Map.of(RUNS, 0L, SUBMISSIONS, 0L));
    ends.put(new TopicPartition("p.progress", 0), 100L);
    inputs.read(RUNS, 0);
    inputs.read(SUBMISSIONS, 0);
    inputs.ended(ends, nanos);

    assertThat(inputs.submissionsRead(Set.of(0))).containsExactly(0);
  }
}
