package dev.sluice.verification;

import dev.sluice.v1.Decision;
import dev.sluice.v1.DecisionKind;
import dev.sluice.v1.RunCompleted;
import dev.sluice.v1.RunStatus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * I2: every accepted run completes once, and once more for each redrive that the gate accepted,
 * numbered from 0; between its end and a redrive nothing happens to it. A refusal for want of room
 * is not an end: there is at most one per submission, and the run may be accepted later.
 */
final class EndsCheck {
  private record Spot(String topic, int partition, long offset) {
    Spot(String topic, Place at) {
      this(topic, at.partition(), at.offset());
    }

    Spot(Decision decision) {
      this(decision.getCauseTopic(), decision.getCausePartition(), decision.getCauseOffset());
    }
  }

  private final Map<RunName, Integer> redrives = new HashMap<>();
  private final Map<RunName, TreeMap<Integer, List<RunStatus>>> ends = new HashMap<>();
  private final Map<RunName, Integer> refusals = new HashMap<>();
  private final Set<RunName> over = new HashSet<>();
  private final List<Violation> violations = new ArrayList<>();
  private int lost;
  private int twice;

  EndsCheck(History history, Trees trees) {
    history.decisions().forEach(one -> take(one.decision(), one.at()));
    history.completions().forEach(one -> take(one.completed()));
    var expected = new HashSet<>(trees.accepted());
    var setAside = setAside(history);
    history.submissions().stream()
        .filter(one -> !setAside.contains(new Spot(one.topic(), one.at())))
        .forEach(one -> expected.add(one.run()));
    expected.addAll(ends.keySet());
    expected.removeIf(run -> refusals.containsKey(run) && isRefusedAlone(run, trees));
    expected.forEach(this::count);
    countRefusals(history);
  }

  /** What the gate could not read is a dead letter and no run, whoever can read it later. */
  private static Set<Spot> setAside(History history) {
    return history.decisions().stream()
        .map(History.Decided::decision)
        .filter(decision -> decision.getKind() == DecisionKind.UNREADABLE)
        .map(Spot::new)
        .collect(Collectors.toSet());
  }

  private void take(RunCompleted completed) {
    var run = RunName.of(completed);
    if (completed.getRetryable() && completed.getStatus() == RunStatus.REJECTED) {
      refusals.merge(run, 1, Integer::sum);
    } else {
      ends.computeIfAbsent(run, name -> new TreeMap<>())
          .computeIfAbsent(completed.getRedrive(), redrive -> new ArrayList<>())
          .add(completed.getStatus());
    }
  }

  private boolean isRefusedAlone(RunName run, Trees trees) {
    return !trees.accepted().contains(run) && !ends.containsKey(run);
  }

  private void countRefusals(History history) {
    var submitted = new HashMap<RunName, Integer>();
    history.submissions().forEach(one -> submitted.merge(one.run(), 1, Integer::sum));
    refusals.forEach(
        (run, count) -> {
          int most = submitted.getOrDefault(run, 0);
          if (count > most) {
            twice++;
            violations.add(
                new Violation(
                    "I2",
                    run + " was submitted " + most + " times and refused " + count + " times"));
          }
        });
  }

  private void take(Decision decision, Place at) {
    var run = RunName.of(decision);
    switch (decision.getKind()) {
      case COMPLETE -> {
        if (!over.add(run)) {
          violations.add(new Violation("I2", run + " ends after its end, at " + at));
        }
      }
      case REDRIVE -> {
        redrives.merge(run, 1, Integer::sum);
        if (!over.remove(run)) {
          violations.add(new Violation("I2", run + " redriven before its end, at " + at));
        }
      }
      case DISPATCH, WAIT, QUEUE -> {
        if (over.contains(run)) {
          violations.add(
              new Violation(
                  "I2", run + " goes on after its end: " + decision.getKind() + ", " + at));
        }
      }
      case STARTED, ACCEPT, DUPLICATE, REJECT, REROUTE, UNREADABLE, CLAIM, RETURN -> {}
      case RELEASE, FENCE, CANCEL, SIGNAL, REFUSE, TENANT, ALARM, LIVE -> {}
    }
  }

  private void count(RunName run) {
    var all = ends.getOrDefault(run, new TreeMap<>());
    int redriven = redrives.getOrDefault(run, 0);
    for (int redrive = 0; redrive <= redriven; redrive++) {
      if (!all.containsKey(redrive)) {
        lost++;
        violations.add(
            new Violation(
                "I2",
                run + " has no completion" + (redriven == 0 ? "" : " of redrive " + redrive)));
      }
    }
    boolean tooOften = false;
    for (var end : all.entrySet()) {
      if (end.getValue().size() > 1 || end.getKey() > redriven) {
        tooOften = true;
        violations.add(
            new Violation(
                "I2",
                "%s completed %d times as of redrive %d, of %d"
                    .formatted(run, end.getValue().size(), end.getKey(), redriven)));
      }
      if (end.getKey() < redriven && !end.getValue().contains(RunStatus.DEAD)) {
        violations.add(
            new Violation("I2", run + " was redriven though it ended as " + end.getValue()));
      }
    }
    twice += tooOften ? 1 : 0;
  }

  /** Completions that are missing. */
  int lost() {
    return lost;
  }

  /** Runs that completed more often than they may. */
  int twice() {
    return twice;
  }

  List<Violation> violations() {
    return violations;
  }
}
