package dev.sluice.runner.journal;

import dev.sluice.contract.Amounts;
import dev.sluice.v1.CheckpointEntry;

/**
 * What the code of a run has passed, as far as it may see that: the same whenever the run resumes.
 */
public final class Passed {
  /**
   * A call of an agent that takes no position, in the order of its code.
   *
   * @param checkpoint the position of the checkpoint before it; 0 if there is none
   * @param number from 1 behind that checkpoint
   */
  public record CallPlace(int checkpoint, int number) {}

  private long nowMs;
  private int checkpoint;
  private int calls;
  private int position;

  /**
   * @param submittedAtMs what the log's time is before the run has any record
   * @param position the first that the code takes
   */
  Passed(long submittedAtMs, int position) {
    nowMs = submittedAtMs;
    this.position = position;
  }

  /**
   * The position in the code of the next call that takes one. Unless steps were executed in
   * parallel it is that of the call's record in the journal.
   */
  int position() {
    return position;
  }

  /** The code has made a call that takes a position, and goes on; returns that position. */
  int takePosition() {
    return position++;
  }

  /** The code was told of something that happened at {@code ms}, by the log's clock. */
  void time(long ms) {
    nowMs = Math.max(nowMs, ms);
  }

  /** The code has passed a position that an earlier epoch wrote. */
  void replayed(Replayed position) {
    long ms = position.appendedMs();
    switch (position.entry()) {
      case Position.Checkpoint checkpoint -> checkpoint(position.place().getSeq(), ms);
      case Position.Slept slept -> time(ms, slept.delayMs());
      case Position.SignalAwaited awaited when position.place().getSignalOffset() < 0 ->
          time(ms, awaited.timeoutMs());
      case Position.Combined combined -> time(ms, combined.passedMs(position.place()));
      default -> time(ms);
    }
  }

  private void time(long ms, long waitedMs) {
    time(Amounts.plus(ms, waitedMs));
  }

  /** The code goes on behind a record that this epoch wrote. */
  void appended(int seq, Object entry, long ms) {
    if (entry instanceof CheckpointEntry) {
      checkpoint(seq, ms);
    } else {
      time(ms);
    }
  }

  /** Who resumes here knows nothing of before. */
  private void checkpoint(int seq, long ms) {
    nowMs = ms;
    checkpoint = seq;
    calls = 0;
  }

  /** The log's time of the newest of it, in milliseconds since 1970. */
  public long nowMs() {
    return nowMs;
  }

  /** The place in the code of a call that asks for a value made of nothing else. */
  public CallPlace nextCall() {
    calls++;
    return new CallPlace(checkpoint, calls);
  }
}
