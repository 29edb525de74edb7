package dev.sluice.admission.run;

/**
 * The numbers of a run's dispatches and attempts.
 *
 * @param epoch number of the last dispatch; 0 before the first
 * @param attempt the attempt under way, from 1
 * @param lostInRow leases lost since the last new position of the journal that count against it
 * @param startedAtMs append time of the first sign of execution, or {@link Run#UNREAD}
 * @param redrive how often it was sent back after it had died
 * @param heldMs how long workers held it in the leases that have ended, in append time
 * @param workersLost leases since the last new position that ended because their worker did
 */
public record Tries(
    int epoch,
    int attempt,
    int lostInRow,
    long startedAtMs,
    int redrive,
    long heldMs,
    int workersLost) {
  /** Behind it every epoch is void. */
  public static final int LAST_EPOCH = Integer.MAX_VALUE;

  /** After so many workers that ended under it a run may be the reason. */
  private static final int SUSPECT_AFTER = 2;

  static final Tries NONE = new Tries(0, 1, 0, Run.UNREAD, 0, 0, 0);

  public Tries {
    if (epoch < 0 || attempt < 1) {
      throw new IllegalArgumentException(
          "epoch from 0 and attempt from 1, got " + epoch + " and " + attempt);
    }
  }

  /** Whether it may be what ends its workers: no worker holds two such runs at once (rule 4). */
  public boolean isSuspect() {
    return workersLost >= SUSPECT_AFTER;
  }

  Tries nextEpoch() {
    return new Tries(epoch + 1, attempt, lostInRow, startedAtMs, redrive, heldMs, workersLost);
  }

  public Tries nextAttempt() {
    return new Tries(epoch, attempt + 1, lostInRow, startedAtMs, redrive, heldMs, workersLost);
  }

  /** A lease was lost that counts against the run. */
  public Tries lost() {
    return new Tries(epoch, attempt, lostInRow + 1, startedAtMs, redrive, heldMs, workersLost);
  }

  /** A lease was lost with its worker: that counts against a suspect alone. */
  public Tries lostWithWorker() {
    int inRow = isSuspect() ? lostInRow + 1 : lostInRow;
    return new Tries(epoch, attempt, inRow, startedAtMs, redrive, heldMs, workersLost + 1);
  }

  /** Whether a lease was lost since the last new position. */
  public boolean hasLost() {
    return lostInRow > 0 || workersLost > 0;
  }

  /** There is a new position in the journal. */
  public Tries advanced() {
    return new Tries(epoch, attempt, 0, startedAtMs, redrive, heldMs, 0);
  }

  Tries startedAt(long ms) {
    return startedAtMs == Run.UNREAD
        ? new Tries(epoch, attempt, lostInRow, ms, redrive, heldMs, workersLost)
        : this;
  }

  Tries heldFor(long ms) {
    return new Tries(epoch, attempt, lostInRow, startedAtMs, redrive, heldMs + ms, workersLost);
  }

  /** Attempts begin again, and the time that they may take; epochs go on. */
  Tries redriven() {
    return new Tries(epoch, 1, 0, Run.UNREAD, redrive + 1, 0, 0);
  }
}
