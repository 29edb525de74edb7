package dev.sluice.runner.journal;

import dev.sluice.contract.Amounts;
import dev.sluice.sdk.Budget;
import dev.sluice.sdk.BudgetExhaustedException;
import dev.sluice.sdk.ChargeExceededException;
import dev.sluice.v1.MeterSlice;
import java.util.ArrayList;
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
  private final BodyCharges body = new BodyCharges();
  private final Map<String, Long> code = new HashMap<>();
  private final Map<String, Long> heldBody = new HashMap<>();
  private final Map<String, Long> heldCode = new HashMap<>();
  private final boolean exhausted;

  /** Of steps in parallel that are not recorded yet. */
  private List<BodyCharges> parallel = List.of();

  /** Charged by the code before the first of these: the first record of any of them says it. */
  private Map<String, Long> before = Map.of();

  /** A part of what was taken last, and where from. */
  private record Taken(Map<String, Long> from, Map<String, Long> amounts) {}

  private final List<Taken> takenLast = new ArrayList<>();

  /**
   * @param exhausted whether no larger slice will come
   */
  ChargeLedger(List<MeterSlice> budget, boolean exhausted) {
    this.exhausted = exhausted;
    budget.forEach(slice -> slices.put(slice.getMeter(), slice));
  }

  /** The body of a step that executes while the code does, and others. */
  BodyCharges open() {
    if (parallel.isEmpty()) {
      parallel = new ArrayList<>();
    }
    before = code.isEmpty() ? before : take(List.of(before, code));
    var opened = new BodyCharges();
    parallel.add(opened);
    return opened;
  }

  /** The body of the step that the code waits for. */
  BodyCharges body() {
    return body;
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
  Map<String, Long> reserve(BodyCharges of, Map<String, Long> maxCharge) {
    of.ended();
    var shortage = shortage(of, maxCharge);
    if (shortage != null && !exhausted) {
      return maxCharge.isEmpty() ? Map.of(shortage.meter(), 1L) : bounded(maxCharge);
    }
    if (shortage != null && !maxCharge.isEmpty()) {
      throw new BudgetExhaustedException(shortage.meter(), shortage.needed(), shortage.left());
    }
    of.declare(maxCharge);
    return Map.of();
  }

  /** Whether a try that does not fit may do so when others have ended that hold a part now. */
  boolean isHeldUp(BodyCharges of, Map<String, Long> maxCharge) {
    of.ended();
    boolean othersHold =
        slices.keySet().stream().anyMatch(meter -> promisedToOthers(of, meter) > 0);
    return othersHold && (!exhausted || !maxCharge.isEmpty()) && shortage(of, maxCharge) != null;
  }

  private @Nullable Shortage shortage(BodyCharges of, Map<String, Long> maxCharge) {
    for (var meter : slices.keySet()) {
      long needed = maxCharge.getOrDefault(meter, maxCharge.isEmpty() ? 1L : 0L);
      if (needed > left(of, meter)) {
        return new Shortage(meter, needed, left(of, meter));
      }
    }
    return null;
  }

  /** What is left of a slice beside what others may charge. */
  private long left(BodyCharges of, String meter) {
    return slices.containsKey(meter)
        ? Math.max(0, left(meter) - promisedToOthers(of, meter))
        : Long.MAX_VALUE;
  }

  private long promisedToOthers(BodyCharges of, String meter) {
    long promised = of == body ? 0 : body.promise(meter, 0);
    for (var other : parallel) {
      promised = other == of ? promised : Amounts.plus(promised, other.promise(meter, 0));
    }
    return promised;
  }

  private Map<String, Long> bounded(Map<String, Long> maxCharge) {
    var bounded = new TreeMap<>(maxCharge);
    bounded.keySet().retainAll(slices.keySet());
    return bounded;
  }

  /** Records what fits of a charge by the code; returns what to throw if that is not all. */
  @Nullable RuntimeException charge(String meter, long amount) {
    long left = left(meter);
    long fits = Math.min(amount, left);
    if (fits > 0) {
      add(code, meter, fits);
      add(spent, meter, fits);
    }
    return amount <= left ? null : tooMuch(meter, amount, left, exhausted);
  }

  /** Records what fits of a charge by a body; returns what to throw if that is not all. */
  @Nullable RuntimeException charge(BodyCharges by, String meter, long amount) {
    long left = left(by, meter);
    long promise = slices.containsKey(meter) ? by.promise(meter, Long.MAX_VALUE) : Long.MAX_VALUE;
    long allowed = Math.min(left, promise);
    long fits = Math.min(amount, allowed);
    if (fits > 0) {
      by.add(meter, fits);
      add(spent, meter, fits);
    }
    return amount <= allowed ? null : tooMuch(meter, amount, allowed, exhausted && left < promise);
  }

  private static RuntimeException tooMuch(
      String meter, long amount, long allowed, boolean isAtTheEnd) {
    return isAtTheEnd
        ? new BudgetExhaustedException(meter, amount, allowed)
        : new ChargeExceededException(meter, amount, allowed);
  }

  /** A body was stopped that may have charged all it declared without being able to say so. */
  void chargeAll(BodyCharges by) {
    for (var promise : Map.copyOf(by.promises()).entrySet()) {
      charge(by, promise.getKey(), promise.getValue());
    }
    by.ended();
  }

  /** Keeps what was charged so far for a step whose failure is recorded only if the run goes on. */
  void hold() {
    move(body.charged(), heldBody);
    move(code, heldCode);
    body.ended();
  }

  /** Takes what was held, to be recorded with the failed step. */
  Map<String, Long> takeHeld() {
    return take(List.of(heldBody, heldCode, before));
  }

  /** Takes what is to be recorded with a position. */
  Map<String, Long> takeAll() {
    body.ended();
    return take(List.of(heldBody, heldCode, before, body.charged(), code));
  }

  /** Takes what is to be recorded with a step that was executed beside others. */
  Map<String, Long> takeOf(BodyCharges step) {
    return take(List.of(before, step.charged()));
  }

  /** The step's record, for which its charges were taken, stands. */
  void recorded(BodyCharges step) {
    parallel.remove(step);
  }

  /** The record for which charges were taken last was not written: they count as before. */
  void putBack() {
    for (var part : takenLast) {
      part.amounts().forEach((meter, amount) -> add(part.from(), meter, amount));
    }
    takenLast.clear();
  }

  /** Takes what is to be recorded with the end of the run. */
  Map<String, Long> takeRest() {
    return withParallel(takeAll());
  }

  /** Takes what is to be recorded when the code will run again from the last position. */
  Map<String, Long> takeSpentInBodies() {
    heldCode.clear();
    code.clear();
    take(List.of(before));
    return withParallel(take(List.of(heldBody, body.charged())));
  }

  /** Takes what steps have charged that were executed beside others and are not recorded. */
  Map<String, Long> withParallel(Map<String, Long> others) {
    var taken = take(parallel.stream().map(BodyCharges::charged).toList());
    others.forEach((meter, amount) -> add(taken, meter, amount));
    return taken;
  }

  private Map<String, Long> take(List<Map<String, Long>> parts) {
    takenLast.clear();
    var all = new HashMap<String, Long>();
    for (var part : parts) {
      if (!part.isEmpty()) {
        takenLast.add(new Taken(part, Map.copyOf(part)));
        move(part, all);
      }
    }
    return all;
  }

  private static void move(Map<String, Long> from, Map<String, Long> to) {
    if (!from.isEmpty()) {
      from.forEach((meter, amount) -> add(to, meter, amount));
      from.clear();
    }
  }

  private static void add(Map<String, Long> to, String meter, long amount) {
    to.merge(meter, amount, Amounts::plus);
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
