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
  private final Passed passed;
  private final Map<String, Long> charged = new HashMap<>();
  private int taken;
  private boolean unrestored;
  private @Nullable StepMismatchException mismatch;

  /**
   * @param version of the agent that replays
   * @param passed is told of each position that the code passes
   */
  ReplayCursor(List<Replayed> replay, String version, Passed passed) {
    this.replay = List.copyOf(replay);
    this.version = version;
    this.passed = passed;
  }

  Passed passed() {
    return passed;
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
    passed.replayed(replay.get(taken));
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
      throw remember(
          position,
          "restore of the checkpoint before it",
          found + versionOf(version),
          "A run with a checkpoint calls restore first");
    }
  }

  // --- mismatches: whatever the agent does with one, it stays

  StepMismatchException mismatch(String found) {
    var expected = replay.get(taken);
    return remember(
        position(),
        "the journaled " + JournalText.of(expected.entry()) + versionOf(expected.version()),
        found + versionOf(version),
        "Guard the change with run.version(\"change-id\")" + orRedrive(expected.version()));
  }

  /** Of the position that was taken last: the code makes nothing of what it holds. */
  StepMismatchException unreadable(String found) {
    var expected = replay.get(taken - 1);
    return remember(
        expected.place().getSeq(),
        "the result of the journaled "
            + JournalText.of(expected.entry())
            + versionOf(expected.version()),
        found + versionOf(version),
        "Let the type read what was written before" + orRedrive(expected.version()));
  }

  /** The run takes a form of a change that the code has no more, or has not yet. */
  StepMismatchException unsupported(int position, String change, int number, int least, int most) {
    return remember(
        position,
        "version '%s' at %d%s"
            .formatted(change, number, number == 0 ? ", the code of before the change" : ""),
        "version '%s' from %d to %d%s".formatted(change, least, most, versionOf(version)),
        "Keep the code of %d until no run takes it, or redrive the run on code that has it"
            .formatted(number));
  }

  private static String orRedrive(String version) {
    return ", or redrive the run on the code of "
        + (version.isEmpty() ? "before" : "version " + version);
  }

  private StepMismatchException remember(
      int position, String expected, String found, String advice) {
    mismatch = new StepMismatchException(position, expected, found, advice);
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
