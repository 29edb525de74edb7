package dev.sluice.topology.catalog.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.sluice.schemas.topic.Topics;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** From when what the catalog knows is, by what its reader has returned and what is processed. */
final class BehindTest {
  private static final TopicPartition ONE = new TopicPartition(Topics.DECISIONS, 0);
  private static final TopicPartition TWO = new TopicPartition(Topics.DECISIONS, 1);

  private final Map<TopicPartition, Long> ends = new HashMap<>();
  private final AtomicLong nanos = new AtomicLong();
  private final Reached reached = new Reached(Set.of(Topics.DECISIONS));
  private final Behind behind = new Behind(reached, () -> Map.copyOf(ends), nanos::get);

  private void lookAfterSeconds(int seconds) throws Exception {
    nanos.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
    behind.look();
  }

  /** The reader returned records up to one, and a marker lies behind it. */
  private void returns(TopicPartition partition, long offset) {
    reached.returned(partition, offset);
    reached.at(partition, offset + 2);
  }

  @Test
  void knowsNothingUntilItHasCaughtUpOnce() throws Exception {
    ends.put(ONE, 12L);
    lookAfterSeconds(1);
    lookAfterSeconds(1);

    assertThat(behind.seconds()).isInfinite();
  }

  @Test
  void isUpToDateWhenAllIsProcessedAndTheMarkerBehindItIsPassed() throws Exception {
    ends.put(ONE, 12L);
    lookAfterSeconds(1);
    returns(ONE, 10);
    lookAfterSeconds(1);
    assertThat(behind.seconds()).as("returned, but not processed").isInfinite();

    behind.processed(ONE, 10);
    lookAfterSeconds(1);

    assertThat(behind.seconds()).as("since the ends were asked for").isEqualTo(2);
  }

  @Test
  void isBehindByTheSlowestPartition() throws Exception {
    ends.put(ONE, 12L);
    ends.put(TWO, 12L);
    returns(ONE, 10);
    behind.processed(ONE, 10);
    lookAfterSeconds(1);
    lookAfterSeconds(1);
    assertThat(behind.seconds()).isInfinite();

    returns(TWO, 10);
    behind.processed(TWO, 10);
    lookAfterSeconds(1);

    assertThat(behind.seconds()).isEqualTo(2);
  }

  @Test
  void fallsBehindWhileRecordsLieThereUnprocessed() throws Exception {
    ends.put(ONE, 12L);
    returns(ONE, 10);
    behind.processed(ONE, 10);
    lookAfterSeconds(1);
    lookAfterSeconds(1);
    assertThat(behind.seconds()).isEqualTo(1);

    ends.put(ONE, 14L);
    lookAfterSeconds(1);
    lookAfterSeconds(1);
    lookAfterSeconds(1);

    assertThat(behind.seconds()).isEqualTo(3);
  }

  @Test
  void fallsBehindWhileKafkaDoesNotAnswer() throws Exception {
    var fails = new AtomicLong();
    var away =
        new Behind(
            reached,
            () -> {
              if (fails.get() > 0) {
                throw new TimeoutException("away");
              }
              return Map.of();
            },
            nanos::get);
    away.look();
    away.look();
    fails.set(1);
    nanos.addAndGet(TimeUnit.SECONDS.toNanos(7));

    assertThat(catchThrowable(away::look)).isInstanceOf(TimeoutException.class);
    assertThat(away.seconds()).isEqualTo(7);
  }

  /** Its state may be older than what was known before, or gone. */
  @Test
  void knowsNothingAgainWhenAPartitionBeginsAnew() throws Exception {
    ends.put(ONE, 12L);
    returns(ONE, 10);
    behind.processed(ONE, 10);
    lookAfterSeconds(1);
    lookAfterSeconds(1);

    behind.begins(0);

    assertThat(behind.seconds()).isInfinite();
    lookAfterSeconds(1);
    lookAfterSeconds(1);
    assertThat(behind.seconds()).as("what was reached before does not count").isInfinite();
  }

  @Test
  void takesAPartitionThatWasNeverWrittenForRead() throws Exception {
    ends.put(ONE, 0L);
    lookAfterSeconds(1);
    lookAfterSeconds(1);

    assertThat(behind.seconds()).isEqualTo(1);
  }

  /** All its records are deleted: there is nothing to process, and the position is the end. */
  @Test
  void takesAPartitionWithoutRecordsForReadWhenItsReaderIsAtTheEnd() throws Exception {
    ends.put(ONE, 500L);
    reached.at(ONE, 500);
    lookAfterSeconds(1);
    lookAfterSeconds(1);

    assertThat(behind.seconds()).isEqualTo(1);
  }
}
