package dev.sluice.runner.lease;

import dev.sluice.contract.JournalFormats;
import dev.sluice.runner.execution.LoadedAgent;
import dev.sluice.v1.AnswerKind;
import dev.sluice.v1.Dispatch;
import java.util.Map;
import java.util.function.Supplier;

/** What a worker answers to a dispatch (rules 3 and 9). */
public final class AnswerRules {
  /** A dispatch older than this is returned, not run: its offsets were lost or set back. */
  static final long STALE_AFTER_MS = 300_000;

  private final LeaseDeadlines deadlines;
  private final Map<String, LoadedAgent> agents;

  public AnswerRules(LeaseDeadlines deadlines, Map<String, LoadedAgent> agents) {
    this.deadlines = deadlines;
    this.agents = agents;
  }

  /**
   * Answers one dispatch.
   *
   * @param appendMs its append time
   * @param take takes a slot if one may be taken; asked last, and only for what is to be claimed
   */
  AnswerKind answer(Dispatch dispatch, long appendMs, long nowMs, Supplier<AnswerKind> take) {
    int partition = dispatch.getGatePartition();
    if (deadlines.isOver(partition, dispatch.getLeaseTtlMs(), nowMs)) {
      return AnswerKind.RETURN_NO_SLOT;
    }
    if (deadlines.brokerTimeMs(partition, nowMs) - appendMs > STALE_AFTER_MS) {
      return AnswerKind.RETURN_STALE;
    }
    if (!canExecute(dispatch)) {
      return AnswerKind.RETURN_NO_AGENT;
    }
    return take.get();
  }

  /**
   * The gate chose a worker that can. Its partition of the dispatch topic may have gone to another
   * one since.
   */
  private boolean canExecute(Dispatch dispatch) {
    var agent = agents.get(dispatch.getAgent());
    return agent != null
        && dispatch.getJournalFormat() <= JournalFormats.NEWEST
        && agent.replaysAll(dispatch.getVersions());
  }
}
