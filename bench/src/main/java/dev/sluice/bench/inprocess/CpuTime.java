package dev.sluice.bench.inprocess;

import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** CPU used by the parts of this process since a given moment, by thread name. */
final class CpuTime {
  private final Map<Long, Long> before = new HashMap<>();
  private final long processBefore = process();

  CpuTime() {
    var threads = ManagementFactory.getThreadMXBean();
    for (long id : threads.getAllThreadIds()) {
      before.put(id, threads.getThreadCpuTime(id));
    }
  }

  private static long process() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean system
        ? system.getProcessCpuTime()
        : 0;
  }

  /** Nanoseconds of CPU by part; {@code compiler and collector} is what no Java thread used. */
  Map<String, Long> byPart() {
    var threads = ManagementFactory.getThreadMXBean();
    var used = new TreeMap<String, Long>();
    long known = 0;
    for (var thread : threads.getThreadInfo(threads.getAllThreadIds())) {
      if (thread != null) {
        long nanos = threads.getThreadCpuTime(thread.getThreadId());
        long more = nanos - before.getOrDefault(thread.getThreadId(), 0L);
        known += more;
        used.merge(part(thread.getThreadName()), more, Long::sum);
      }
    }
    used.put("compiler and collector", process() - processBefore - known);
    return used;
  }

  /** Virtual threads, that is, the runs, count for the pool's workers that carry them. */
  private static String part(String thread) {
    if (thread.contains("gate-") && thread.contains("StreamThread")) {
      return "gate";
    }
    if (thread.contains("floor")) {
      return "floor";
    }
    if (thread.startsWith("ForkJoinPool")
        || thread.startsWith("dispatch-")
        || thread.startsWith("heartbeats")
        || thread.startsWith("kafka-producer-network-thread")) {
      return "runner and submitter";
    }
    return thread.equals("main") || thread.equals("completions") ? "bench" : "broker";
  }
}
