package dev.sluice.local.isolation;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What each process takes from sample to sample, and what is on the disk. */
final class Footprints {
  private static final long MB = 1 << 20;

  /** The catalog's cache of its stores' entries may still be filling after a minute or two. */
  private static final long MEMORY = 32 * MB;

  /** Clients open and close connections as those with whom they talk come and go. */
  private static final long FILES = 24;

  private static final long THREADS = 8;

  /** Files of RocksDB that wait to be merged, and what waits in memory to be written. */
  private static final long DISK = 64 * MB;

  private static final String ON_DISK = "disk, MB";

  /**
   * They keep what has ended for days and grow with it. Not {@code kafka}: what the topics keep is
   * theirs to say.
   */
  private static final List<String> FOLDERS = List.of("gate", "catalog", "logs");

  private record Figure(String of, String what, long unit, long slack, List<Long> samples) {
    Trend trend() {
      return Trend.of(samples);
    }

    boolean isFlat() {
      return what.equals(ON_DISK) ? Trend.isNoFaster(samples, slack) : trend().isFlat(slack);
    }

    String row() {
      return "| %s | %s | %d | %d | %d | %d | %s |"
          .formatted(
              of,
              what,
              samples.getFirst() / unit,
              samples.getLast() / unit,
              trend().level() / unit,
              trend().rise() / unit,
              isFlat() ? "" : "RISES");
    }
  }

  private final Map<String, Figure> figures = new LinkedHashMap<>();
  private final Map<String, Long> pids;
  private final Path data;
  private final Path commands;

  Footprints(Path data, Map<String, Long> pids) throws IOException {
    this.data = data;
    this.pids = pids;
    commands = ProcessSample.commands(data);
  }

  void sample(int runs) throws IOException, InterruptedException {
    for (var process : pids.entrySet()) {
      var name = process.getKey();
      var sample = ProcessSample.of(process.getValue(), commands);
      add(name, "heap, MB", MB, MEMORY, sample.heapBytes());
      add(name, "beyond, MB", MB, MEMORY, sample.beyondHeapBytes());
      add(name, "threads", 1, THREADS, sample.threads());
      add(name, "files", 1, FILES, sample.files());
    }
    for (var folder : FOLDERS) {
      add(folder, ON_DISK, MB, DISK, size(data.resolve(folder)));
    }
    add("good", "runs", 1, Long.MAX_VALUE / 2, runs);
  }

  private void add(String of, String what, long unit, long slack, long value) {
    figures
        .computeIfAbsent(of + what, name -> new Figure(of, what, unit, slack, new ArrayList<>()))
        .samples()
        .add(value);
  }

  void print() {
    System.out.println("| process | figure | first | last | level | rise | |");
    System.out.println("|---|---|---|---|---|---|---|");
    figures.values().forEach(figure -> System.out.println(figure.row()));
    figures.values().forEach(figure -> System.out.println("soak " + figure));
  }

  List<String> risen() {
    return figures.values().stream()
        .filter(figure -> !figure.isFlat())
        .map(Figure::toString)
        .toList();
  }

  private static long size(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      return files.map(Path::toFile).filter(File::isFile).mapToLong(File::length).sum();
    } catch (UncheckedIOException goneMeanwhile) {
      return size(folder);
    }
  }
}
