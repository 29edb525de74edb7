package dev.sluice.runner.journal;

import dev.sluice.contract.Amounts;
import dev.sluice.sdk.StepMismatchException;
import dev.sluice.v1.CheckpointEntry;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What an epoch has to replay, in the order of the code, and how far the code has come. */
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
    this.replay =
        replay.stream().sorted(Comparator.comparingInt(Replayed::code)).toList(); // is stable
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

  /**
   * What the code has to be at next; null when it is behind all that is journaled. Of a step that
   * had not ended when the journal did it is {@link Position.Missing}.
   */
  @Nullable Replayed peek() {
    if (isDone()) {
      return null;
    }
    var next = replay.get(taken);
    return next.code() == passed.position()
        ? next
        : Replayed.missing(passed.position(), next.version());
  }

  /** The code has come to the position and goes on behind it. */
  void take() {
    passed.replayed(replay.get(taken));
    takeStarted();
  }

  /** The code has started the step of the position, and has not been told how it ended. */
  void takeStarted() {
    passed.takePosition();
    taken++;
    charged.clear();
  }

  /** What the code charged to a meter since the last position, {@code amount} included. */
  long charged(String meter, long amount) {
    return charged.merge(meter, amount, Amounts::plus);
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
  void checkRestored(String found) {
    if (unrestored) {
      throw remember(
          passed.position(),
          "restore of the checkpoint before it",
          found + versionOf(version),
          "A run with a checkpoint calls restore first");
    }
  }

  // --- mismatches: whatever the agent does with one, it stays

  StepMismatchException mismatch(String found) {
    var expected = Objects.requireNonNull(peek());
    return remember(
        passed.position(),
        expected(expected.entry()) + versionOf(expected.version()),
        found + versionOf(version),
        "Guard the change with run.version(\"change-id\")" + orRedrive(expected.version()));
  }

  private String expected(Position entry) {
    return entry instanceof Position.Missing
        ? "a call of stepAsync: the journal has nothing of it, but %s from behind it"
            .formatted(JournalText.of(replay.get(taken).entry()))
        : "the journaled " + JournalText.of(entry);
  }

  /** Of a position that was taken: the code makes nothing of what it holds. */
  StepMismatchException unreadable(int code, String found) {
    var expected = replay.stream().filter(one -> one.code() == code).findFirst().orElseThrow();
    return remember(
        code,
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
