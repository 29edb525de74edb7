package dev.sluice.admission.run;

import org.jspecify.annotations.Nullable;

/** The phase of a run. Each has its start time, in milliseconds since the epoch. */
public sealed interface Phase {
  /** Read from an entry that says nothing of it, in milliseconds. */
  long UNKNOWN_TTL_MS = 30_000;

  long sinceMs();

  /** How long the lease lasts, in milliseconds of lease time; 0 where there is none. */
  default long leaseTtlMs() {
    return 0;
  }

  /** That of a lease from before leases had their own. */
  private static long known(long ttlMs) {
    return ttlMs < 1 ? UNKNOWN_TTL_MS : ttlMs;
  }

  /** The holder that the journal named and whose claim is yet to be read; null for none. */
  default @Nullable Incarnation unreadHolder() {
    return null;
  }

  /**
   * Waits for its turn: held by the cap or ready for a worker.
   *
   * @param resumed whether it goes on with what it had begun, ahead of its tenant's new runs
   */
  record Queued(long sinceMs, boolean resumed) implements Phase {}

  /**
   * Handed out and not answered; a lease with a holder yet to be named.
   *
   * @param partition of the pool's dispatch topic
   * @param leaseTimeMs lease time of the dispatch
   * @param ttlMs how long the lease lasts that it offers, in milliseconds of lease time
   */
  record Dispatched(int partition, long leaseTimeMs, long sinceMs, long ttlMs) implements Phase {
    public Dispatched {
      ttlMs = known(ttlMs);
    }

    @Override
    public long leaseTtlMs() {
      return ttlMs;
    }

    /** Taken by a worker, with this number in its claim or {@link Running#CLAIM_UNREAD}. */
    Running claimedBy(Incarnation holder, long heartbeat, long nowMs) {
      return new Running(holder, heartbeat, nowMs, null, ttlMs);
    }
  }

  /**
   * Held by a worker.
   *
   * @param heartbeat the number in the claim, or {@link #CLAIM_UNREAD}
   * @param toldLeaseMs lease time at which the holder had first said that it was told to stop the
   *     run and that it still executes; null if it has not
   * @param ttlMs after how long without a heartbeat the lease ends, in milliseconds of lease time;
   *     that of its dispatch, whatever the setting is now
   */
  record Running(
      Incarnation holder, long heartbeat, long sinceMs, @Nullable Long toldLeaseMs, long ttlMs)
      implements Phase {
    /** The holder was named by a journal record; its claim has not been read yet. */
    public static final long CLAIM_UNREAD = -1;

    public Running {
      ttlMs = known(ttlMs);
    }

    public Running claimed(long newHeartbeat) {
      return new Running(holder, newHeartbeat, sinceMs, toldLeaseMs, ttlMs);
    }

    public Running told(long leaseTimeMs) {
      return new Running(holder, heartbeat, sinceMs, leaseTimeMs, ttlMs);
    }

    @Override
    public long leaseTtlMs() {
      return ttlMs;
    }

    public boolean claimRead() {
      return heartbeat != CLAIM_UNREAD;
    }

    @Override
    public @Nullable Incarnation unreadHolder() {
      return claimRead() ? null : holder;
    }
  }

  /**
   * The lease has ended, the slot is free, and the fence is on its way through the journal.
   *
   * @param holder whose records still count until the fence is read; null while nobody is named
   * @param claimRead whether the holder's claim was read
   */
  record Fencing(@Nullable Incarnation holder, boolean claimRead, String reason, long sinceMs)
      implements Phase {
    @Override
    public @Nullable Incarnation unreadHolder() {
      return claimRead ? null : holder;
    }
  }

  /** Holds no slot until what it waits for has happened. */
  record Waiting(Wait on, long sinceMs) implements Phase {}

  /**
   * Ended as DEAD; kept so that an operator may send it back.
   *
   * @param holder of its last epoch, null for nobody
   * @param keptMs for how long, in milliseconds; 0 if its entry does not say
   */
  record Dead(@Nullable Incarnation holder, long sinceMs, long keptMs) implements Phase {}

  /**
   * Nothing is known of it but its name, as its own state could not be read. It counts as a lease
   * until a fence behind every epoch is read back and a TTL has passed; then it ends as DEAD, never
   * to be sent back.
   *
   * @param why what is wrong with its state
   * @param fenceRead whether nothing of it can count any more
   * @param untilLeaseMs the lease time before which it does not end
   */
  record Lost(Failure why, boolean fenceRead, long untilLeaseMs, long sinceMs) implements Phase {
    public Lost behindFence() {
      return new Lost(why, true, untilLeaseMs, sinceMs);
    }

    public boolean mayEndAt(long leaseTimeMs) {
      return fenceRead && leaseTimeMs >= untilLeaseMs;
    }
  }
}
