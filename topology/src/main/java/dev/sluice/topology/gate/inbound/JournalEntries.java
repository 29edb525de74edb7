package dev.sluice.topology.gate.inbound;

import dev.sluice.admission.journal.JournalEntry;
import dev.sluice.admission.run.Branch;
import dev.sluice.admission.run.Failure;
import dev.sluice.admission.run.Needs;
import dev.sluice.admission.run.Outcome;
import dev.sluice.contract.JournalFormats;
import dev.sluice.v1.BudgetWait;
import dev.sluice.v1.CancelEntry;
import dev.sluice.v1.CheckpointEntry;
import dev.sluice.v1.ChildBranch;
import dev.sluice.v1.ChildrenWait;
import dev.sluice.v1.CombinedEntry;
import dev.sluice.v1.CombinedWait;
import dev.sluice.v1.EndEntry;
import dev.sluice.v1.JournalRecord;
import dev.sluice.v1.Retry;
import dev.sluice.v1.RunError;
import dev.sluice.v1.SendEntry;
import dev.sluice.v1.SentWait;
import dev.sluice.v1.SignalBranch;
import dev.sluice.v1.SignalEntry;
import dev.sluice.v1.SignalWait;
import dev.sluice.v1.Sleep;
import dev.sluice.v1.SpawnEntry;
import dev.sluice.v1.StepEntry;
import dev.sluice.v1.Stopped;
import dev.sluice.v1.TimerBranch;
import dev.sluice.v1.Until;
import dev.sluice.v1.VersionEntry;
import dev.sluice.v1.YieldEntry;
import org.jspecify.annotations.Nullable;

/** What workers write to journals as the core sees it. */
public final class JournalEntries {
  private JournalEntries() {}

  /**
   * The entry without its payload.
   *
   * @throws IllegalArgumentException if no worker writes such an entry
   */
  public static JournalEntry of(Object entry) {
    return switch (entry) {
      case StepEntry step -> new JournalEntry.Step(step.getCharged());
      case SpawnEntry spawn ->
          new JournalEntry.Spawn(
              spawn.getChildren().stream().map(Specs::of).toList(), spawn.getCharged());
      case CancelEntry cancel -> new JournalEntry.Cancel(cancel.getNumbers(), cancel.getCharged());
      case SendEntry send -> sent(send);
      case SignalEntry taken -> new JournalEntry.SignalTaken(taken.getNumber(), taken.getCharged());
      case CombinedEntry taken ->
          new JournalEntry.CombinedTaken(taken.getChosen(), taken.getSignals(), taken.getCharged());
      case VersionEntry version -> new JournalEntry.Version(version.getCharged());
      case CheckpointEntry checkpoint -> new JournalEntry.Checkpoint(checkpoint.getCharged());
      case EndEntry end ->
          new JournalEntry.End(
              Outcome.valueOf(end.getStatus().name()), failure(end.getError()), end.getCharged());
      case YieldEntry yielded -> yielded(yielded);
      default -> throw new IllegalArgumentException("no worker writes a " + entry.getClass());
    };
  }

  private static JournalEntry sent(SendEntry send) {
    var payload = send.getPayload();
    int bytes = payload == null ? 0 : payload.remaining();
    return new JournalEntry.Send(send.getTo(), send.getName(), bytes, send.getCharged());
  }

  /** What replaying a worker's record takes. */
  public static Needs needs(JournalRecord record) {
    return Needs.of(record.getAgentVersion(), format(record));
  }

  private static int format(JournalRecord record) {
    var entry = record.getEntry();
    if (entry instanceof CancelEntry || entry instanceof SendEntry) {
      return JournalFormats.WITH_TREE_CALLS;
    }
    if (entry instanceof CombinedEntry
        || (entry instanceof YieldEntry yielded && yielded.getWait() instanceof CombinedWait)) {
      return JournalFormats.WITH_COMBINED_WAITS;
    }
    return record.getCodePosition() == null ? JournalFormats.IN_ORDER : JournalFormats.WITH_PLACES;
  }

  private static JournalEntry yielded(YieldEntry entry) {
    var charged = entry.getCharged();
    return switch (entry.getWait()) {
      case Stopped stopped ->
          new JournalEntry.Stopped(
              JournalEntry.StopReason.valueOf(stopped.getReason().name()), charged);
      case Retry retry ->
          new JournalEntry.RetryWanted(
              required(retry.getError()), Specs.retry(retry.getPolicy()), charged);
      case Until until -> new JournalEntry.Pause(until.getDelayMs(), until.getReason(), charged);
      case Sleep sleep -> new JournalEntry.Sleep(sleep.getDelayMs(), charged);
      case SignalWait wait ->
          new JournalEntry.SignalWait(wait.getName(), wait.getTimeoutMs(), charged);
      case CombinedWait wait ->
          new JournalEntry.CombinedWait(
              wait.getAll(),
              wait.getBranches().stream().map(JournalEntries::branch).toList(),
              charged);
      case ChildrenWait wait -> new JournalEntry.ChildrenWait(wait.getNumbers(), charged);
      case SentWait wait -> new JournalEntry.SentWait(charged);
      case BudgetWait wait -> new JournalEntry.BudgetWait(wait.getNeeds(), charged);
      default -> throw new IllegalArgumentException("unknown wait " + entry.getWait().getClass());
    };
  }

  private static Branch branch(Object branch) {
    return switch (branch) {
      case ChildBranch child -> new Branch.Child(child.getNumber());
      case SignalBranch signal -> new Branch.ForSignal(signal.getName());
      case TimerBranch timer -> new Branch.Timer(timer.getDelayMs());
      default -> throw new IllegalArgumentException("unknown branch " + branch.getClass());
    };
  }

  private static @Nullable Failure failure(@Nullable RunError error) {
    return error == null ? null : required(error);
  }

  private static Failure required(RunError error) {
    return new Failure(error.getType(), error.getMessage(), error.getStep());
  }
}
