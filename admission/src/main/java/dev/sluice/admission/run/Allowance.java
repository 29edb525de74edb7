package dev.sluice.admission.run;

import dev.sluice.admission.values.Sorted;
import java.util.HashMap;
import java.util.Map;

/**
 * The amounts that a run may charge to its tree's budget in one epoch.
 *
 * @param slice reserved for the epoch, per meter; empty outside of an epoch
 * @param before what the run had charged when the epoch began
 * @param needs the least that the next slice must hold
 * @param exhausted whether no larger slice will come any more
 */
public record Allowance(
    Map<String, Long> slice, Map<String, Long> before, Map<String, Long> needs, boolean exhausted) {
  public static final Allowance NONE = new Allowance(Map.of(), Map.of(), Map.of(), false);

  public Allowance {
    slice = Sorted.copyOf(slice);
    before = Sorted.copyOf(before);
    needs = Sorted.copyOf(needs);
  }

  public Allowance granted(Map<String, Long> amounts, Map<String, Long> charged) {
    return new Allowance(amounts, charged, Map.of(), exhausted);
  }

  public Allowance needing(Map<String, Long> least) {
    return new Allowance(slice, before, least, exhausted);
  }

  public Allowance exhaustedNow() {
    return new Allowance(slice, before, needs, true);
  }

  /** Gives back what is left of the slice. */
  Allowance returned() {
    return slice.isEmpty() && before.isEmpty()
        ? this
        : new Allowance(Map.of(), Map.of(), needs, exhausted);
  }

  /** What is left of the slice when the run has charged {@code charged} in all. */
  public Map<String, Long> left(Map<String, Long> charged) {
    var left = new HashMap<String, Long>();
    slice.forEach(
        (meter, amount) ->
            left.put(
                meter,
                amount - (charged.getOrDefault(meter, 0L) - before.getOrDefault(meter, 0L))));
    return left;
  }
}
