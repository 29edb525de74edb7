package dev.sluice.runner.execution;

/** Tells for how long this worker may go on with what it holds. */
public interface Leases {
  /**
   * Whether a lease of {@code partition} that lasts {@code ttlMs} and whose claim was sent after
   * {@code claimedMs} may be over at {@code nowMs}, or may have been at any time before. Times are
   * monotonic.
   */
  boolean isOver(int partition, long ttlMs, long claimedMs, long nowMs);

  /**
   * The log's time in {@code partition} at the monotonic time {@code nowMs}, as far as this worker
   * knows; −1 if nothing has told it.
   */
  long brokerTimeMs(int partition, long nowMs);
}
