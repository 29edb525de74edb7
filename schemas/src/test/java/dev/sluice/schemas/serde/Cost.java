package dev.sluice.schemas.serde;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/**
 * What a thread allocated and computed, the least of six times: neither a pause nor code that is
 * not compiled yet says anything about it.
 */
record Cost(long bytes, long cpuNs) {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int REPEATS = 6;

  boolean isWithin(long mostBytes, long mostCpuMs) {
    return bytes <= mostBytes && cpuNs <= mostCpuMs * 1_000_000;
  }

  private static Cost once(Runnable work) {
    long bytes = THREADS.getCurrentThreadAllocatedBytes();
    long cpu = THREADS.getCurrentThreadCpuTime();
    work.run();
    return new Cost(
        THREADS.getCurrentThreadAllocatedBytes() - bytes, THREADS.getCurrentThreadCpuTime() - cpu);
  }

  /** Tells whether it stays within the bounds at least once. */
  static Cost within(long mostBytes, long mostCpuMs, Runnable work) {
    var least = once(work);
    for (int i = 1; i < REPEATS && !least.isWithin(mostBytes, mostCpuMs); i++) {
      var next = once(work);
      least = new Cost(Math.min(least.bytes, next.bytes), Math.min(least.cpuNs, next.cpuNs));
    }
    return least;
  }
}
