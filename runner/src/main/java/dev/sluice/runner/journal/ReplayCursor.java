package dev.sluice.runner.journal;

import dev.sluice.sdk.StepMismatchException;
import dev.sluice.v1.CheckpointEntry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What an epoch has to replay, in order, and how far the code has come. */
final class ReplayCursor {
  private final List<Replayed> replay;
  private final String version;
  private final Map<String, Long> charged = new HashMap<>();
  private int taken;
  private boolean unrestored;
  private @Nullable StepMismatchException mismatch;

  /**
   * @param version of the agent that replays
   */
  ReplayCursor(List<Replayed> replay, String version) {
    this.replay = List.copyOf(replay);
    this.version = version;
  }

  /** All that is replayed, wherever the code is. */
  List<Replayed> all() {
    return replay;
  }

  /** The code is behind all that is journaled; it may still be before its restore. */
  boolean isDone() {
    return taken == replay.size();
  }

  /** What the code does now has not been recorded yet. */
  boolean isAhead() {
    return isDone() && !unrestored;
  }

  /** What the code has to be at next; null when it is behind all that is journaled. */
  @Nullable Replayed peek() {
    return isDone() ? null : replay.get(taken);
  }

  void take() {
    taken++;
    charged.clear();
  }

  /** What the code charged to a meter since the last position, {@code amount} included. */
  long charged(String meter, long amount) {
    return charged.merge(meter, amount, Long::sum);
  }

  /** The position that the code is at. */
  int position() {
    return replay.get(taken).place().getSeq();
  }

  // --- a checkpoint at the beginning

  /** Takes the checkpoint that the replay begins with; null if it begins with the run. */
  @Nullable CheckpointEntry beginAtCheckpoint() {
    var first = peek();
    if (first == null || !(first.entry() instanceof Position.Checkpoint(CheckpointEntry entry))) {
      return null;
    }
    take();
    unrestored = true;
    return entry;
  }

  boolean isRestored() {
    return !unrestored;
  }

  void restored() {
    unrestored = false;
  }

  /** Fails if the code has not asked for the state that it is to go on from. */
  void checkRestored(int next, String found) {
    if (unrestored) {
      int position = isDone() ? next : position();
      throw remember(position, "restore of the checkpoint before it", found + versionOf(version));
    }
  }

  // --- mismatches: whatever the agent does with one, it stays

  StepMismatchException mismatch(String found) {
    var expected = replay.get(taken);
    return remember(
        position(),
        "the journaled " + JournalText.of(expected.entry()) + versionOf(expected.version()),
        found + versionOf(version));
  }

  /** Of the position that was taken last: the code makes nothing of what it holds. */
  StepMismatchException unreadable(String found) {
    var expected = replay.get(taken - 1);
    return remember(
        expected.place().getSeq(),
        "the result of the journaled "
            + JournalText.of(expected.entry())
            + versionOf(expected.version()),
        found + versionOf(version));
  }

  private StepMismatchException remember(int position, String expected, String found) {
    mismatch = new StepMismatchException(position, expected, found);
    return mismatch;
  }

  private static String versionOf(String version) {
    return version.isEmpty() ? "" : " of version " + version;
  }

  void checkOpen() {
    if (mismatch != null) {
      throw mismatch;
    }
  }

  @Nullable StepMismatchException mismatch() {
    return mismatch;
  }
}
