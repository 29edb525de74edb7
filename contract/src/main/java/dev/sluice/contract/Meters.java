package dev.sluice.contract;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The rules for meters and charges. */
public final class Meters {
  private Meters() {}

  /** Returns the rule that amounts per meter break, naming their field. */
  public static Optional<String> problem(String field, Map<String, Long> amounts) {
    if (amounts.size() > Bounds.METERS) {
      return Optional.of(
          field + " must have at most " + Bounds.METERS + " meters, got " + amounts.size());
    }
    return new TreeMap<>(amounts)
        .entrySet().stream()
            .flatMap(amount -> problem(field, amount.getKey(), amount.getValue()).stream())
            .findFirst();
  }

  private static Optional<String> problem(String field, String meter, long amount) {
    var unnamed = Names.meterProblem(meter);
    return unnamed.isPresent()
        ? unnamed.map(problem -> field + ": " + problem)
        : problem(meter, amount).map(problem -> field + "." + problem);
  }

  /** Returns the rule that one amount breaks. */
  public static Optional<String> problem(String meter, long amount) {
    return Names.meterProblem(meter)
        .or(
            () ->
                isAmount(amount)
                    ? Optional.empty()
                    : Optional.of(
                        "%s must be 0 to %d, got %d".formatted(meter, Bounds.AMOUNT, amount)));
  }

  private static boolean isAmount(long amount) {
    return amount >= 0 && amount <= Bounds.AMOUNT;
  }

  /**
   * What counts of a charge: what breaks no rule, of as many meters as there may be with those in
   * use already; the first by name. An amount above the bound counts as the bound.
   */
  public static Map<String, Long> countable(Set<String> inUse, Map<String, Long> charged) {
    if (inUse.containsAll(charged.keySet())
        && charged.values().stream().allMatch(Meters::isAmount)) {
      return charged;
    }
    var counted = new HashMap<String, Long>();
    int room = Bounds.METERS - inUse.size();
    for (var charge : new TreeMap<>(charged).entrySet()) {
      var meter = charge.getKey();
      boolean known = inUse.contains(meter);
      if (known || (room > 0 && Names.meterProblem(meter).isEmpty())) {
        counted.put(meter, Math.clamp(charge.getValue(), 0, Bounds.AMOUNT));
        room -= known ? 0 : 1;
      }
    }
    return counted;
  }
}
