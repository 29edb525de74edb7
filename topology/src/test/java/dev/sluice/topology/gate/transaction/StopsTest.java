package dev.sluice.topology.gate.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

final class StopsTest {
  private static final TopicPartition FIRST = new TopicPartition("runs", 0);
  private static final TopicPartition OTHER = new TopicPartition("runs", 1);

  private final Stops stops = new Stops();
  private long seconds;

  private Map<TopicPartition, Duration> look(long committed, long end) {
    seconds++;
    return stops.stood(
        Map.of(FIRST, committed), Map.of(FIRST, end), TimeUnit.SECONDS.toNanos(seconds));
  }

  @Test
  void readersThatReachTheEndDoNotStand() {
    assertThat(look(5, 5)).isEmpty();
    assertThat(look(9, 7)).as("asked for at two times").isEmpty();
  }

  @Test
  void tellsHowLongReadersHaveStoodThoughRecordsComeBehind() {
    assertThat(look(5, 6)).isEqualTo(Map.of(FIRST, Duration.ZERO));
    assertThat(look(5, 8)).isEqualTo(Map.of(FIRST, Duration.ofSeconds(1)));
    assertThat(look(5, 90)).isEqualTo(Map.of(FIRST, Duration.ofSeconds(2)));
  }

  @Test
  void beginsAnewWhereverReadersGetOn() {
    look(5, 6);
    look(5, 6);

    assertThat(look(6, 9)).as("another transaction").isEqualTo(Map.of(FIRST, Duration.ZERO));
    assertThat(look(9, 9)).isEmpty();
    assertThat(look(9, 10)).isEqualTo(Map.of(FIRST, Duration.ZERO));
  }

  @Test
  void forgetsPartitionsThatAreNotAskedAboutAnyMore() {
    look(5, 6);

    assertThat(stops.stood(Map.of(OTHER, 0L), Map.of(OTHER, 0L), 0)).isEmpty();
    assertThat(look(5, 6)).isEqualTo(Map.of(FIRST, Duration.ZERO));
    stops.clear();
    assertThat(look(5, 6)).isEqualTo(Map.of(FIRST, Duration.ZERO));
  }
}
