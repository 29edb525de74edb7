package dev.sluice.topology.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.junit.jupiter.api.Test;

/** Which record of a task's inputs comes next, chosen as Kafka Streams chooses. */
final class FairIntakeTest {
  private static final int PARTITION = 3;

  private final FairIntake intake = new FairIntake();
  private final Map<String, Queue<ConsumerRecord<Object, Object>>> buffered = new HashMap<>();
  private final Map<String, Long> headTurns = new HashMap<>();
  private final Map<String, Long> offsets = new HashMap<>();

  private void append(String topic, long appendMs, int bytes) {
    long offset = offsets.merge(topic, 1L, Long::sum);
    buffered
        .computeIfAbsent(topic, name -> new ArrayDeque<>())
        .add(
            new ConsumerRecord<>(
                topic,
                PARTITION,
                offset,
                appendMs,
                TimestampType.LOG_APPEND_TIME,
                0,
                bytes,
                new byte[0],
                new byte[0],
                new RecordHeaders(),
                Optional.empty()));
    if (!headTurns.containsKey(topic)) {
      lookAtHead(topic);
    }
  }

  private void lookAtHead(String topic) {
    var head = buffered.getOrDefault(topic, new ArrayDeque<>()).peek();
    if (head == null) {
      headTurns.remove(topic);
    } else {
      headTurns.put(topic, intake.extract(head, -1));
    }
  }

  /**
   * Takes the head with the smallest timestamp; the next one becomes head before it is processed.
   */
  private String next() {
    var first =
        headTurns.entrySet().stream().min(Map.Entry.comparingByValue()).orElseThrow().getKey();
    var record = buffered.getOrDefault(first, new ArrayDeque<>()).remove();
    lookAtHead(first);
    assertThat(intake.take(at(first, record.offset()))).isEqualTo(record.timestamp());
    return first;
  }

  private List<String> next(int count) {
    var taken = new ArrayList<String>();
    for (int i = 0; i < count; i++) {
      taken.add(next());
    }
    return taken;
  }

  private static RecordMetadata at(String topic, long offset) {
    return new RecordMetadata() {
      @Override
      public String topic() {
        return topic;
      }

      @Override
      public int partition() {
        return PARTITION;
      }

      @Override
      public long offset() {
        return offset;
      }
    };
  }

  @Test
  void takesWhatCameBehindAFloodOfAnotherTopicAtOnce() {
    for (int i = 0; i < 10_000; i++) {
      append("runs", 1_000, 100);
    }
    next(500);

    append("submissions", 9_000, 100);

    assertThat(next(2)).contains("submissions");
  }

  @Test
  void givesTopicsThatAllHaveWorkEqualTurns() {
    for (int i = 0; i < 300; i++) {
      append("runs", i, 100);
      append("claims", 1_000 + i, 100);
      append("journal", 2_000 + i, 100);
    }

    assertThat(next(300)).filteredOn("claims"::equals).hasSize(100);
  }

  @Test
  void countsLargeRecordsAsMany() {
    for (int i = 0; i < 100; i++) {
      append("runs", 0, 1024 * 1024);
      append("claims", 1_000, 100);
    }

    assertThat(next(100)).filteredOn("runs"::equals).hasSize(1);
  }

  @Test
  void savesUpNoTurnsWhileATopicHasNothing() {
    for (int i = 0; i < 2_000; i++) {
      append("runs", 0, 100);
    }
    next(1_000);
    for (int i = 0; i < 2_000; i++) {
      append("claims", 1, 100);
    }

    assertThat(next(100)).filteredOn("runs"::equals).hasSizeBetween(45, 55);
  }

  @Test
  void goesOnWhenATaskReadsAgainFromWhatWasCommitted() {
    append("runs", 7, 100);
    append("runs", 8, 100);
    next(2);

    var again = buffered.getOrDefault("runs", new ArrayDeque<>());
    assertThat(again).isEmpty();
    offsets.put("runs", 0L);
    append("runs", 7, 100);

    assertThat(next()).isEqualTo("runs");
  }

  @Test
  void knowsARecordThatIsProcessedOnceMore() {
    append("runs", 7, 100);
    append("runs", 8, 100);
    next();

    assertThat(intake.take(at("runs", 1))).isEqualTo(7);
    assertThat(next()).isEqualTo("runs");
  }

  @Test
  void refusesARecordThatWasNeverAtTheHead() {
    assertThatThrownBy(() -> intake.take(at("runs", 5)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("nothing is known");
  }
}
