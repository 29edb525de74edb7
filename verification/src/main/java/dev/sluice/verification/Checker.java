package dev.sluice.verification;

import dev.sluice.v1.AnswerKind;
import dev.sluice.v1.DecisionKind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Checks I1 to I4 of the design on a history, and measures it. */
public final class Checker {
  private Checker() {}

  /**
   * Checks a history of runs that have all had time to end.
   *
   * @param planCaps the cap of each plan, as the gate was configured
   */
  public static Report check(History history, Map<String, Integer> planCaps) {
    var overCap = new CapCheck(history, planCaps).check(history.decisions());
    var journal = new JournalCheck(history);
    var violations = new ArrayList<>(overCap);
    violations.addAll(journal.violations());
    var accepted = runs(history, DecisionKind.ACCEPT);
    var completions = new HashMap<RunName, Integer>();
    var byStatus = new TreeMap<String, Integer>();
    for (var completion : history.completions()) {
      var completed = completion.completed();
      completions.merge(new RunName(completed.getTenant(), completed.getRunId()), 1, Integer::sum);
      byStatus.merge(completed.getStatus().name(), 1, Integer::sum);
    }
    int lost = lost(history, accepted, completions, violations);
    int twice = twice(completions, violations);
    Map<String, List<Long>> starts = starts(history);
    return new Report(
        accepted.size(),
        byStatus,
        lost,
        twice,
        overCap.size(),
        journal.stepsCountedTwice(),
        journal.voidRecords(),
        count(history, DecisionKind.RELEASE),
        Latency.of(starts.values().stream().flatMap(List::stream).toList()),
        latencies(starts),
        violations);
  }

  private static Set<RunName> runs(History history, DecisionKind kind) {
    var found = new HashSet<RunName>();
    for (var decided : history.decisions()) {
      var decision = decided.decision();
      if (decision.getKind() == kind) {
        found.add(new RunName(decision.getTenant(), String.valueOf(decision.getRunId())));
      }
    }
    return found;
  }

  private static int count(History history, DecisionKind kind) {
    return (int)
        history.decisions().stream()
            .filter(decided -> decided.decision().getKind() == kind)
            .count();
  }

  private static int lost(
      History history,
      Set<RunName> accepted,
      Map<RunName, Integer> completions,
      List<Violation> violations) {
    var expected = new HashSet<>(accepted);
    history.submissions().forEach(submission -> expected.add(submission.run()));
    expected.removeAll(completions.keySet());
    expected.forEach(run -> violations.add(new Violation("I2", run + " has no completion")));
    return expected.size();
  }

  private static int twice(Map<RunName, Integer> completions, List<Violation> violations) {
    int twice = 0;
    for (var completion : completions.entrySet()) {
      if (completion.getValue() > 1) {
        twice++;
        violations.add(
            new Violation(
                "I2", completion.getKey() + " completed " + completion.getValue() + " times"));
      }
    }
    return twice;
  }

  /** From the append of a run's submission to the append of the claim of its first epoch. */
  private static Map<String, List<Long>> starts(History history) {
    var submitted = new HashMap<RunName, Long>();
    history
        .submissions()
        .forEach(one -> submitted.merge(one.run(), one.at().appendMs(), Math::min));
    var starts = new TreeMap<String, List<Long>>();
    var seen = new HashSet<RunName>();
    for (var answer : history.answers()) {
      var claim = answer.answer();
      var run = new RunName(claim.getTenant(), claim.getRunId());
      var since = submitted.get(run);
      if (claim.getKind() == AnswerKind.CLAIM && since != null && seen.add(run)) {
        starts
            .computeIfAbsent(run.tenant(), name -> new ArrayList<>())
            .add(Math.max(0, answer.at().appendMs() - since));
      }
    }
    return starts;
  }

  private static Map<String, Latency> latencies(Map<String, List<Long>> starts) {
    Map<String, Latency> latencies = new LinkedHashMap<>();
    starts.forEach((tenant, sample) -> latencies.put(tenant, Latency.of(sample)));
    return latencies;
  }

  /**
   * The time from a kill to the first step of a run that the killed worker held, journaled by
   * another; −1 if there is none.
   *
   * @param incarnation who was killed
   * @param killedAtMs when, by the broker's clock
   */
  public static long resumedAfterMs(History history, String incarnation, long killedAtMs) {
    var held = new HashSet<RunName>();
    for (var answer : history.answers()) {
      var claim = answer.answer();
      if (claim.getKind() == AnswerKind.CLAIM && claim.getIncarnation().equals(incarnation)) {
        held.add(new RunName(claim.getTenant(), claim.getRunId()));
      }
    }
    return history.journal().stream()
        .filter(one -> isStepByAnother(one, incarnation, held))
        .mapToLong(one -> one.at().appendMs() - killedAtMs)
        .filter(after -> after >= 0)
        .min()
        .orElse(-1);
  }

  private static boolean isStepByAnother(
      History.Journaled one, String incarnation, Set<RunName> held) {
    var record = one.record();
    return record != null
        && record.getEntry() instanceof dev.sluice.v1.StepEntry
        && !record.getIncarnation().equals(incarnation)
        && held.contains(new RunName(record.getTenant(), record.getRunId()));
  }

  /**
   * How many runs a worker held when its leases were lost: each had one step in progress at most.
   */
  public static int interrupted(History history, String incarnation) {
    var held = new HashMap<RunName, Integer>();
    int lost = 0;
    for (var decided : history.decisions()) {
      var decision = decided.decision();
      var run = new RunName(decision.getTenant(), String.valueOf(decision.getRunId()));
      if (decision.getKind() == DecisionKind.CLAIM
          && incarnation.equals(decision.getIncarnation())) {
        held.put(run, decision.getEpoch());
      } else if (decision.getKind() == DecisionKind.RELEASE
          && Integer.valueOf(decision.getEpoch()).equals(held.get(run))) {
        lost++;
      }
    }
    return lost;
  }
}
