package dev.sluice.verification;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** I6: the charges that the runs of a tree recorded never exceed the root's ceiling. */
final class BudgetCheck {
  private BudgetCheck() {}

  static List<Violation> check(Trees trees, CountedRecords counted) {
    var violations = new ArrayList<Violation>();
    charged(trees, counted)
        .forEach(
            (root, charged) -> {
              var submission = trees.submission(root);
              Map<String, Long> ceilings = submission == null ? Map.of() : submission.getBudget();
              ceilings.forEach(
                  (meter, ceiling) -> {
                    long sum = charged.getOrDefault(meter, 0L);
                    if (sum > ceiling) {
                      violations.add(
                          new Violation(
                              "I6",
                              "the tree of %s charged %d %s over its ceiling of %d"
                                  .formatted(root, sum, meter, ceiling)));
                    }
                  });
            });
    return violations;
  }

  /** What the records that count charged, by root and meter. */
  static Map<RunName, Map<String, Long>> charged(Trees trees, CountedRecords counted) {
    var sums = new HashMap<RunName, Map<String, Long>>();
    for (var run : counted.runs()) {
      var sum = sums.computeIfAbsent(trees.root(run), root -> new HashMap<>());
      for (var one : counted.of(run)) {
        CountedRecords.charged(one.record())
            .forEach((meter, amount) -> sum.merge(meter, amount, Long::sum));
      }
    }
    return sums;
  }
}
