package dev.sluice.admission.run;

import dev.sluice.admission.values.Sorted;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a submission asks for, without its payload. Its values are the user's: {@code
 * SubmissionRules} judges them.
 *
 * @param agent which agent executes the run
 * @param pool which workers it goes to
 * @param priority larger starts first within the tenant, −100 to 100
 * @param labels the user's own words about the run
 * @param budget ceiling per meter of the run and all below it; empty means unlimited
 * @param budgetReserve of these, kept for the last answer; a meter without one takes 5 %
 * @param maxDurationMs longest time for which workers may hold it, all leases together, in
 *     milliseconds; null until it is accepted, then the default of that moment
 * @param expiresAtMs a run not started by then ends as EXPIRED, in milliseconds since the epoch
 * @param endByMs a run not ended by then ends as TIMED_OUT, whatever it does, in milliseconds since
 *     the epoch
 * @param startAtMs not dispatched before, in milliseconds since the epoch
 * @param retry how attempts are repeated; null takes the tenant's limits and the default backoff
 * @param limits bounds of its tree, at most the tenant's
 * @param traceparent W3C trace context of whoever asked for the run: its submitter, or its parent's
 *     epoch
 * @param bodyHash first 8 bytes of the hash of the request it came in; null if that is not known
 */
public record RunSpec(
    String agent,
    String pool,
    int priority,
    Map<String, String> labels,
    Map<String, Long> budget,
    Map<String, Long> budgetReserve,
    @Nullable Long maxDurationMs,
    @Nullable Long expiresAtMs,
    @Nullable Long endByMs,
    @Nullable Long startAtMs,
    @Nullable RetryRule retry,
    TreeLimits limits,
    @Nullable String traceparent,
    @Nullable Long bodyHash) {
  public RunSpec {
    labels = Sorted.copyOf(labels);
    budget = Sorted.copyOf(budget);
    budgetReserve = Sorted.copyOf(budgetReserve);
  }

  /** A run with nothing but an agent, in the pool {@code default}. */
  public static RunSpec of(String agent) {
    return new RunSpec(
        agent,
        "default",
        0,
        Map.of(),
        Map.of(),
        Map.of(),
        null,
        null,
        null,
        null,
        null,
        TreeLimits.NONE,
        null,
        null);
  }

  /**
   * This child's, as one of {@code parent}, under {@code bounds}. It ends by its own time or its
   * parent's, whichever comes first, also where it may outlive its parent. Without a trace context
   * of its own it has its parent's.
   */
  public RunSpec below(RunSpec parent, TreeLimits bounds) {
    return new RunSpec(
        agent,
        pool,
        parent.priority,
        labels,
        Map.of(),
        Map.of(),
        maxDurationMs,
        null,
        earlier(endByMs, parent.endByMs),
        null,
        retry,
        bounds,
        traceparent == null ? parent.traceparent : traceparent,
        null);
  }

  private static @Nullable Long earlier(@Nullable Long one, @Nullable Long other) {
    if (one == null || other == null) {
      return one == null ? other : one;
    }
    return Math.min(one, other);
  }

  /** The same, held for at most {@code longestMs} if it does not say how long. */
  public RunSpec orHeldFor(long longestMs) {
    return maxDurationMs != null
        ? this
        : new RunSpec(
            agent,
            pool,
            priority,
            labels,
            budget,
            budgetReserve,
            longestMs,
            expiresAtMs,
            endByMs,
            startAtMs,
            retry,
            limits,
            traceparent,
            bodyHash);
  }

  /** Whether another request asked for the same id: one of the two was not meant. */
  public boolean isOfAnotherBody(@Nullable Long other) {
    return bodyHash != null && other != null && !bodyHash.equals(other);
  }
}
