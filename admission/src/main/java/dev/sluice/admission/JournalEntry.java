package dev.sluice.admission;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a worker's journal record says; payloads stay in the record. */
public sealed interface JournalEntry {
  Map<String, Long> charged();

  /** A step has a result. */
  record Step(Map<String, Long> charged) implements JournalEntry {}

  /** The run has ended. */
  record End(Outcome outcome, @Nullable Failure failure, Map<String, Long> charged)
      implements JournalEntry {}

  /** The worker itself stopped the run, which can go on elsewhere. */
  record Stopped(StopReason reason, Map<String, Long> charged) implements JournalEntry {}

  /**
   * The attempt failed and may be repeated.
   *
   * @param maxAttempts the agent's own bound, if it has one
   */
  record RetryWanted(Failure failure, @Nullable Integer maxAttempts, Map<String, Long> charged)
      implements JournalEntry {}

  /** The run wants to go on after a pause. */
  record Pause(long delayMs, String reason, Map<String, Long> charged) implements JournalEntry {}

  enum StopReason {
    DRAIN,
    CANCEL,
    REVOKED,
    TIMEOUT,
    DEADLINE,
    LOST_JOURNAL
  }
}
