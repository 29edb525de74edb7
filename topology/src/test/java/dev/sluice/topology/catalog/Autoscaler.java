package dev.sluice.topology.catalog;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The horizontal pod autoscaler with the behaviour that the chart gives it: asked every 15 s,
 * tolerance 0.1, up by at most twice or four in 15 s, down by one worker in 60 s and never below
 * the most that was wanted in the last 300 s.
 */
final class Autoscaler {
  static final int EVERY_S = 15;
  private static final double TOLERANCE = 0.1;
  private static final int STABLE_S = 300;
  private static final int DOWN_EVERY_S = 60;

  private record Recommended(int atS, int workers) {}

  private final int most;
  private final Deque<Recommended> recommended = new ArrayDeque<>();
  private int lastDownS = -DOWN_EVERY_S;

  Autoscaler(int most) {
    this.most = most;
  }

  /** By a metric of type AverageValue, as KEDA has it: the sum, and what one worker is to have. */
  int byAverageValue(int nowS, int current, double sum, double target) {
    double ratio = sum / (target * current);
    return settle(nowS, current, isNear(ratio) ? current : (int) Math.ceil(sum / target));
  }

  /** By a utilisation, as of CPU: what the workers have on average, and what they are to have. */
  int byUtilisation(int nowS, int current, double average, double target) {
    double ratio = average / target;
    return settle(nowS, current, isNear(ratio) ? current : (int) Math.ceil(current * ratio));
  }

  private static boolean isNear(double ratio) {
    return Math.abs(1 - ratio) <= TOLERANCE;
  }

  private int settle(int nowS, int current, int wanted) {
    int bounded = Math.clamp(wanted, 1, most);
    recommended.addLast(new Recommended(nowS, bounded));
    while (recommended.getFirst().atS() <= nowS - STABLE_S) {
      recommended.removeFirst();
    }
    if (bounded > current) {
      return Math.min(bounded, Math.max(2 * current, current + 4));
    }
    int stable = recommended.stream().mapToInt(Recommended::workers).max().orElse(current);
    if (stable < current && nowS - lastDownS >= DOWN_EVERY_S) {
      lastDownS = nowS;
      return current - 1;
    }
    return current;
  }
}
