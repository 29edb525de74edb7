package dev.sluice.contract;

import java.util.HashMap;
import java.util.Map;

/** Sums of amounts, per meter or alone; one that would overflow saturates at the largest long. */
public final class Amounts {
  private Amounts() {}

  /** The sum per meter; the same map as {@code one} if {@code other} has no meter. */
  public static Map<String, Long> sum(Map<String, Long> one, Map<String, Long> other) {
    if (other.isEmpty()) {
      return one;
    }
    var sum = new HashMap<>(one);
    other.forEach((meter, amount) -> sum.merge(meter, amount, Amounts::plus));
    return sum;
  }

  /** The sum of two amounts, or of an amount and what another was lowered by. */
  public static long plus(long one, long other) {
    long sum = one + other;
    boolean overflows = one > 0 && other > 0 && sum < 0;
    return overflows ? Long.MAX_VALUE : sum;
  }
}
