package dev.sluice.runner.journal;

import dev.sluice.runner.value.ValueCodec;
import dev.sluice.sdk.BudgetExhaustedException;
import dev.sluice.sdk.NonRetryableException;
import dev.sluice.sdk.RunStoppedError;
import dev.sluice.v1.CheckpointEntry;
import dev.sluice.v1.CombinedEntry;
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
  private record Pending(Failure failure, int code, @Nullable StartedStep step) {}

  /** How a step failed for good. */
  public record Failure(String name, RunError error, int tries, long startedAtMs, long endedAtMs) {}

  private final int maxPositions;
  private final JournalSink sink;
  private final ChargeLedger charges;
  private final Passed passed;
  private int next;
  private int sinceCheckpoint;

  /** Positions that steps in parallel will take as they end. */
  private int promised;

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

  /** Counts a position that was journaled before. */
  void count(Replayed replayed) {
    if (replayed.entry() instanceof Position.Combined) {
      countCombined(Position.Combined.signals(replayed.place()).size());
    } else {
      count(replayed.entry() instanceof Position.Checkpoint);
    }
  }

  private void count(Object made) {
    if (made instanceof CombinedEntry combined) {
      countCombined(combined.getSignals().size());
    } else {
      count(made instanceof CheckpointEntry);
    }
  }

  private void count(boolean checkpoint) {
    sinceCheckpoint = checkpoint ? 0 : sinceCheckpoint + 1;
  }

  /** A dispatch names each signal that a position took. */
  private void countCombined(int signals) {
    sinceCheckpoint += Math.max(1, signals);
  }

  void checkRoom() {
    if (sinceCheckpoint + promised >= maxPositions) {
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

  /** Appends an entry of the call that the code is at, made of what was charged since the last. */
  <E extends SpecificRecord> E append(Function<Map<String, Long>, E> entry) {
    var made = entry.apply(charges.takeAll());
    append(made);
    return made;
  }

  /** The same; returns when the record was appended, by the log's clock. */
  long appendAt(Function<Map<String, Long>, ? extends SpecificRecord> entry) {
    return append(entry.apply(charges.takeAll()));
  }

  private long append(SpecificRecord made) {
    int code = passed.position();
    long appendedMs = write(code == next ? null : code, made);
    passed.appended(next, made, appendedMs);
    passed.takePosition();
    count(made);
    next++;
    return appendedMs;
  }

  private long write(@Nullable Integer code, SpecificRecord entry) {
    long appendedMs = appended(code, entry);
    if (appendedMs == JournalSink.UNKNOWN) {
      lose();
      throw new RunStoppedError("LOST_JOURNAL");
    }
    return appendedMs;
  }

  /** What was charged is recorded later if nothing of this record stands. */
  private long appended(@Nullable Integer code, SpecificRecord entry) {
    try {
      return sink.append(next, code, entry);
    } catch (RuntimeException | Error e) {
      charges.putBack();
      throw e;
    }
  }

  /** A step was started that will take a position when it ends. */
  void promise() {
    promised++;
  }

  /** Appends the end of a step that was executed beside others. */
  void append(StartedStep step, StepEntry entry) {
    long appendedMs = write(step.code(), entry);
    charges.recorded(step.charges());
    step.journaled(entry, next, appendedMs);
    promised--;
    count(false);
    next++;
  }

  /** The append at {@link #next} may or may not have happened: it is never used again. */
  public void lose() {
    lost = true;
    next++;
  }

  // --- failures

  /** A step failed for good; recorded when the agent goes on. */
  public void fail(Failure failure) {
    charges.hold();
    pending = new Pending(failure, passed.takePosition(), null);
    note(failure.error());
  }

  /** The agent is told that a step has failed which was executed beside others. */
  void fail(StartedStep step, Failure failure) {
    pending = new Pending(failure, step.code(), step);
    note(failure.error());
  }

  /** Whether a failure is to be recorded, before any other record, if the agent goes on. */
  boolean isPending() {
    return pending != null;
  }

  /** Whether it is this step's. */
  boolean isPending(StartedStep step) {
    return pending != null && pending.step() == step;
  }

  /** Journals the failure that the agent has caught. */
  void settle() {
    var failed = pending;
    if (failed != null) {
      pending = null;
      settle(failed);
    }
  }

  private void settle(Pending failed) {
    var step = failed.step();
    if (step != null) {
      append(step, entry(failed.failure(), charges.takeOf(step.charges())));
      passed.time(step.appendedMs());
      return;
    }
    var entry = entry(failed.failure(), charges.takeHeld());
    passed.appended(next, entry, write(failed.code() == next ? null : failed.code(), entry));
    count(false);
    next++;
  }

  private static StepEntry entry(Failure failed, Map<String, Long> charged) {
    return new StepEntry(
        failed.name(),
        null,
        ValueCodec.JSON_TYPE,
        failed.error(),
        charged,
        failed.tries(),
        failed.startedAtMs(),
        failed.endedAtMs());
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

  /**
   * What the epoch ends with whatever else happens, with all that was charged until now; null if
   * that is open.
   */
  public Last.@Nullable Yielded decided() {
    if (decided != null) {
      decided = new Last.Yielded(decided.awaited(), charges.withParallel(decided.charged()));
    }
    return decided;
  }
}
