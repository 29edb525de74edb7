package dev.sluice.verification;

import dev.sluice.schemas.wire.JournalKey;
import dev.sluice.v1.CheckpointEntry;
import dev.sluice.v1.DecisionKind;
import dev.sluice.v1.EndEntry;
import dev.sluice.v1.RunCompleted;
import dev.sluice.v1.RunStatus;
import dev.sluice.v1.SpawnEntry;
import dev.sluice.v1.StepEntry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * I3 and I4 on the records that count: none counts twice, completions agree with them, and none
 * that is still needed is wiped.
 */
final class JournalCheck {
  private record EndOf(RunName run, int epochs) {}

  private final CountedRecords counted;
  private final Map<RunName, Long> endedAtMs = new HashMap<>();
  private final Map<EndOf, Integer> firstEnds = new HashMap<>();
  private final Map<RunName, List<CountedRecords.Counted>> checkpoints = new HashMap<>();
  private final Set<Integer> failedIn = new HashSet<>();
  private final List<Violation> violations = new ArrayList<>();

  JournalCheck(History history, CountedRecords counted) {
    this.counted = counted;
    history.decisions().stream().filter(JournalCheck::tellsOfFailure).forEach(this::failed);
    for (var one : counted.twice()) {
      violations.add(
          new Violation(
              "I3",
              "step " + one.key().seq() + " of " + one.run() + " counts twice, at " + one.at()));
    }
    for (var completion : history.completions()) {
      var completed = completion.completed();
      if (completed.getRetryable()) {
        continue; // no end: the run may have been accepted later
      }
      endedAtMs.merge(RunName.of(completed), completed.getCompletedAtMs(), Math::max);
      firstEnds.merge(endOf(completed), completed.getRedrive(), Math::min);
    }
    for (var completion : history.completions()) {
      if (completion.completed().getStatus() != RunStatus.REJECTED) {
        compare(completion.completed(), completion.at());
      }
    }
    history.journal().stream().filter(one -> one.record() == null).forEach(this::wiped);
  }

  private static EndOf endOf(RunCompleted completed) {
    return new EndOf(RunName.of(completed), completed.getEpochs());
  }

  /** A redriven run that ended before its next epoch did so without a record. */
  private boolean mayHaveRecord(RunCompleted completed) {
    return Integer.valueOf(completed.getRedrive()).equals(firstEnds.get(endOf(completed)));
  }

  private static boolean tellsOfFailure(History.Decided decided) {
    return decided.decision().getKind() == DecisionKind.ALARM
        && decided.decision().getReason().startsWith("the gate failed on this record");
  }

  private void failed(History.Decided decided) {
    failedIn.add(decided.at().partition());
  }

  /** The gate failed on the run's last record, says so, and told another end. */
  private boolean isSealed(RunCompleted completed, Place at) {
    return completed.getStatus() == RunStatus.DEAD
        && completed.getError() != null
        && completed.getError().getType().equals("GateFailure")
        && failedIn.contains(at.partition());
  }

  /** A run's end, steps and charges are those of its records that count, up to that end. */
  private void compare(RunCompleted completed, Place at) {
    var run = RunName.of(completed);
    int steps = 0;
    var charged = new HashMap<String, Long>();
    RunStatus end = null;
    for (var one : counted.of(run)) {
      if (one.key().epoch() <= completed.getEpochs()) {
        CountedRecords.charged(one.record())
            .forEach((meter, amount) -> charged.merge(meter, amount, Long::sum));
        steps += one.record().getEntry() instanceof StepEntry ? 1 : 0;
        boolean ends = one.key().epoch() == completed.getEpochs() && mayHaveRecord(completed);
        end = ends && one.record().getEntry() instanceof EndEntry entry ? entry.getStatus() : end;
      }
    }
    if (end != null && !isSealed(completed, at)) {
      differ(run, "status", end, completed.getStatus(), at);
    }
    differ(run, "steps", steps, completed.getSteps(), at);
    differ(run, "charges", withoutZeros(charged), withoutZeros(completed.getCharged()), at);
  }

  private void differ(RunName run, String what, Object journaled, Object told, Place at) {
    if (!journaled.equals(told)) {
      violations.add(
          new Violation(
              "I4",
              "%s completed with %s %s, its journal says %s, at %s"
                  .formatted(run, what, told, journaled, at)));
    }
  }

  private static Map<String, Long> withoutZeros(Map<String, Long> amounts) {
    var some = new HashMap<>(amounts);
    some.values().removeIf(amount -> amount == 0);
    return some;
  }

  /** Before its run has ended, a record that counts is wiped only behind a checkpoint. */
  private void wiped(History.Journaled tombstone) {
    var key = tombstone.key();
    var record = counted.under(key.text());
    if (record != null && record.record().getEntry() instanceof SpawnEntry spawn) {
      needed(record.run(), spawn, tombstone);
    }
    var ended = endedAtMs.get(new RunName(key.tenant(), key.run()));
    if (ended != null && tombstone.at().appendMs() >= ended) {
      return;
    }
    if (key instanceof JournalKey.Input || (record != null && !isBehind(record, tombstone))) {
      violations.add(
          new Violation("I3", key.text() + " is needed and wiped, at " + tombstone.at()));
    }
  }

  private boolean isBehind(CountedRecords.Counted record, History.Journaled tombstone) {
    return checkpoints.computeIfAbsent(record.run(), this::checkpoints).stream()
        .anyMatch(
            one ->
                one.key().seq() > record.key().seq()
                    && one.at().offset() < tombstone.at().offset());
  }

  private List<CountedRecords.Counted> checkpoints(RunName run) {
    return counted.of(run).stream()
        .filter(one -> one.record().getEntry() instanceof CheckpointEntry)
        .toList();
  }

  /** A child's input stays in its parent's journal for as long as the child may need it. */
  private void needed(RunName parent, SpawnEntry spawn, History.Journaled tombstone) {
    for (var spec : spawn.getChildren()) {
      var child = parent.child(spec.getNumber());
      var ended = endedAtMs.get(child);
      if (ended != null && ended > tombstone.at().appendMs()) {
        violations.add(new Violation("I3", "the input of " + child + " is wiped before it ended"));
      }
    }
  }

  List<Violation> violations() {
    return violations;
  }
}
