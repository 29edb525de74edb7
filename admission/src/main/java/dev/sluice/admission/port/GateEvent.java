package dev.sluice.admission.port;

import dev.sluice.admission.journal.JournalEntry;
import dev.sluice.admission.run.Incarnation;
import dev.sluice.admission.run.Needs;
import dev.sluice.admission.run.Origin;
import dev.sluice.admission.run.RunKey;
import dev.sluice.admission.run.RunSpec;
import dev.sluice.admission.settings.Setting;
import dev.sluice.admission.settings.SettingKey;
import dev.sluice.admission.settings.TenantSettings;
import dev.sluice.admission.values.Sorted;
import dev.sluice.admission.worker.Abilities;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A decoded input of the gate, valid or not. */
public sealed interface GateEvent {
  /** About one accepted run: from its worker, or the gate's own record of it, read back. */
  sealed interface OfRun extends GateEvent {
    RunKey run();
  }

  /** About time, or about which workers live. A lease may depend on it. */
  sealed interface OfLife extends GateEvent {}

  /** What is asked for from outside, and what is only reported. */
  sealed interface Other extends GateEvent {}

  /** A submission whose tenant and run id are valid. */
  record Submitted(RunKey run, RunSpec spec, Origin origin) implements Other {}

  /** A submission with valid tenant and run id that could not be read further. */
  record Refused(RunKey run, String agent, String reason, Origin origin) implements Other {}

  /**
   * A record that names no valid tenant and run.
   *
   * @param trace where the gate failed on it; empty if it is the record that is wrong
   */
  record Unreadable(String reason, String trace) implements Other {
    public Unreadable(String reason) {
      this(reason, "");
    }

    /** A record that our own code failed to read. */
    public static Unreadable because(Throwable failure) {
      return new Unreadable(
          "the record cannot be read: " + Traces.brief(failure), Traces.whole(failure));
    }
  }

  /**
   * A record whose writer's schema is not known yet.
   *
   * @param limitsOf the tenant whose limits it is to say; null for another record
   */
  record Parked(int schemaId, @Nullable String limitsOf) implements Other {
    /** One that says no limits. */
    public Parked(int schemaId) {
      this(schemaId, null);
    }
  }

  /**
   * A tenant's record, where it belongs, that cannot be read: it changes nothing.
   *
   * @param trace where the gate failed on it; empty if it is the record that is wrong
   */
  record TenantRefused(String tenant, String reason, String trace) implements Other {
    public TenantRefused(String tenant, String reason) {
      this(tenant, reason, "");
    }
  }

  /** A setting; null is a tombstone. */
  record SettingSet(SettingKey key, @Nullable Setting setting) implements Other {}

  /**
   * What the gate itself appended again.
   *
   * @param refusedAt offset of the refused record because of which it did
   */
  record SettingRestored(SettingKey key, @Nullable Setting setting, long refusedAt)
      implements Other {}

  /**
   * A record of a setting that cannot be read, or says what cannot be: it changes nothing.
   *
   * @param trace where the gate failed on it; empty if it is the record that is wrong
   */
  record SettingRefused(SettingKey key, String reason, String trace) implements Other {
    public SettingRefused(SettingKey key, String reason) {
      this(key, reason, "");
    }
  }

  /** A record of a tenant that belongs to the gate partition {@code home}. */
  record Misplaced(String tenant, @Nullable String runId, int home) implements Other {}

  /**
   * A tenant's record.
   *
   * @param settings null for a tombstone
   * @param expected offset of the record that it is to replace, {@link #NONE} for the first; null
   *     for whichever holds
   */
  record TenantSet(
      String tenant, @Nullable TenantSettings settings, Origin origin, @Nullable Long expected)
      implements Other {
    /** No limits are to hold before these. */
    public static final long NONE = -1;

    /** Replaces whatever holds. */
    public TenantSet(String tenant, @Nullable TenantSettings settings, Origin origin) {
      this(tenant, settings, origin, null);
    }
  }

  /**
   * A tenant's limits that the gate itself appended again.
   *
   * @param origin when and where they were first appended
   * @param refusedAt offset of the refused record because of which it did
   */
  record TenantRestored(
      String tenant, @Nullable TenantSettings settings, Origin origin, long refusedAt)
      implements Other {}

  /**
   * A tenant's record that was set aside and is sent back.
   *
   * @param lay where it lay: limits that were set behind that are newer
   */
  record TenantResubmitted(
      String tenant, @Nullable TenantSettings settings, Origin origin, Origin lay)
      implements Other {}

  /**
   * A command to a run.
   *
   * @param signal the signal's name, empty for other commands
   */
  record Commanded(RunKey run, String commandId, CommandKind kind, String signal, Origin origin)
      implements Other {}

  /** A command that names a run and cannot be carried out. */
  record CommandRefused(RunKey run, String reason) implements Other {}

  enum CommandKind {
    CANCEL,
    SIGNAL,
    REDRIVE
  }

  /**
   * A worker's answer to a dispatch.
   *
   * @param heartbeat number of the newest heartbeat acknowledged to the worker in this partition
   */
  record Answered(RunKey run, int epoch, Answer answer, Incarnation worker, long heartbeat)
      implements OfRun {
    /**
     * @throws IllegalArgumentException if no heartbeat can have the number
     */
    public Answered {
      WorkerRules.checkHeartbeat(heartbeat);
    }
  }

  enum Answer {
    CLAIM,
    RETURN_NO_SLOT,
    RETURN_NO_AGENT,
    RETURN_STALE,
    RETURN_SUSPECT
  }

  /**
   * A worker is alive.
   *
   * @param partitions of the dispatch topic that it holds, by pool
   * @param held the runs it holds, in some heartbeats only; null stands for all
   * @param stopping leases that it was told to stop while code of the runs still executes
   * @param abilities which journals it can replay
   */
  record Heartbeat(
      Incarnation worker,
      long number,
      Map<String, Set<Integer>> partitions,
      Set<String> agents,
      int slots,
      int free,
      @Nullable Set<RunKey> held,
      Set<Lease> stopping,
      Abilities abilities)
      implements OfLife {
    /** A run in one of its epochs. */
    public record Lease(RunKey run, int epoch) implements Comparable<Lease> {
      @Override
      public int compareTo(Lease other) {
        int byRun = run.compareTo(other.run);
        return byRun != 0 ? byRun : Integer.compare(epoch, other.epoch);
      }
    }

    /**
     * @throws IllegalArgumentException naming the first rule that it breaks
     */
    public Heartbeat {
      WorkerRules.check(partitions);
      WorkerRules.check(agents);
      WorkerRules.check(slots, free);
      WorkerRules.checkHeartbeat(number);
      WorkerRules.checkStopping(stopping.size());
      WorkerRules.check(abilities);
      stopping = Sorted.copyOf(stopping);
    }

    /** How many agents, versions and partitions it names. */
    public int names() {
      return agents.size()
          + abilities.names()
          + partitions.values().stream().mapToInt(Set::size).sum();
    }
  }

  /** A worker is certainly dead. */
  record Gone(Incarnation worker, String reporter) implements OfLife {}

  /**
   * A second has passed beside the gate.
   *
   * @param inputsRead whether the gate had read all submissions that there were a moment ago
   * @param settingsRead the same of settings
   */
  record Tick(String sender, long monotonicMs, boolean inputsRead, boolean settingsRead)
      implements OfLife {
    /**
     * @throws IllegalArgumentException if the sender's name is none
     */
    public Tick {
      WorkerRules.checkSender(sender);
    }

    /** A tick that says nothing of what was read. */
    public Tick(String sender, long monotonicMs) {
      this(sender, monotonicMs, false, false);
    }
  }

  /**
   * The topics' settings are others than before.
   *
   * @param limits the largest batch that each topic takes, in bytes
   * @param problems settings with which records would be lost or misdated
   * @param text what is wrong with them; empty for nothing
   */
  record TopicsChanged(Map<String, Long> limits, List<String> problems, String text)
      implements Other {
    public TopicsChanged {
      limits = Sorted.copyOf(limits);
      problems = List.copyOf(problems);
    }

    /** Whether what runs write is kept and dated as it must be. */
    public boolean mayDispatch() {
      return problems.isEmpty();
    }
  }

  /** Something is wrong around the gate: nothing can be done but to say so. */
  record Noticed(String text) implements Other {}

  /** The gate's own record 0 of a run, read back. */
  record InputRead(RunKey run) implements OfRun {}

  /** The gate's own fence, read back: older epochs are void from here on. */
  record FenceRead(RunKey run, int epoch) implements OfRun {}

  /** The gate's own record of a signal, read back. */
  record SignalRead(RunKey run, String name, int number) implements OfRun {
    /**
     * @throws IllegalArgumentException if no signal can have the name
     */
    public SignalRead {
      WorkerRules.checkSignal(name);
    }
  }

  /**
   * A worker's journal record.
   *
   * @param size of the record's value, in bytes
   * @param needs what replaying it takes
   */
  record Journaled(
      RunKey run, int epoch, Incarnation worker, int seq, int size, JournalEntry entry, Needs needs)
      implements OfRun {
    /** By nobody knows which code. */
    public Journaled(
        RunKey run, int epoch, Incarnation worker, int seq, int size, JournalEntry entry) {
      this(run, epoch, worker, seq, size, entry, Needs.NONE);
    }
  }

  /** A journal record that is not of this protocol: nothing can be done but to say so. */
  record ForeignJournal(String reason) implements Other {}
}
