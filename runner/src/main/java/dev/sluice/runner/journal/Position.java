package dev.sluice.runner.journal;

import dev.sluice.v1.CancelEntry;
import dev.sluice.v1.CheckpointEntry;
import dev.sluice.v1.ChildSpec;
import dev.sluice.v1.CombinedEntry;
import dev.sluice.v1.CombinedWait;
import dev.sluice.v1.JournalPosition;
import dev.sluice.v1.RunError;
import dev.sluice.v1.SendEntry;
import dev.sluice.v1.SignalBranch;
import dev.sluice.v1.SignalEntry;
import dev.sluice.v1.SignalWait;
import dev.sluice.v1.Sleep;
import dev.sluice.v1.SpawnEntry;
import dev.sluice.v1.StepEntry;
import dev.sluice.v1.TimerBranch;
import dev.sluice.v1.VersionEntry;
import dev.sluice.v1.YieldEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What stands at a position of a run's journal, read once from its record. */
public sealed interface Position {
  /** A step that has ended, well or not. */
  record Step(StepEntry entry) implements Position {}

  /** A call other than a step that was refused; it is refused again in replay. */
  record Refused(String call, RunError error, Map<String, Long> charged) implements Position {}

  /** A batch of children. */
  record Spawned(List<ChildSpec> children) implements Position {}

  /** Children that were asked to end. */
  record Cancelled(List<Integer> numbers) implements Position {}

  /** A signal that was sent to another run of the tree. */
  record Sent(String to, String name) implements Position {}

  /** A signal that had come before the code asked for it. */
  record SignalTaken(String name) implements Position {}

  /** A wait for a signal, which is over. */
  record SignalAwaited(String name, long timeoutMs) implements Position {}

  /**
   * A wait for several things, which is over.
   *
   * @param all whether it was for all of them, else for the first
   * @param branches as they stand in the record
   */
  record Combined(boolean all, List<Object> branches) implements Position {
    /** The offsets of the signals that the run took there, in the order of the branches. */
    static List<Long> signals(JournalPosition place) {
      var outcome = place.getCombined();
      var offsets = new ArrayList<Long>();
      if (place.getSignalOffset() >= 0) {
        offsets.add(place.getSignalOffset());
      }
      if (outcome != null) {
        offsets.addAll(outcome.getMoreSignals());
      }
      return offsets;
    }

    /** For how long the run waited for times that are over, in milliseconds. */
    long passedMs(JournalPosition place) {
      return taken(place)
          .mapToLong(branch -> branch instanceof TimerBranch timer ? timer.getDelayMs() : 0)
          .max()
          .orElse(0);
    }

    /** Whether it can have come to what is said of it. */
    public boolean fits(JournalPosition place) {
      var outcome = place.getCombined();
      return outcome != null
          && (all ? outcome.getChosen() == ALL : isPlace(outcome.getChosen()))
          && signals(place).size() == taken(place).filter(SignalBranch.class::isInstance).count();
    }

    /** Those that came, as far as that is said. */
    private Stream<Object> taken(JournalPosition place) {
      var outcome = place.getCombined();
      return all || outcome == null
          ? branches.stream()
          : Stream.of(branches.get(outcome.getChosen()));
    }

    private boolean isPlace(int place) {
      return place >= 0 && place < branches.size();
    }
  }

  /** The chosen place of a wait for all. */
  int ALL = -1;

  /** A wait for a time, which is over. */
  record Slept(long delayMs) implements Position {}

  /** The run takes a change of the code, in the form with this number. */
  record Changed(String changeId, int number) implements Position {}

  /** A state to go on from. */
  record Checkpoint(CheckpointEntry entry) implements Position {}

  /** Nothing, though the journal has what the code did behind it: a step was in progress here. */
  record Missing() implements Position {}

  /** Reads an entry of a journal record; null if it is none that takes a position. */
  static @Nullable Position of(@Nullable Object entry) {
    return switch (entry) {
      case StepEntry step -> step(step);
      case SpawnEntry spawn -> new Spawned(spawn.getChildren());
      case CancelEntry cancel -> new Cancelled(cancel.getNumbers());
      case SendEntry send -> new Sent(send.getTo(), send.getName());
      case SignalEntry signal -> new SignalTaken(signal.getName());
      case CombinedEntry taken -> new Combined(taken.getAll(), taken.getBranches());
      case VersionEntry version -> new Changed(version.getChangeId(), version.getNumber());
      case CheckpointEntry checkpoint -> new Checkpoint(checkpoint);
      case YieldEntry yield -> wait(yield.getWait());
      case null, default ->
          null; // Avro's union is an Object; whatever else it holds is no position
    };
  }

  private static Position step(StepEntry step) {
    var call = Refusals.read(step);
    var error = step.getError();
    return call == null || error == null
        ? new Step(step)
        : new Refused(call, error, step.getCharged());
  }

  private static @Nullable Position wait(@Nullable Object wait) {
    if (wait instanceof SignalWait signal) {
      return new SignalAwaited(signal.getName(), signal.getTimeoutMs());
    }
    if (wait instanceof CombinedWait combined) {
      return new Combined(combined.getAll(), combined.getBranches());
    }
    return wait instanceof Sleep sleep ? new Slept(sleep.getDelayMs()) : null;
  }
}
