package dev.sluice.local.isolation;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * What a Java process takes at one moment, as Linux and the JVM say.
 *
 * @param heapBytes live objects: what a collection leaves
 * @param beyondHeapBytes resident memory outside the heap
 * @param threads of the system
 * @param files handles, sockets included
 */
record ProcessSample(long heapBytes, long beyondHeapBytes, long threads, long files) {
  private static final Pattern LIVE = Pattern.compile("(?m)^Total\\s+\\d+\\s+(\\d+)");
  private static final Pattern SPACE =
      Pattern.compile("\\[0x([0-9a-f]+), 0x[0-9a-f]+, 0x([0-9a-f]+)\\)");
  private static final Pattern MAPPING = Pattern.compile("([0-9a-f]+)-[0-9a-f]+ .*");
  private static final Pattern RESIDENT = Pattern.compile("Rss:\\s+(\\d+) kB");
  private static final Pattern THREADS = Pattern.compile("(?m)^Threads:\\s+(\\d+)");
  private static final int HEX = 16;
  private static final long KIB = 1024;

  /**
   * Takes one; the process collects its garbage for it.
   *
   * @param commands a file with what {@code jcmd} is to ask, made by {@link #commands}
   */
  static ProcessSample of(long pid, Path commands) throws IOException, InterruptedException {
    var said = jcmd(pid, commands);
    var process = Path.of("/proc", Long.toString(pid));
    long threads = number(THREADS, Files.readString(process.resolve("status")));
    try (var files = Files.list(process.resolve("fd"))) {
      return new ProcessSample(
          number(LIVE, said), beyondHeap(process, said), threads, files.count());
    }
  }

  static Path commands(Path directory) throws IOException {
    return Files.writeString(directory.resolve("jcmd.txt"), "GC.class_histogram\nGC.heap_info\n");
  }

  private static long beyondHeap(Path process, String said) throws IOException {
    long from = Long.MAX_VALUE;
    long to = 0;
    for (var space = SPACE.matcher(said); space.find(); ) {
      from = Math.min(from, Long.parseLong(space.group(1), HEX));
      to = Math.max(to, Long.parseLong(space.group(2), HEX));
    }
    if (to == 0) {
      throw new IllegalStateException("no heap in " + said);
    }
    long resident = 0;
    boolean counts = false;
    for (var line : Files.readAllLines(process.resolve("smaps"))) {
      var mapping = MAPPING.matcher(line);
      var part = RESIDENT.matcher(line);
      if (mapping.matches()) {
        long at = Long.parseUnsignedLong(mapping.group(1), HEX);
        counts = Long.compareUnsigned(at, from) < 0 || Long.compareUnsigned(at, to) >= 0;
      } else if (counts && part.matches()) {
        resident += Long.parseLong(part.group(1)) * KIB;
      }
    }
    return resident;
  }

  private static long number(Pattern pattern, String text) {
    var found = pattern.matcher(text);
    if (!found.find()) {
      throw new IllegalStateException("no " + pattern + " in " + text);
    }
    return Long.parseLong(found.group(1));
  }

  private static String jcmd(long pid, Path commands) throws IOException, InterruptedException {
    var jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    var process =
        new ProcessBuilder(jcmd, Long.toString(pid), "-f", commands.toString())
            .redirectErrorStream(true)
            .start();
    var text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
      throw new IllegalStateException("jcmd of " + pid + " said: " + text);
    }
    return text;
  }
}
