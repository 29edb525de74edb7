package dev.sluice.verification;

import dev.sluice.schemas.JournalKey;
import dev.sluice.v1.DecisionKind;
import dev.sluice.v1.EndEntry;
import dev.sluice.v1.JournalRecord;
import dev.sluice.v1.StepEntry;
import dev.sluice.v1.YieldEntry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * I3 and I4: reads the journal as anybody may, with nothing but its fences and the names of the
 * epochs' holders, and finds out which records count.
 */
final class JournalCheck {
  private record EpochOf(RunName run, int epoch) {}

  private final Map<EpochOf, String> holders = new HashMap<>();
  private final Map<RunName, Integer> fences = new HashMap<>();
  private final Set<EpochOf> over = new HashSet<>();
  private final Map<RunName, Set<Integer>> steps = new HashMap<>();
  private final Map<RunName, JournalRecord> ends = new HashMap<>();
  private final List<Violation> violations = new ArrayList<>();
  private int voids;
  private int countedTwice;

  JournalCheck(History history) {
    for (var decided : history.decisions()) {
      var decision = decided.decision();
      if (decision.getKind() == DecisionKind.CLAIM) {
        holders.putIfAbsent(
            new EpochOf(
                new RunName(decision.getTenant(), String.valueOf(decision.getRunId())),
                decision.getEpoch()),
            String.valueOf(decision.getIncarnation()));
      }
    }
    history.journal().forEach(this::take);
    history.completions().forEach(this::compare);
  }

  private void take(History.Journaled journaled) {
    var record = journaled.record();
    switch (journaled.key()) {
      case JournalKey.Input input -> {}
      case JournalKey.Signal signal -> {}
      case JournalKey.Fence fence ->
          fences.merge(new RunName(fence.tenant(), fence.run()), fence.epoch(), Math::max);
      case JournalKey.Entry entry -> {
        if (record != null) {
          take(entry, record, journaled.at());
        }
      }
    }
  }

  private void take(JournalKey.Entry key, JournalRecord record, Place at) {
    var run = new RunName(key.tenant(), key.run());
    var epoch = new EpochOf(run, key.epoch());
    boolean counts =
        key.incarnation().equals(holders.get(epoch))
            && key.epoch() >= fences.getOrDefault(run, 0)
            && !over.contains(epoch)
            && !ends.containsKey(run);
    if (!counts) {
      voids++;
      return;
    }
    switch (record.getEntry()) {
      case StepEntry step -> step(run, key.seq(), at);
      case EndEntry end -> ends.put(run, record);
      case YieldEntry yielded -> over.add(epoch);
      default -> {}
    }
  }

  private void step(RunName run, int seq, Place at) {
    if (!steps.computeIfAbsent(run, name -> new HashSet<>()).add(seq)) {
      countedTwice++;
      violations.add(new Violation("I3", "step " + seq + " of " + run + " counts twice, at " + at));
    }
  }

  /** A run that succeeded or failed did so by the end that counts, with the steps that count. */
  private void compare(History.Completion completion) {
    var completed = completion.completed();
    var run = new RunName(completed.getTenant(), completed.getRunId());
    var end = ends.get(run);
    if (end == null || !(end.getEntry() instanceof EndEntry entry)) {
      return;
    }
    int count = steps.getOrDefault(run, Set.of()).size();
    if (entry.getStatus() != completed.getStatus() || count != completed.getSteps()) {
      violations.add(
          new Violation(
              "I4",
              run
                  + " completed as "
                  + completed.getStatus()
                  + " with "
                  + completed.getSteps()
                  + " steps, its journal says "
                  + entry.getStatus()
                  + " with "
                  + count
                  + ", at "
                  + completion.at()));
    }
  }

  List<Violation> violations() {
    return violations;
  }

  int voidRecords() {
    return voids;
  }

  int stepsCountedTwice() {
    return countedTwice;
  }
}
