package dev.sluice.admission.rules;

import static dev.sluice.admission.port.GateEffect.DecisionKind;

import dev.sluice.admission.run.Run;
import dev.sluice.contract.Bounds;
import dev.sluice.contract.Meters;
import dev.sluice.contract.Texts;
import java.util.Map;
import java.util.TreeSet;

/**
 * Limits the number of meters of a tree, including those of its budget. A charge to a meter beyond
 * the limit is not counted, and reported; its record counts like any other.
 */
public final class TreeMeters {
  private static final int SHOWN = 5;

  private TreeMeters() {}

  /** What counts of {@code charged}; from now on the tree has these meters. */
  public static Map<String, Long> counted(Turn turn, Run run, Map<String, Long> charged) {
    if (charged.isEmpty()) {
      return charged;
    }
    var tree = turn.state().trees().get(run.root());
    var inUse = tree == null ? turn.state().journalOf(run.key()).charged().keySet() : tree.meters();
    var counted = Meters.countable(inUse, charged);
    if (tree != null && !inUse.containsAll(counted.keySet())) {
      turn.state().put(tree.plusMeters(counted.keySet()));
    }
    if (!counted.equals(charged)) {
      turn.decide(DecisionKind.ALARM, run, notCounted(charged, counted));
    }
    return counted;
  }

  private static String notCounted(Map<String, Long> charged, Map<String, Long> counted) {
    var left = new TreeSet<String>();
    charged.forEach(
        (meter, amount) -> {
          if (!amount.equals(counted.get(meter))) {
            left.add(meter);
          }
        });
    var shown = left.stream().limit(SHOWN).map(Texts::quoted).toList();
    return "charges that break a rule are not counted, or not in full: a tree has at most "
        + Bounds.METERS
        + " meters, named by 1 to "
        + Bounds.METER_CHARS
        + " of [A-Za-z0-9._-], and an amount is at most "
        + Bounds.AMOUNT
        + "; "
        + left.size()
        + " such, the first "
        + shown;
  }
}
