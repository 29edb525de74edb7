package dev.sluice.testkit.world;

import dev.sluice.contract.Texts;
import dev.sluice.v1.CancelEntry;
import dev.sluice.v1.CheckpointEntry;
import dev.sluice.v1.ChildBranch;
import dev.sluice.v1.CombinedEntry;
import dev.sluice.v1.CombinedWait;
import dev.sluice.v1.EndEntry;
import dev.sluice.v1.JournalRecord;
import dev.sluice.v1.RunError;
import dev.sluice.v1.SendEntry;
import dev.sluice.v1.SignalBranch;
import dev.sluice.v1.SignalEntry;
import dev.sluice.v1.SignalWait;
import dev.sluice.v1.Sleep;
import dev.sluice.v1.SpawnEntry;
import dev.sluice.v1.StepEntry;
import dev.sluice.v1.Stopped;
import dev.sluice.v1.TimerBranch;
import dev.sluice.v1.VersionEntry;
import dev.sluice.v1.YieldEntry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Positions of a journal in words: two that say the same are the same to the run. */
final class Entries {
  private static final int MOST_CHARS = 200;
  private static final String SPENT = "BudgetExhausted";

  private Entries() {}

  /** Empty for what is no position. */
  static Optional<String> text(Object entry) {
    return switch (entry) {
      case StepEntry step -> Optional.of("step '" + step.getName() + "' " + ended(step));
      case SpawnEntry spawn -> Optional.of(text(spawn));
      case CancelEntry cancel -> Optional.of("cancel of children " + cancel.getNumbers());
      case SendEntry send ->
          Optional.of(
              "signal '%s' to %s with %s"
                  .formatted(send.getName(), send.getTo(), text(send.getPayload())));
      case SignalEntry signal -> Optional.of("signal '" + signal.getName() + "'");
      case CombinedEntry taken -> Optional.of(text(taken.getAll(), taken.getBranches()));
      case YieldEntry yielded when yielded.getWait() instanceof CombinedWait wait ->
          Optional.of(text(wait.getAll(), wait.getBranches()));
      case VersionEntry version ->
          Optional.of("version '" + version.getChangeId() + "' at " + version.getNumber());
      case CheckpointEntry checkpoint ->
          Optional.of("checkpoint of " + text(checkpoint.getState()));
      case YieldEntry yielded when yielded.getWait() instanceof Sleep sleep ->
          Optional.of("sleep of " + sleep.getDelayMs() + " ms");
      case YieldEntry yielded when yielded.getWait() instanceof SignalWait wait ->
          Optional.of("signal '" + wait.getName() + "'");
      default -> Optional.empty(); // the end of an epoch
    };
  }

  /** Whether an epoch ended with it of itself, and was not stopped by its worker. */
  static boolean isEnd(Object entry) {
    return switch (entry) {
      case EndEntry end -> true;
      case YieldEntry yielded -> !(yielded.getWait() instanceof Stopped);
      default -> false;
    };
  }

  /** A record with its run, whatever it is. */
  static String text(JournalRecord record) {
    var what = text(record.getEntry()).orElse("the end of epoch " + record.getEpoch());
    return what + " of run " + record.getRunId();
  }

  /** How large a record is in a topic. */
  static int bytes(JournalRecord record) {
    try {
      return record.toByteBuffer().remaining();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What the context calls so in the body of a step that was executed beside others. */
  static String idempotencyKey(JournalRecord record, StepEntry step) {
    return "%s/%s/%d/%s"
        .formatted(record.getTenant(), record.getRunId(), record.getCodePosition(), step.getName());
  }

  private static String ended(StepEntry step) {
    var error = step.getError();
    return error == null ? "that gave " + text(step.getResult()) : "that failed: " + text(error);
  }

  private static String text(boolean all, List<?> branches) {
    return branches.stream()
        .map(Entries::branch)
        .collect(Collectors.joining(", ", all ? "all of " : "the first of ", ""));
  }

  private static String branch(Object branch) {
    return switch (branch) {
      case ChildBranch child -> "child " + child.getNumber();
      case SignalBranch signal -> "signal '" + signal.getName() + "'";
      case TimerBranch timer -> "timer of " + timer.getDelayMs() + " ms";
      default -> throw new IllegalArgumentException("unknown branch " + branch);
    };
  }

  private static String text(SpawnEntry spawn) {
    return spawn.getChildren().stream()
        .map(child -> child.getAgent() + " with " + text(child.getInput()))
        .collect(Collectors.joining(", ", "spawn of ", ""));
  }

  /** What is left of a budget that others share depends on how far they are. */
  static String text(@Nullable RunError error) {
    if (error == null) {
      return "nothing";
    }
    return error.getType().equals(SPENT)
        ? error.getType()
        : error.getType() + ": " + error.getMessage();
  }

  static String text(@Nullable ByteBuffer bytes) {
    return bytes == null
        ? "nothing"
        : Texts.atMost(MOST_CHARS, StandardCharsets.UTF_8.decode(bytes.duplicate()).toString());
  }
}
