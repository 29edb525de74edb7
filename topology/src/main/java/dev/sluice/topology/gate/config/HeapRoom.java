package dev.sluice.topology.gate.config;

import dev.sluice.admission.settings.GateSettings;
import dev.sluice.schemas.process.SettingsException;
import java.util.List;

/**
 * Checks that the heap is large enough for everything that the gate's partitions may keep. The
 * bound is a setting and never derived from the heap, because two instances with different heaps
 * must decide the same (I9). An instance whose heap is too small does not start.
 */
public final class HeapRoom {
  /** A queued run takes 0.65 KiB, and 0.15 KiB for each of its labels (decision 0028). */
  private static final long BYTES_PER_RUN = 1_024;

  /** The rest of the heap is for everything else that a gate does. */
  private static final double SHARE_FOR_RUNS = 0.8;

  private HeapRoom() {}

  /**
   * Checks that one instance can keep all partitions, as it must when it is the last.
   *
   * @throws SettingsException if it cannot
   */
  public static void check(GateSettings gate, int partitions, long heapBytes) {
    long needed = (long) (gate.mostRuns() * partitions * BYTES_PER_RUN / SHARE_FOR_RUNS);
    if (needed > heapBytes) {
      long most = (long) (heapBytes * SHARE_FOR_RUNS) / BYTES_PER_RUN / partitions;
      throw new SettingsException(
          List.of(
              "max.live.runs: %d in each of %d gate partitions, and twice that at worst, may take %d MiB of heap, this process has %d MiB; give it more with -Xmx, or set %d at every gate"
                  .formatted(
                      gate.maxLiveRuns(),
                      partitions,
                      mebibytes(needed),
                      mebibytes(heapBytes),
                      most / (gate.mostRuns() / gate.maxLiveRuns()))));
    }
  }

  private static long mebibytes(long bytes) {
    return Math.ceilDiv(bytes, 1L << 20);
  }
}
