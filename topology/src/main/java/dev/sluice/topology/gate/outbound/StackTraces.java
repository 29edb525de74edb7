package dev.sluice.topology.gate.outbound;

import dev.sluice.admission.run.RunKey;
import dev.sluice.contract.Bounds;
import dev.sluice.contract.Texts;
import dev.sluice.v1.EndEntry;
import dev.sluice.v1.JournalRecord;
import dev.sluice.v1.Retry;
import dev.sluice.v1.RunError;
import dev.sluice.v1.YieldEntry;
import org.jspecify.annotations.Nullable;

/** Carries stack traces through the gate, from an epoch's last record to its run's completion. */
final class StackTraces {
  private StackTraces() {}

  /**
   * A trace, and of what.
   *
   * @param type of the error
   */
  record Written(String type, String text) {}

  /** The one that the run's worker wrote into {@code record}; null if that tells of none. */
  static @Nullable Written of(@Nullable JournalRecord record, RunKey run) {
    if (record == null
        || !record.getTenant().equals(run.tenant())
        || !record.getRunId().equals(run.id())) {
      return null;
    }
    var error = error(record.getEntry());
    var trace = error == null ? null : error.getStackTrace();
    return error == null || trace == null
        ? null
        : new Written(
            Texts.atMost(Bounds.ERROR_TYPE_CHARS, error.getType()),
            Texts.atMost(Bounds.STACK_TRACE_CHARS, trace));
  }

  private static @Nullable RunError error(Object entry) {
    if (entry instanceof EndEntry end) {
      return end.getError();
    }
    return entry instanceof YieldEntry yield && yield.getWait() instanceof Retry retry
        ? retry.getError()
        : null;
  }
}
