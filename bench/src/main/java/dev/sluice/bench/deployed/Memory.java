package dev.sluice.bench.deployed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Proportional set sizes: memory shared by processes counts in proportion. Linux only. */
final class Memory {
  private static final String PSS = "Pss:";
  private static final double KIB_PER_MB = 1_000 / 1.024;

  private Memory() {}

  /** In MB (10⁶ bytes) by process; empty where there are none. */
  static Map<String, Double> of(Processes processes) {
    var memory = new LinkedHashMap<String, Double>();
    processes
        .pids()
        .forEach(
            (name, pid) -> {
              var file = Path.of("/proc", Long.toString(pid), "smaps_rollup");
              if (Files.isReadable(file)) {
                memory.put(name, mb(lines(file)));
              }
            });
    return memory;
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  static double mb(List<String> lines) {
    return lines.stream()
        .filter(line -> line.startsWith(PSS))
        .mapToDouble(line -> Long.parseLong(line.replaceAll("\\D", "")) / KIB_PER_MB)
        .sum();
  }
}
