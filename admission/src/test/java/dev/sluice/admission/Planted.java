package dev.sluice.admission;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Exceptions planted in the gate's code: {@link PlantedLoader} has each line call {@link #line}.
 */
public final class Planted {
  /** What a planted line throws. */
  static final class PlantedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private PlantedException(int line) {
      super("planted at line " + line);
    }
  }

  private static final Map<Integer, Integer> REACHED = new HashMap<>();
  private static final BitSet FAILED = new BitSet();
  private static SplittableRandom random = new SplittableRandom(0);
  private static int left;

  private Planted() {}

  static void seed(long seed) {
    random = new SplittableRandom(seed);
    left = 0;
  }

  /** Lets up to {@code failures} lines fail from here on; 0 for none. */
  static void arm(int failures) {
    left = failures;
  }

  /** Does what the shell does and not the gate: no line of the gate's code fails meanwhile. */
  static void spare(Runnable shell) {
    int armed = left;
    left = 0;
    try {
      shell.run();
    } finally {
      left = armed;
    }
  }

  /**
   * Called by every line of the gate's code. The rarer a line is reached, the likelier it fails, so
   * that the histories come as far as the rare ones.
   */
  public static void line(int line) {
    if (left > 0) {
      int reached = REACHED.merge(line, 1, Integer::sum);
      if (random.nextInt(FAILED.get(line) ? 5_000 : 1 + reached / 4) == 0) {
        left--;
        FAILED.set(line);
        throw new PlantedException(line);
      }
    }
  }

  /** Lines that were reached and have never failed. */
  static BitSet spared() {
    var spared = new BitSet();
    REACHED.keySet().forEach(spared::set);
    spared.andNot(FAILED);
    return spared;
  }

  static int failed() {
    return FAILED.cardinality();
  }
}
