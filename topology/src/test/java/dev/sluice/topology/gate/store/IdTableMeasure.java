package dev.sluice.topology.gate.store;

import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * Prints what ids cost, for docs/decisions/0023: {@code java -Xmx256m … IdTableMeasure 50000000
 * DIRECTORY}.
 */
final class IdTableMeasure {
  private static final int ASKED = 1_000_000;

  private IdTableMeasure() {}

  public static void main(String[] arguments) {
    long ids = Long.parseLong(arguments[0]);
    long heapBefore = heap();
    try (var table = new IdTable(Path.of(arguments[1]), 26 * 60)) {
      var random = new SplittableRandom(1);
      long from = System.nanoTime();
      long slowest = 0;
      long last = from;
      for (long i = 1; i <= ids; i++) {
        // A day's worth, evenly spread over its minutes.
        int minute = (int) (i * 24 * 60 / ids);
        table.put(random.nextLong(), random.nextLong(), new IdTable.Entry(i, 0, minute));
        if (i % 100 == 0) {
          long now = System.nanoTime();
          slowest = Math.max(slowest, now - last);
          last = now;
        }
        if (i % 10_000_000 == 0 || i == ids) {
          System.out.printf(
              "%d ids: %.1f s, heap %.2f B each, disk %.1f B each, slowest 100 puts %d ms%n",
              i,
              (System.nanoTime() - from) / 1e9,
              (heap() - heapBefore) / (double) i,
              table.bytesOnDisk() / (double) i,
              TimeUnit.NANOSECONDS.toMillis(slowest));
          last = System.nanoTime();
        }
      }
      ask(table, "unknown", new SplittableRandom(2));
      ask(table, "known", new SplittableRandom(1));
    }
  }

  private static void ask(IdTable table, String which, SplittableRandom random) {
    long from = System.nanoTime();
    int found = 0;
    for (int i = 0; i < ASKED; i++) {
      found += table.find(random.nextLong(), random.nextLong()) == null ? 0 : 1;
    }
    System.out.printf(
        "%s: %d of %d found, %.2f µs each%n",
        which, found, ASKED, (System.nanoTime() - from) / 1e3 / ASKED);
  }

  private static long heap() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }
}
