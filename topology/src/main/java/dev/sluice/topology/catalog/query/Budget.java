package dev.sluice.topology.catalog.query;

import java.time.Duration;

/**
 * How much one request may read: what is left of a list is another page. So no request is worth
 * cancelling, whether its caller is still there or not.
 */
final class Budget {
  private static final int ROWS = 5_000;
  private static final int BYTES = 8 * 1024 * 1024;
  private static final Duration TIME = Duration.ofSeconds(2);

  private final long until = System.nanoTime() + TIME.toNanos();
  private int rows = ROWS;
  private long bytes = BYTES;

  /** Whether one more row may be read; the first always, or there would be no next page. */
  boolean takeRow() {
    boolean first = rows == ROWS;
    rows--;
    return first || (rows >= 0 && bytes > 0 && System.nanoTime() - until < 0);
  }

  /** Counts what a row adds to the answer. */
  void add(int length) {
    bytes -= length;
  }
}
