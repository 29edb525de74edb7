package dev.sluice.admission.worker;

import org.jspecify.annotations.Nullable;

/**
 * Lease time of a partition: not wall time, so that no stepped clock, moved leader or frozen gate
 * can end a lease falsely; they can only delay it (rule 1).
 *
 * @param leaseTimeMs never goes back
 * @param sender who sent the last tick, empty before the first
 * @param monotonicMs the sender's own clock in that tick
 * @param appendMs append time of that tick
 * @param told how far the gate is in telling of its runs; null if it has not begun
 * @param longestTtlMs the longest that any lease of the partition ever lasted, in milliseconds: so
 *     long the gate waits where it no longer knows a lease
 */
public record LeaseClock(
    long leaseTimeMs,
    String sender,
    long monotonicMs,
    long appendMs,
    @Nullable Told told,
    long longestTtlMs) {
  /** The most that one tick can advance lease time by, in milliseconds. */
  public static final long MAX_ADVANCE_MS = 1_500;

  /** Before any tick. */
  public static final LeaseClock START = new LeaseClock(0, "", 0, 0, null, 0);

  public LeaseClock tick(String tickSender, long tickMonotonicMs, long tickAppendMs) {
    long advance = 0;
    if (tickSender.equals(sender)) {
      long measured = Math.min(tickMonotonicMs - monotonicMs, tickAppendMs - appendMs);
      advance = Math.clamp(measured, 0, MAX_ADVANCE_MS);
    }
    return new LeaseClock(
        leaseTimeMs + advance, tickSender, tickMonotonicMs, tickAppendMs, told, longestTtlMs);
  }

  /** How far the gate is in telling of its runs; it begins with those whose turn comes next. */
  public Told toldOrNow() {
    return told == null ? new Told(leaseTimeMs, null) : told;
  }

  public LeaseClock with(Told next) {
    return new LeaseClock(leaseTimeMs, sender, monotonicMs, appendMs, next, longestTtlMs);
  }

  /** Leases of this TTL are given. */
  public LeaseClock withTtl(long ttlMs) {
    return new LeaseClock(
        leaseTimeMs, sender, monotonicMs, appendMs, told, Math.max(longestTtlMs, ttlMs));
  }
}
