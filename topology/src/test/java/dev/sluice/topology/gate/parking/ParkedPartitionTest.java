package dev.sluice.topology.gate.parking;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class ParkedPartitionTest {
  private static final int SCHEMAS = 120;
  private static final int SENDERS = 6;
  private static final int STEPS = 400;

  private record Parked(int sender, int schemaId) {}

  private final List<Parked> log = new ArrayList<>();
  private final ParkedPartition partition = new ParkedPartition(0, 0);
  private final TreeSet<Long> unsent = new TreeSet<>();

  static LongStream seeds() {
    return LongStream.range(0, 300);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void losesNothingSendsNothingTwiceAndKeepsTheOrderOfEachSenderAndSchema(long seed) {
    var random = new SplittableRandom(seed);
    var known = new HashMap<Integer, Long>();
    for (int step = 0; step < STEPS; step++) {
      switch (random.nextInt(5)) {
        case 0, 1 -> park(random);
        case 2 -> known.put(random.nextInt(SCHEMAS), Long.MAX_VALUE);
        case 3 -> send(known, 1 + random.nextInt(20));
        default -> readRests();
      }
      known.keySet().removeIf(id -> !partition.waitsFor(id));
      assertThat(partition.size()).isLessThanOrEqualTo(SENDERS * ParkedPartition.LEAST_OF_SENDER);
      assertThat(partition.committable())
          .isLessThanOrEqualTo(unsent.isEmpty() ? partition.next() : unsent.first());
    }
    while (!unsent.isEmpty()) {
      for (int id = 0; id < SCHEMAS; id++) {
        known.put(id, Long.MAX_VALUE);
      }
      send(known, Integer.MAX_VALUE);
      readRests();
    }
    assertThat(partition.size()).isZero();
    assertThat(partition.committable()).isEqualTo(partition.next());
  }

  private void park(SplittableRandom random) {
    for (int i = random.nextInt(30); i > 0; i--) {
      long offset = log.size();
      int sender = random.nextInt(SENDERS);
      int id = sender == 0 ? random.nextInt(SCHEMAS) : random.nextInt(10);
      log.add(new Parked(sender, id));
      unsent.add(offset);
      partition.add(offset, sender, id, true);
      partition.readUpTo(offset + 1);
    }
  }

  private void send(Map<Integer, Long> ready, int most) {
    long reached = log.size();
    int left = most;
    for (int offset = 0; offset < log.size(); offset++) {
      var record = log.get(offset);
      if (ready.containsKey(record.schemaId())
          && partition.holds(offset, record.sender(), record.schemaId())) {
        assertThat(unsent.remove((long) offset)).as("offset %d is sent once", offset).isTrue();
        for (long before : unsent.headSet((long) offset)) {
          assertThat(log.get((int) before)).as("before %d", offset).isNotEqualTo(record);
        }
        if (--left == 0) {
          reached = offset + 1L;
          break;
        }
      }
    }
    for (int id : ready.keySet()) {
      partition.sentUpTo(id, reached);
    }
  }

  private void readRests() {
    var rests = partition.rests(true);
    rests.keySet().forEach(sender -> partition.restBegins(sender, null));
    for (int offset = 0; offset < log.size(); offset++) {
      var record = log.get(offset);
      var begins = rests.get(record.sender());
      if (begins != null && offset >= begins) {
        partition.add(offset, record.sender(), record.schemaId(), true);
      }
    }
  }

  @Test
  void anyNumberOfRecordsOfOneSchemaCostsTheSame() {
    for (int offset = 0; offset < 1_000_000; offset++) {
      assertThat(partition.add(offset, 3, 9, false)).isTrue();
    }

    assertThat(partition.size()).isEqualTo(1);
  }

  @Test
  void oneSendersSchemasAreBoundedAndLeaveOthersTheirs() {
    for (int id = 0; id < 20_000; id++) {
      partition.add(id, 3, id, false);
    }

    assertThat(partition.size()).isEqualTo(ParkedPartition.MOST_OF_SENDER);
    assertThat(partition.add(20_000, 4, 5, false)).isTrue();
    assertThat(partition.committable()).isZero();
  }

  @Test
  void whatWasReadLaterThanATimeIsNotCountedAsReadByThen() {
    partition.readUpTo(10);
    partition.mark(1_000, 0);
    partition.readUpTo(20);
    partition.mark(2_000, 0);

    assertThat(partition.readBefore(999)).isZero();
    assertThat(partition.readBefore(1_000)).isEqualTo(10);
    assertThat(partition.readBefore(1_999)).isEqualTo(10);
    assertThat(partition.readBefore(9_999)).isEqualTo(20);
  }
}
