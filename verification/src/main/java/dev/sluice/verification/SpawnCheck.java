package dev.sluice.verification;

import dev.sluice.v1.ChildSpec;
import dev.sluice.v1.Decision;
import dev.sluice.v1.DecisionKind;
import dev.sluice.v1.SpawnEntry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * I4 and I6: every child was requested by a record that counts, and a batch is accepted as a whole
 * or not at all.
 */
final class SpawnCheck {
  private record Spot(int partition, long offset) {}

  private static final String JOURNAL = "journal";

  private final Trees trees;
  private final Map<RunName, ChildSpec> asked = new HashMap<>();
  private final Set<Spot> refused = new HashSet<>();
  private final List<Violation> violations = new ArrayList<>();

  SpawnCheck(History history, Trees trees, CountedRecords counted) {
    this.trees = trees;
    history.decisions().forEach(one -> refusal(one.decision()));
    for (var run : counted.runs()) {
      for (var one : counted.of(run)) {
        if (one.record().getEntry() instanceof SpawnEntry spawn) {
          batch(run, spawn, one.at());
        }
      }
    }
    trees.accepted().forEach(this::child);
  }

  private void refusal(Decision decision) {
    if (decision.getKind() == DecisionKind.REFUSE && decision.getCauseTopic().endsWith(JOURNAL)) {
      refused.add(new Spot(decision.getCausePartition(), decision.getCauseOffset()));
    }
  }

  private void batch(RunName parent, SpawnEntry spawn, Place at) {
    int taken = 0;
    for (var spec : spawn.getChildren()) {
      var child = parent.child(spec.getNumber());
      asked.put(child, spec);
      taken += trees.member(child) == null ? 0 : 1;
    }
    if (taken > 0 && taken < spawn.getChildren().size()) {
      violations.add(
          new Violation(
              "I6",
              "of a batch of %d of %s %d were taken, at %s"
                  .formatted(spawn.getChildren().size(), parent, taken, at)));
    }
    if (taken > 0 && refused.contains(new Spot(at.partition(), at.offset()))) {
      violations.add(
          new Violation("I6", "a batch of " + parent + " was refused and taken, at " + at));
    }
  }

  private void child(RunName run) {
    var member = trees.member(run);
    if (member == null || member.parent() == null) {
      return;
    }
    if (!asked.containsKey(run)) {
      violations.add(
          new Violation("I4", run + " was accepted, no record that counts asked for it"));
    }
    var parent = trees.member(member.parent());
    if (parent != null
        && (parent.depth() + 1 != member.depth() || !parent.root().equals(member.root()))) {
      violations.add(
          new Violation("I6", run + " has another root or depth than its parent's child has"));
    }
  }

  /** What was asked of each child by records that count. */
  Map<RunName, ChildSpec> asked() {
    return asked;
  }

  List<Violation> violations() {
    return violations;
  }
}
