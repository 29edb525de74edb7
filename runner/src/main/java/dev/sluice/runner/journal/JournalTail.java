package dev.sluice.runner.journal;

import dev.sluice.runner.value.ValueCodec;
import dev.sluice.sdk.BudgetExhaustedException;
import dev.sluice.sdk.NonRetryableException;
import dev.sluice.sdk.RunStoppedError;
import dev.sluice.v1.CheckpointEntry;
import dev.sluice.v1.Dispatch;
import dev.sluice.v1.RunError;
import dev.sluice.v1.StepEntry;
import java.util.Map;
import java.util.function.Function;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * The end of a run's journal, where this epoch writes: the next position, what was charged and not
 * recorded yet, and how the epoch ends once that is decided.
 */
public final class JournalTail {
  /** A failure that is recorded only if the agent goes on behind it. */
  private record Pending(
      String name, RunError error, int tries, long startedAtMs, long endedAtMs) {}

  private final int maxPositions;
  private final JournalSink sink;
  private final ChargeLedger charges;
  private final Passed passed;
  private int next;
  private int sinceCheckpoint;
  private @Nullable Pending pending;
  private @Nullable RunError exhausted;
  private Last.@Nullable Yielded decided;
  private boolean lost;

  JournalTail(Dispatch dispatch, ChargeLedger charges, Passed passed, JournalSink sink) {
    this.maxPositions = dispatch.getMaxSteps();
    this.sink = sink;
    this.charges = charges;
    this.passed = passed;
    next = dispatch.getNextSeq();
    dispatch.getReplay().forEach(position -> next = Math.max(next, position.getSeq() + 1));
  }

  /** The position of the next record. */
  public int next() {
    return next;
  }

  /** The position of the next record that is not a failure which the agent has caught. */
  int nextOfCode() {
    return pending == null ? next : next + 1;
  }

  /** Counts a position that was journaled before. */
  void count(Position replayed) {
    count(replayed instanceof Position.Checkpoint);
  }

  private void count(boolean checkpoint) {
    sinceCheckpoint = checkpoint ? 0 : sinceCheckpoint + 1;
  }

  void checkRoom() {
    if (sinceCheckpoint >= maxPositions) {
      throw new NonRetryableException(
          "a run may have at most " + maxPositions + " positions since its last checkpoint");
    }
  }

  /**
   * @throws RunStoppedError if the epoch's end is decided
   */
  void checkOpen() {
    if (decided != null || lost) {
      throw new RunStoppedError(decided == null ? "LOST_JOURNAL" : waitName(decided.awaited()));
    }
  }

  private static String waitName(Wait wait) {
    return wait.written().getClass().getSimpleName();
  }

  // --- writing

  /** Appends an entry, made of what was charged since the last. */
  <E extends SpecificRecord> E append(Function<Map<String, Long>, E> entry) {
    var made = entry.apply(charges.takeAll());
    write(made);
    return made;
  }

  private void write(SpecificRecord entry) {
    long appendedMs = sink.append(next, entry);
    if (appendedMs == JournalSink.UNKNOWN) {
      lose();
      throw new RunStoppedError("LOST_JOURNAL");
    }
    passed.appended(next, entry, appendedMs);
    next++;
    count(entry instanceof CheckpointEntry);
  }

  /** The append at {@link #next} may or may not have happened: it is never used again. */
  public void lose() {
    lost = true;
    next++;
  }

  // --- failures

  /** A step failed for good; recorded when the agent goes on. */
  public void fail(String name, RunError error, int tries, long startedAtMs, long endedAtMs) {
    pending = new Pending(name, error, tries, startedAtMs, endedAtMs);
    charges.hold();
    note(error);
  }

  /** Journals the failure that the agent has caught. */
  void settle() {
    var failed = pending;
    if (failed != null) {
      pending = null;
      write(
          new StepEntry(
              failed.name(),
              null,
              ValueCodec.JSON_TYPE,
              failed.error(),
              charges.takeHeld(),
              failed.tries(),
              failed.startedAtMs(),
              failed.endedAtMs()));
    }
  }

  /** Keeps in mind that the run has gone through the end of its budget. */
  void note(RunError error) {
    if (error.getType().equals(BudgetExhaustedException.TYPE)) {
      exhausted = error;
    }
  }

  public @Nullable RunError exhausted() {
    return exhausted;
  }

  // --- the end of the epoch

  /** Ends the epoch with what the run waits for. */
  public RunStoppedError endEpoch(Wait wait) {
    var charged = wait.isPosition() ? charges.takeAll() : charges.takeSpentInBodies();
    decided = new Last.Yielded(wait, charged);
    return new RunStoppedError(waitName(wait));
  }

  /** What the epoch ends with whatever else happens; null if that is open. */
  public Last.@Nullable Yielded decided() {
    return decided;
  }
}
