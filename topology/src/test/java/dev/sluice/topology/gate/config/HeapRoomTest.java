package dev.sluice.topology.gate.config;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.schemas.process.SettingsException;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class HeapRoomTest {
  private static final long MIB = 1L << 20;

  private static void check(int maxLiveRuns, int partitions, long heapBytes) {
    var settings =
        Map.of(
            "bootstrap.servers", "b:1",
            "schema.registry.url", "http://r",
            "max.live.runs", Integer.toString(maxLiveRuns));
    HeapRoom.check(GateConfig.from(settings).core(), partitions, heapBytes);
  }

  @Test
  void takesAHeapThatHoldsTwiceTheBoundInEachPartition() {
    assertThatCode(() -> check(100_000, 4, 977 * MIB)).doesNotThrowAnyException();
  }

  @Test
  void refusesASmallerOneAndSaysWhatFits() {
    assertThatThrownBy(() -> check(100_000, 4, 768 * MIB))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("max.live.runs: 100000 in each of 4 gate partitions")
        .hasMessageContaining("may take 977 MiB of heap, this process has 768 MiB")
        .hasMessageContaining("set 78643 at every gate");
  }

  @Test
  void whatItSaysFitsDoes() {
    for (long heap = 64 * MIB; heap < 4_096 * MIB; heap += 37 * MIB) {
      for (int partitions = 1; partitions <= 16; partitions *= 2) {
        long bytes = heap;
        int number = partitions;
        assertThatThrownBy(() -> check(100_000_000, number, bytes))
            .satisfies(
                refusal -> check(proposed(String.valueOf(refusal.getMessage())), number, bytes));
      }
    }
  }

  private static int proposed(String message) {
    var number = Pattern.compile("set (\\d+) at every gate").matcher(message);
    if (!number.find()) {
      throw new AssertionError(message);
    }
    return Integer.parseInt(number.group(1));
  }
}
