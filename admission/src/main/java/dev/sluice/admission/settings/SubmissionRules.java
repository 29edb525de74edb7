package dev.sluice.admission.settings;

import dev.sluice.admission.run.RetryRule;
import dev.sluice.admission.run.RunSpec;
import dev.sluice.admission.run.TreeLimits;
import dev.sluice.contract.Bounds;
import dev.sluice.contract.Labels;
import dev.sluice.contract.Meters;
import dev.sluice.contract.Names;
import dev.sluice.contract.Texts;
import org.jspecify.annotations.Nullable;

/** The rules that a submission must follow to be accepted. */
public final class SubmissionRules {
  private SubmissionRules() {}

  /**
   * Says what is wrong with {@code spec}, naming the field; null when nothing is. The pool need not
   * be known: it may come.
   */
  public static @Nullable String problem(RunSpec spec) {
    var pool = Names.poolProblem(spec.pool());
    if (pool.isPresent()) {
      return pool.get();
    }
    if (Math.abs(spec.priority()) > Bounds.PRIORITY) {
      return "priority must be -100 to 100, got " + spec.priority();
    }
    var duration = spec.maxDurationMs();
    if (duration != null && (duration < 1 || duration > Bounds.DURATION_MS)) {
      return "max_duration_ms must be 1 to " + Bounds.DURATION_MS + ", got " + duration;
    }
    var retry = spec.retry();
    var problem = retry == null ? null : retryProblem(retry);
    if (problem == null) {
      problem = Labels.problem(spec.labels()).orElse(null);
    }
    return problem == null ? budgetProblem(spec) : problem;
  }

  /** Why a run of a pool that does not come is refused. */
  public static String unknownPool(RunSpec spec, GateSettings gate) {
    return "pool must be one of "
        + new java.util.TreeSet<>(gate.pools())
        + ", got "
        + Texts.quoted(spec.pool());
  }

  private static @Nullable String budgetProblem(RunSpec spec) {
    var problem = Meters.problem("budget", spec.budget());
    if (problem.isPresent()) {
      return problem.get();
    }
    for (var reserve : new java.util.TreeMap<>(spec.budgetReserve()).entrySet()) {
      var ceiling = spec.budget().get(reserve.getKey());
      if (ceiling == null || reserve.getValue() < 0 || reserve.getValue() > ceiling) {
        return "budget_reserve must be 0 to the meter's budget, got "
            + Texts.quoted(reserve.toString());
      }
    }
    return limitsProblem(spec.limits());
  }

  private static @Nullable String limitsProblem(TreeLimits limits) {
    return isNegative(limits.maxChildren())
            || isNegative(limits.maxDepth())
            || isNegative(limits.maxDescendants())
        ? "limits must be at least 0, got " + limits
        : null;
  }

  private static boolean isNegative(@Nullable Integer value) {
    return value != null && value < 0;
  }

  public static @Nullable String retryProblem(RetryRule retry) {
    if (retry.maxAttempts() < 1 || retry.maxAttempts() > Bounds.ATTEMPTS) {
      return "retry.max_attempts must be 1 to " + Bounds.ATTEMPTS + ", got " + retry.maxAttempts();
    }
    if (retry.backoffMs() < 0 || retry.backoffMs() > Bounds.DURATION_MS) {
      return "retry.backoff_ms must be 0 to " + Bounds.DURATION_MS + ", got " + retry.backoffMs();
    }
    if (retry.maxBackoffMs() < retry.backoffMs() || retry.maxBackoffMs() > Bounds.DURATION_MS) {
      return "retry.max_backoff_ms must be backoff_ms to "
          + Bounds.DURATION_MS
          + ", got "
          + retry.maxBackoffMs();
    }
    return null;
  }
}
