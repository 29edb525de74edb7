package dev.sluice.admission.port;

import dev.sluice.admission.journal.Position;
import dev.sluice.admission.run.Failure;
import dev.sluice.admission.run.Incarnation;
import dev.sluice.admission.run.Kin;
import dev.sluice.admission.run.Needs;
import dev.sluice.admission.run.Origin;
import dev.sluice.admission.run.Outcome;
import dev.sluice.admission.run.Run;
import dev.sluice.admission.run.RunKey;
import dev.sluice.admission.run.RunSpec;
import dev.sluice.admission.run.Stage;
import dev.sluice.admission.run.TreeLimits;
import dev.sluice.admission.settings.Setting;
import dev.sluice.admission.settings.SettingKey;
import dev.sluice.admission.settings.TenantSettings;
import dev.sluice.admission.tenant.TenantLoad;
import dev.sluice.admission.tree.Child;
import dev.sluice.contract.Bounds;
import dev.sluice.contract.Texts;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An action for the shell. It performs them in order, in the transaction of the record that caused
 * them.
 */
public sealed interface GateEffect {
  /** Append the submission just read as record 0 of the run's journal. */
  record AppendInput(RunKey run, Origin origin) implements GateEffect {}

  /** Append a fence to the run's journal: epochs before {@code epoch} are void behind it. */
  record AppendFence(RunKey run, int epoch, String reason) implements GateEffect {}

  /**
   * Append a signal to the run's journal; its payload is in the record just read, a command or what
   * another run of the tree wrote.
   */
  record AppendSignal(RunKey run, String name, int number) implements GateEffect {}

  /** Append the tombstone of a journal record that no replay begins before any more. */
  record Forget(RunKey run, int epoch, Incarnation writer, int seq) implements GateEffect {}

  /** Append the tombstone of a signal that was taken before a checkpoint. */
  record ForgetSignal(RunKey run, String name, int number) implements GateEffect {}

  /** Append the tombstone of the journal record just read, which is void. */
  record Tombstone() implements GateEffect {}

  /** Put the record just read aside until its schema is known. */
  record Park() implements GateEffect {}

  /**
   * Append what is in force for a tenant again, so that compaction keeps that and not what was
   * refused.
   *
   * @param settings null for a tenant without a record
   * @param origin when and where they were first appended; null if the log says nothing
   */
  record RestoreTenant(String tenant, @Nullable TenantSettings settings, @Nullable Origin origin)
      implements GateEffect {}

  /**
   * Append what is in force of a setting again in this partition, likewise.
   *
   * @param setting null where the log says nothing
   */
  record RestoreSetting(SettingKey key, @Nullable Setting setting) implements GateEffect {}

  /** Send the record just read to the partition its tenant belongs to. */
  record Reroute(String tenant, int home) implements GateEffect {}

  /**
   * Hand a run to the workers.
   *
   * @param run as it stands after the dispatch; its epoch is the dispatch's
   * @param partition of the pool's dispatch topic
   * @param inline whether the submission just read travels in the dispatch
   * @param journal what is to be replayed
   * @param leftMs how much longer workers may hold it, all leases together
   * @param children those that were taken in, live ones too
   * @param budget the tree's meters; empty means unlimited
   */
  record Dispatch(
      Run run,
      int partition,
      boolean inline,
      Replay journal,
      long leftMs,
      int maxAttempts,
      int maxSteps,
      TreeLimits.Bounds bounds,
      List<Child> children,
      List<MeterSlice> budget)
      implements GateEffect {}

  /**
   * What a run is replayed from.
   *
   * @param first the number of the first position
   * @param spawned children asked for so far
   * @param needs what replaying it takes
   */
  record Replay(int first, List<Position> positions, int spawned, Needs needs) {
    public int next() {
      return first + positions.size();
    }
  }

  /**
   * What an epoch may charge to one meter.
   *
   * @param ceiling of the tree
   * @param left what the tree has not charged
   * @param slice reserved for the epoch
   */
  record MeterSlice(String meter, long ceiling, long left, long slice) {}

  /**
   * Publish the end of a run.
   *
   * @param outputFromRecord whether the output is in the journal record just read
   * @param startedAtMs null if it never started
   * @param redrive how often it was sent back after it had died
   * @param traceparent W3C trace context of whoever asked for it; null if that is not known
   */
  record Complete(
      RunKey run,
      Kin kin,
      String agent,
      Map<String, String> labels,
      Outcome outcome,
      @Nullable Failure failure,
      boolean outputFromRecord,
      long submittedAtMs,
      @Nullable Long startedAtMs,
      long completedAtMs,
      int epochs,
      int attempts,
      int steps,
      Map<String, Long> charged,
      int redrive,
      @Nullable String traceparent)
      implements GateEffect {
    /** Whether it is no end: the submission left no id behind and may come again under the same. */
    public boolean isRetryable() {
      return outcome == Outcome.REJECTED
          && failure != null
          && failure.type().equals(Failure.QUEUE_FULL);
    }
  }

  /** Put an ended run that an operator may send back among the dead letters. */
  record DeadLetterRun(RunKey run, String agent, Failure failure, int attempts)
      implements GateEffect {}

  /**
   * Put the record just read among the dead letters.
   *
   * @param trace where the gate failed on it; empty if it is the record that is wrong
   */
  record DeadLetterRecord(String reason, String trace) implements GateEffect {}

  /** Put an entry of the gate's state that cannot be read among the dead letters. */
  record DeadLetterState(Damage damage) implements GateEffect {}

  /** Append a tenant's record once more where it stands: what was known of it is lost. */
  record RereadTenant(String tenant) implements GateEffect {}

  /**
   * Tell a worker to stop a run.
   *
   * @param epoch {@link #ANY_EPOCH} for whatever epoch of it the worker holds
   */
  record Control(Incarnation worker, RunKey run, int epoch, ControlKind kind, String reason)
      implements GateEffect {
    public static final int ANY_EPOCH = 0;
  }

  enum ControlKind {
    CANCEL,
    TIMEOUT,
    REVOKE
  }

  /**
   * Write down a decision; its cause is the record just read.
   *
   * @param epoch 0 where none is meant
   * @param partition of the dispatch topic, −1 where none is meant
   * @param summary what was accepted, in an ACCEPT and a LIVE alone
   * @param commandId of the command that it answers; null for none
   * @param setting that it is about; null for none
   * @param versions of its agent's code that the run's journal has records of, or will have
   */
  record Decide(
      DecisionKind kind,
      String tenant,
      @Nullable String runId,
      int epoch,
      int attempt,
      String reason,
      @Nullable Incarnation worker,
      int partition,
      @Nullable String waitingFor,
      @Nullable Long untilMs,
      @Nullable Accepted summary,
      @Nullable TenantLoad load,
      @Nullable String commandId,
      @Nullable SettingKey setting,
      List<String> versions)
      implements GateEffect {
    /** A reason may quote what somebody wrote; the settings are ours and stand there in full. */
    public Decide {
      reason = kind == DecisionKind.STARTED ? reason : Texts.atMost(Bounds.REASON_CHARS, reason);
    }
  }

  /**
   * What was accepted.
   *
   * @param standing what became of it so far, in a LIVE alone
   */
  record Accepted(RunSpec spec, Kin kin, Origin origin, @Nullable Standing standing) {}

  /**
   * Where a run stands that has not ended for good.
   *
   * @param sinceMs when its phase began, in append time
   * @param startedAtMs when its execution began; null if it has not
   * @param redrive how often it was sent back after it had died
   */
  record Standing(Stage phase, long sinceMs, @Nullable Long startedAtMs, int redrive) {
    public static Standing of(Run run) {
      var started = run.hasStarted() ? Long.valueOf(run.tries().startedAtMs()) : null;
      return new Standing(
          Stage.of(run.phase()), run.phase().sinceMs(), started, run.tries().redrive());
    }
  }

  enum DecisionKind {
    STARTED,
    ACCEPT,
    DUPLICATE,
    REJECT,
    REROUTE,
    UNREADABLE,
    DISPATCH,
    CLAIM,
    RETURN,
    RELEASE,
    FENCE,
    WAIT,
    QUEUE,
    COMPLETE,
    CANCEL,
    SIGNAL,
    REDRIVE,
    REFUSE,
    TENANT,
    ALARM,
    LIVE
  }
}
