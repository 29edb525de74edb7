package dev.sluice.admission.run;

/**
 * How often a run was handed out and tried.
 *
 * @param epoch number of the last dispatch; 0 before the first
 * @param attempt the attempt under way, from 1
 * @param lostInRow leases lost since the last new position of the journal
 * @param startedAtMs append time of the first sign of execution, or {@link Run#UNREAD}
 * @param redrive how often it was sent back after it had died
 * @param heldMs how long workers held it in the leases that have ended, in append time
 */
public record Tries(
    int epoch, int attempt, int lostInRow, long startedAtMs, int redrive, long heldMs) {
  /** Behind it every epoch is void. */
  public static final int LAST_EPOCH = Integer.MAX_VALUE;

  static final Tries NONE = new Tries(0, 1, 0, Run.UNREAD, 0, 0);

  public Tries {
    if (epoch < 0 || attempt < 1) {
      throw new IllegalArgumentException(
          "epoch from 0 and attempt from 1, got " + epoch + " and " + attempt);
    }
  }

  Tries nextEpoch() {
    return new Tries(epoch + 1, attempt, lostInRow, startedAtMs, redrive, heldMs);
  }

  public Tries nextAttempt() {
    return new Tries(epoch, attempt + 1, lostInRow, startedAtMs, redrive, heldMs);
  }

  public Tries lost(int inRow) {
    return new Tries(epoch, attempt, inRow, startedAtMs, redrive, heldMs);
  }

  Tries startedAt(long ms) {
    return startedAtMs == Run.UNREAD
        ? new Tries(epoch, attempt, lostInRow, ms, redrive, heldMs)
        : this;
  }

  Tries heldFor(long ms) {
    return new Tries(epoch, attempt, lostInRow, startedAtMs, redrive, heldMs + ms);
  }

  /** Attempts begin again, and the time that they may take; epochs go on. */
  Tries redriven() {
    return new Tries(epoch, 1, 0, Run.UNREAD, redrive + 1, 0);
  }
}
