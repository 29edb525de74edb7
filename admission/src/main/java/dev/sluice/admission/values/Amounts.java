package dev.sluice.admission.values;

import java.util.HashMap;
import java.util.Map;

/** Sums of amounts per meter; a sum that would overflow saturates at the largest long. */
public final class Amounts {
  private Amounts() {}

  public static Map<String, Long> sum(Map<String, Long> one, Map<String, Long> other) {
    if (other.isEmpty()) {
      return one;
    }
    var sum = new HashMap<>(one);
    other.forEach((meter, amount) -> sum.merge(meter, amount, Amounts::add));
    return sum;
  }

  private static long add(long one, long other) {
    long sum = one + other;
    return sum < 0 && one >= 0 && other >= 0 ? Long.MAX_VALUE : sum;
  }
}
