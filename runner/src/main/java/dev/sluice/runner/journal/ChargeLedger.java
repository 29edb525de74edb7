package dev.sluice.runner.journal;

import dev.sluice.sdk.Budget;
import dev.sluice.sdk.BudgetExhaustedException;
import dev.sluice.sdk.ChargeExceededException;
import dev.sluice.v1.MeterSlice;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What one epoch charged: never more than its slice of the tree's budget, and each amount recorded
 * once. What step bodies charge is spent whatever becomes of the step; what the code between steps
 * charges is charged again when the code runs again, unless a position of the journal holds it.
 */
final class ChargeLedger {
  /** A meter with too little left of its slice. */
  private record Shortage(String meter, long needed, long left) {}

  private final TreeMap<String, MeterSlice> slices = new TreeMap<>();
  private final Map<String, Long> spent = new HashMap<>();
  private final Map<String, Long> body = new HashMap<>();
  private final Map<String, Long> code = new HashMap<>();
  private final Map<String, Long> heldBody = new HashMap<>();
  private final Map<String, Long> heldCode = new HashMap<>();
  private final Map<String, Long> declared = new HashMap<>();

  private final boolean exhausted;

  /**
   * @param exhausted whether no larger slice will come
   */
  ChargeLedger(List<MeterSlice> budget, boolean exhausted) {
    this.exhausted = exhausted;
    budget.forEach(slice -> slices.put(slice.getMeter(), slice));
  }

  /**
   * Sees to it that the next try of a body may charge what it declares, in place of what the try
   * before might.
   *
   * @param maxCharge what it declares; a body that declares nothing needs something to be left
   * @return what the slice has to hold if it is too small; empty if it is not
   * @throws BudgetExhaustedException if it is too small and no larger one will come; a body that
   *     declares nothing is executed all the same
   */
  Map<String, Long> reserve(Map<String, Long> maxCharge) {
    var shortage = shortage(maxCharge);
    if (shortage != null && !exhausted) {
      return maxCharge.isEmpty() ? Map.of(shortage.meter(), 1L) : bounded(maxCharge);
    }
    if (shortage != null && !maxCharge.isEmpty()) {
      throw new BudgetExhaustedException(shortage.meter(), shortage.needed(), shortage.left());
    }
    declared.clear();
    declared.putAll(maxCharge);
    return Map.of();
  }

  private @Nullable Shortage shortage(Map<String, Long> maxCharge) {
    for (var meter : slices.keySet()) {
      long needed = maxCharge.getOrDefault(meter, maxCharge.isEmpty() ? 1L : 0L);
      if (needed > left(meter)) {
        return new Shortage(meter, needed, left(meter));
      }
    }
    return null;
  }

  private Map<String, Long> bounded(Map<String, Long> maxCharge) {
    var bounded = new TreeMap<>(maxCharge);
    bounded.keySet().retainAll(slices.keySet());
    return bounded;
  }

  /** Records what fits of a charge; returns what to throw if that is not all. */
  @Nullable RuntimeException charge(String meter, long amount, boolean inBody) {
    long left = left(meter);
    long promise =
        inBody && slices.containsKey(meter)
            ? declared.getOrDefault(meter, Long.MAX_VALUE)
            : Long.MAX_VALUE;
    long allowed = Math.min(left, promise);
    spend(meter, Math.min(amount, allowed), inBody);
    if (amount <= allowed) {
      return null;
    }
    return exhausted && left < promise
        ? new BudgetExhaustedException(meter, amount, allowed)
        : new ChargeExceededException(meter, amount, allowed);
  }

  private void spend(String meter, long amount, boolean inBody) {
    if (amount > 0) {
      add(inBody ? body : code, meter, amount);
      add(spent, meter, amount);
      if (inBody) {
        declared.computeIfPresent(meter, (name, promise) -> Math.max(0, promise - amount));
      }
    }
  }

  /** Keeps what was charged so far for a step whose failure is recorded only if the run goes on. */
  void hold() {
    body.forEach((meter, amount) -> add(heldBody, meter, amount));
    code.forEach((meter, amount) -> add(heldCode, meter, amount));
    body.clear();
    code.clear();
  }

  /** Takes what was held, to be recorded with the failed step. */
  Map<String, Long> takeHeld() {
    return take(List.of(heldBody, heldCode));
  }

  /** Takes what is to be recorded with a position or the end. */
  Map<String, Long> takeAll() {
    return take(List.of(heldBody, heldCode, body, code));
  }

  /** Takes what is to be recorded when the code will run again from the last position. */
  Map<String, Long> takeSpentInBodies() {
    heldCode.clear();
    code.clear();
    return take(List.of(heldBody, body));
  }

  private static Map<String, Long> take(List<Map<String, Long>> parts) {
    var all = new HashMap<String, Long>();
    for (var part : parts) {
      part.forEach((meter, amount) -> add(all, meter, amount));
      part.clear();
    }
    return all;
  }

  private static void add(Map<String, Long> to, String meter, long amount) {
    to.merge(meter, amount, ChargeLedger::saturatedSum);
  }

  private static long saturatedSum(long one, long other) {
    return one > Long.MAX_VALUE - other ? Long.MAX_VALUE : one + other;
  }

  private long left(String meter) {
    var slice = slices.get(meter);
    return slice == null
        ? Long.MAX_VALUE
        : Math.max(0, slice.getSlice() - spent.getOrDefault(meter, 0L));
  }

  Budget budget() {
    var meters = new HashMap<String, Budget.Meter>();
    slices.forEach(
        (meter, slice) ->
            meters.put(
                meter,
                new Budget.Meter(
                    slice.getCeiling(),
                    Math.max(0, slice.getLeft() - spent.getOrDefault(meter, 0L)),
                    left(meter))));
    return new Budget(meters);
  }
}
