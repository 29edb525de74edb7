package dev.sluice.admission;

import org.jspecify.annotations.Nullable;

/** Where a live run stands. Every phase knows since when, in milliseconds since the epoch. */
public sealed interface Phase {
  long sinceMs();

  /** Waits for its turn: held by the cap or ready for a worker. */
  record Queued(long sinceMs) implements Phase {}

  /**
   * Handed out and not answered; a lease with a holder yet to be named.
   *
   * @param partition of the pool's dispatch topic
   * @param leaseTimeMs lease time of the dispatch
   */
  record Dispatched(int partition, long leaseTimeMs, long sinceMs) implements Phase {}

  /**
   * Held by a worker.
   *
   * @param heartbeat the number in the claim, or {@link #CLAIM_UNREAD}
   */
  record Running(Incarnation holder, long heartbeat, long sinceMs) implements Phase {
    /** The holder was named by a journal record; its claim has not been read yet. */
    public static final long CLAIM_UNREAD = -1;

    boolean claimRead() {
      return heartbeat != CLAIM_UNREAD;
    }
  }

  /**
   * The lease has ended, the slot is free, and the fence is on its way through the journal.
   *
   * @param holder whose records still count until the fence is read; null while nobody is named
   * @param claimRead whether the holder's claim was read
   */
  record Fencing(@Nullable Incarnation holder, boolean claimRead, String reason, long sinceMs)
      implements Phase {}

  /** Holds no slot until what it waits for has happened. */
  record Waiting(Wait on, long sinceMs) implements Phase {}
}
