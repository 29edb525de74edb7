package dev.sluice.bench.deployed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * CPU and memory that processes, and this machine, have used so far.
 *
 * @param atNanos the moment
 * @param cpuMs by process; counted in hundredths of a second on Linux
 * @param ownMs of this process, which makes the load
 * @param machineMs of all that this machine runs; NaN where that is unknown
 */
record Usage(long atNanos, Map<String, Double> cpuMs, double ownMs, double machineMs) {
  private static final Path STAT = Path.of("/proc/stat");
  private static final double TICK_MS = 10;
  private static final long MOMENT_MS = 500;
  private static final double NANOS_PER_MS = 1e6;

  /** Of a line {@code cpu user nice system idle iowait irq softirq steal …}: who does something. */
  private static final List<Integer> BUSY = List.of(1, 2, 3, 6, 7, 8);

  Usage {
    cpuMs = new LinkedHashMap<>(cpuMs);
  }

  static Usage of(Processes processes) {
    var used = new LinkedHashMap<String, Double>();
    processes
        .pids()
        .forEach((name, pid) -> ProcessHandle.of(pid).ifPresent(p -> used.put(name, cpuMs(p))));
    return new Usage(System.nanoTime(), used, cpuMs(ProcessHandle.current()), machine());
  }

  /** How many cores others use now, for what cannot be told apart from what it starts. */
  static double othersNow(Processes processes) throws InterruptedException {
    var before = of(processes);
    Thread.sleep(MOMENT_MS);
    return of(processes).othersSince(before);
  }

  private static double cpuMs(ProcessHandle process) {
    return process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos() / NANOS_PER_MS;
  }

  private static double machine() {
    if (!Files.isReadable(STAT)) {
      return Double.NaN;
    }
    try {
      return busyMs(Files.readAllLines(STAT).getFirst());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + STAT, e);
    }
  }

  static double busyMs(String line) {
    var fields = Arrays.asList(line.trim().split("\\s+"));
    return BUSY.stream()
        .filter(field -> field < fields.size())
        .mapToDouble(field -> Long.parseLong(fields.get(field)) * TICK_MS)
        .sum();
  }

  /** Milliseconds of CPU by process since an earlier moment. */
  Map<String, Double> since(Usage earlier) {
    var used = new LinkedHashMap<String, Double>();
    cpuMs.forEach(
        (name, ms) -> used.put(name, Math.max(0, ms - earlier.cpuMs.getOrDefault(name, 0.0))));
    return used;
  }

  double secondsSince(Usage earlier) {
    return (atNanos - earlier.atNanos) / 1e9;
  }

  /** How many cores were used by whoever is neither among the processes nor this one. */
  double othersSince(Usage earlier) {
    double ours = ownMs - earlier.ownMs;
    for (double ms : since(earlier).values()) {
      ours += ms;
    }
    double others = machineMs - earlier.machineMs - ours;
    return Double.isNaN(others) ? others : Math.max(0, others) / 1e3 / secondsSince(earlier);
  }
}
