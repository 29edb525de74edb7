package dev.sluice.topology.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

@SuppressWarnings("removal") // no other constructor is open to tests
final class CommittedOffsetsTest {
  private static final TopicPartition RUNS = new TopicPartition("runs", 0);
  private static final TopicPartition CLAIMS = new TopicPartition("claims", 0);

  private final CommittedOffsets offsets = new CommittedOffsets();

  private static ConsumerGroupMetadata member(int generation) {
    return new ConsumerGroupMetadata("gate", generation, "me", Optional.empty());
  }

  private static Map<TopicPartition, OffsetAndMetadata> at(long runs, long claims) {
    return Map.of(RUNS, new OffsetAndMetadata(runs), CLAIMS, new OffsetAndMetadata(claims));
  }

  private void commit(Map<TopicPartition, OffsetAndMetadata> all, int generation) {
    offsets.sent(offsets.changed(all, member(generation)));
    offsets.committed();
  }

  @Test
  void leavesOutWhatTheLastTransactionsHaveCommitted() {
    commit(at(1, 1), 1);
    commit(at(2, 1), 1);

    assertThat(offsets.changed(at(2, 5), member(1)))
        .isEqualTo(Map.of(CLAIMS, new OffsetAndMetadata(5)));
  }

  @Test
  void sendsWhatWasSentInATransactionThatIsNotCommitted() {
    offsets.sent(offsets.changed(at(1, 1), member(1)));

    assertThat(offsets.changed(at(1, 1), member(1))).isEqualTo(at(1, 1));
  }

  @Test
  void sendsAllAfterAnAbort() {
    commit(at(1, 1), 1);
    offsets.sent(offsets.changed(at(2, 1), member(1)));
    offsets.forget();

    assertThat(offsets.changed(at(2, 1), member(1))).isEqualTo(at(2, 1));
  }

  @Test
  void sendsAllInAnotherGeneration() {
    commit(at(1, 1), 1);

    assertThat(offsets.changed(at(2, 1), member(2))).isEqualTo(at(2, 1));
  }

  @Test
  void sendsAnOffsetWhoseMetadataAloneHasChanged() {
    commit(at(1, 1), 1);
    var later = Map.of(RUNS, new OffsetAndMetadata(1, "later"), CLAIMS, new OffsetAndMetadata(1));

    assertThat(offsets.changed(later, member(1)))
        .isEqualTo(Map.of(RUNS, new OffsetAndMetadata(1, "later")));
  }

  @Test
  void sendsAllWhenNothingHasChangedSoThatTheMemberIsChecked() {
    commit(at(1, 1), 1);

    assertThat(offsets.changed(at(1, 1), member(1))).isEqualTo(at(1, 1));
  }
}
