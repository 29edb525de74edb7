package dev.sluice.runner.journal;

import dev.sluice.contract.Bounds;
import dev.sluice.contract.Meters;
import dev.sluice.v1.MeterSlice;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The meters that a run has charged to in this epoch, with those of its tree's budget. What breaks
 * a rule is refused here, where the agent's author sees it; the gate counts all meters of the tree
 * and leaves out those that are too many.
 */
public final class MeterNames {
  private final Set<String> names = new HashSet<>();

  MeterNames(List<MeterSlice> budget) {
    budget.forEach(slice -> names.add(slice.getMeter()));
  }

  /**
   * Takes in a charge.
   *
   * @throws IllegalArgumentException if no meter can have the name, the amount is none, or the run
   *     has as many meters as it may
   */
  void charge(String meter, long amount) {
    require(Map.of(meter, amount), "a charge");
    if (!names.contains(meter) && names.size() >= Bounds.METERS) {
      throw new IllegalArgumentException(
          "a run and its tree have at most %d meters, those of the budget among them; '%s' is one more"
              .formatted(Bounds.METERS, meter));
    }
    names.add(meter);
  }

  /**
   * Checks what a step says that it may charge.
   *
   * @throws IllegalArgumentException naming the rule
   */
  public static void require(Map<String, Long> amounts, String what) {
    var problem = Meters.problem(what, amounts);
    if (problem.isPresent()) {
      throw new IllegalArgumentException(problem.get());
    }
  }
}
