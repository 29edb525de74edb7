package dev.sluice.runner.lease;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** Which positions may be committed while nothing is left to answer. */
final class AnsweredOffsetsTest {
  private static final TopicPartition FIRST = new TopicPartition("dispatch", 0);
  private static final TopicPartition OTHER = new TopicPartition("dispatch", 1);
  private static final String MARK = "w.1";

  private final AnsweredOffsets answered = new AnsweredOffsets();

  private static MockConsumer<byte[], byte[]> consumer(Map<TopicPartition, Long> positions) {
    var consumer = new MockConsumer<byte[], byte[]>("none");
    consumer.assign(List.of(FIRST, OTHER));
    positions.forEach(consumer::seek);
    return consumer;
  }

  @Test
  void aMarkerBehindWhatWasAnsweredIsPassed() {
    answered.committed(Map.of(FIRST, new OffsetAndMetadata(7)));

    try (var consumer = consumer(Map.of(FIRST, 8L, OTHER, 0L))) {
      var passed = answered.passedBy(consumer, MARK);
      assertThat(passed)
          .containsExactly(Map.entry(FIRST, new OffsetAndMetadata(8, Optional.empty(), MARK)));
    }
  }

  @Test
  void whatIsCommittedIsNotCommittedAgain() {
    try (var consumer = consumer(Map.of(FIRST, 8L, OTHER, 3L))) {
      answered.committed(answered.passedBy(consumer, MARK));
      assertThat(answered.passedBy(consumer, MARK)).isEmpty();
    }
  }

  @Test
  void offsetsThatWereSetBackAreNotFollowed() {
    answered.committed(Map.of(FIRST, new OffsetAndMetadata(7)));
    answered.committed(Map.of(FIRST, new OffsetAndMetadata(2)));

    assertThat(answered.next(FIRST)).isEqualTo(7);
    try (var consumer = consumer(Map.of(FIRST, 3L, OTHER, 0L))) {
      assertThat(answered.passedBy(consumer, MARK)).isEmpty();
    }
  }

  @Test
  void whatOnlyAnotherHoldsIsLeftAlone() {
    answered.committed(Map.of(FIRST, new OffsetAndMetadata(7)));
    try (var consumer = new MockConsumer<byte[], byte[]>("none")) {
      consumer.assign(List.of(OTHER));
      consumer.seek(OTHER, 0);
      assertThat(answered.passedBy(consumer, MARK)).isEmpty();
    }
  }
}
