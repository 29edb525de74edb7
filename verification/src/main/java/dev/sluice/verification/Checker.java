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

/** Checks I1 to I4 and I6 of the design on a history, finds stuck runs, and measures latencies. */
public final class Checker {
  private Checker() {}

  /**
   * Checks a history of runs that have all had time to end.
   *
   * @param planCaps the cap of each plan, as the gate was configured
   */
  public static Report check(History history, Map<String, Integer> planCaps) {
    var caps = new CapCheck(history, planCaps);
    var overCap = caps.check(history.decisions());
    var counted = new CountedRecords(history);
    var trees = new Trees(history);
    var ends = new EndsCheck(history, trees);
    var families = new FamilyCheck(history, trees, counted);
    var violations = new ArrayList<>(overCap);
    violations.addAll(new JournalCheck(history, counted).violations());
    violations.addAll(ends.violations());
    violations.addAll(families.violations());
    violations.addAll(new BoundsCheck(history, trees, families.asked()).violations());
    violations.addAll(BudgetCheck.check(trees, counted));
    violations.addAll(stuck(history));
    Map<RunName, Long> starts = starts(history);
    return new Report(
        trees.accepted().size(),
        byStatus(history),
        ends.lost(),
        ends.twice(),
        overCap.size(),
        counted.twice().size(),
        counted.voids(),
        count(history, DecisionKind.RELEASE),
        Latency.of(List.copyOf(starts.values())),
        Latency.of(
            starts.entrySet().stream()
                .filter(start -> caps.withinCap().contains(start.getKey()))
                .map(Map.Entry::getValue)
                .toList()),
        latencies(starts),
        violations);
  }

  /**
   * The runs that stand: they have not ended, and nothing in the topics says what they wait for.
   * For a history of runs that need not have ended.
   */
  public static List<Violation> stuck(History history) {
    return new StuckCheck(history).violations();
  }

  private static Map<String, Integer> byStatus(History history) {
    var byStatus = new TreeMap<String, Integer>();
    for (var completion : history.completions()) {
      byStatus.merge(completion.completed().getStatus().name(), 1, Integer::sum);
    }
    return byStatus;
  }

  /**
   * The most trees of a tenant that were open at once: from a root's first dispatch until the last
   * of the tree's runs had ended.
   */
  public static int mostOpenTrees(History history, String tenant) {
    return OpenTrees.most(history, tenant);
  }

  /** What a tree charged by the records of its journal that count, by meter. */
  public static Map<String, Long> charged(History history, RunName root) {
    return BudgetCheck.charged(new Trees(history), new CountedRecords(history))
        .getOrDefault(root, Map.of());
  }

  private static int count(History history, DecisionKind kind) {
    return (int)
        history.decisions().stream()
            .filter(decided -> decided.decision().getKind() == kind)
            .count();
  }

  /** From the append of a run's submission to the append of the claim of its first epoch. */
  private static Map<RunName, Long> starts(History history) {
    var submitted = new HashMap<RunName, Long>();
    history
        .submissions()
        .forEach(one -> submitted.merge(one.run(), one.at().appendMs(), Math::min));
    var starts = new HashMap<RunName, Long>();
    for (var answer : history.answers()) {
      var claim = answer.answer();
      var run = new RunName(claim.getTenant(), claim.getRunId());
      var since = submitted.get(run);
      if (claim.getKind() == AnswerKind.CLAIM && since != null) {
        starts.putIfAbsent(run, Math.max(0, answer.at().appendMs() - since));
      }
    }
    return starts;
  }

  private static Map<String, Latency> latencies(Map<RunName, Long> starts) {
    var byTenant = new TreeMap<String, List<Long>>();
    starts.forEach(
        (run, latency) ->
            byTenant.computeIfAbsent(run.tenant(), name -> new ArrayList<>()).add(latency));
    Map<String, Latency> latencies = new LinkedHashMap<>();
    byTenant.forEach((tenant, sample) -> latencies.put(tenant, Latency.of(sample)));
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
