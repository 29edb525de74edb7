package dev.sluice.admission.journal;

import dev.sluice.admission.run.Branch;
import dev.sluice.admission.run.ChildSpec;
import dev.sluice.admission.run.Failure;
import dev.sluice.admission.run.Outcome;
import dev.sluice.admission.run.RetryRule;
import dev.sluice.contract.Bounds;
import dev.sluice.contract.Meters;
import dev.sluice.contract.Texts;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The content of a worker's journal record, without payloads, which stay in the record. */
public sealed interface JournalEntry {
  Map<String, Long> charged();

  /** Whether it is replayed: it then has a place in the journal's numbers, without a gap. */
  default boolean isPosition() {
    return switch (this) {
      case Step step -> true;
      case Spawn spawn -> true;
      case Cancel cancel -> true;
      case Send send -> true;
      case SignalTaken taken -> true;
      case Version version -> true;
      case Checkpoint checkpoint -> true;
      case Sleep sleep -> true;
      case SignalWait wait -> true;
      case CombinedWait wait -> true;
      case CombinedTaken taken -> true;
      case End end -> false;
      case Stopped stopped -> false;
      case RetryWanted retry -> false;
      case Pause pause -> false;
      case ChildrenWait wait -> false;
      case SentWait wait -> false;
      case BudgetWait wait -> false;
    };
  }

  /** Whether its writer executes nothing more of the epoch. */
  default boolean endsEpoch() {
    return !isPosition()
        || this instanceof Sleep
        || this instanceof SignalWait
        || this instanceof CombinedWait;
  }

  /** A step has a result. */
  record Step(Map<String, Long> charged) implements JournalEntry {}

  /** Children are asked for, all or none. */
  record Spawn(List<ChildSpec> children, Map<String, Long> charged) implements JournalEntry {
    public Spawn {
      children = List.copyOf(children);
    }
  }

  /** Children are to end as cancelled. */
  record Cancel(List<Integer> numbers, Map<String, Long> charged) implements JournalEntry {
    /** A worker names no more than a run may have; what others write is cut. */
    public Cancel {
      numbers = List.copyOf(numbers.subList(0, Math.min(Bounds.CHILDREN, numbers.size())));
    }
  }

  /**
   * A signal for another run of the tree.
   *
   * @param to the receiver's id, as the sender has it
   * @param bytes of its payload
   */
  record Send(String to, String name, int bytes, Map<String, Long> charged)
      implements JournalEntry {
    /** Texts that are too long are cut: nothing can be called so. */
    public Send {
      to = Texts.atMost(Bounds.RUN_ID_CHARS, to);
      name = Texts.atMost(Bounds.NAME_CHARS, name);
    }
  }

  /** The run took a signal that had come before it waited. */
  record SignalTaken(int number, Map<String, Long> charged) implements JournalEntry {}

  /** The run takes the code of a change. */
  record Version(Map<String, Long> charged) implements JournalEntry {}

  /** Replay begins here. */
  record Checkpoint(Map<String, Long> charged) implements JournalEntry {}

  /** The run sleeps. */
  record Sleep(long delayMs, Map<String, Long> charged) implements JournalEntry {}

  /** The run waits for a signal. */
  record SignalWait(String name, long timeoutMs, Map<String, Long> charged)
      implements JournalEntry {
    /** A name that is too long is cut: no signal can have it. */
    public SignalWait {
      name = Texts.atMost(Bounds.NAME_CHARS, name);
    }
  }

  /**
   * The run waits for several things.
   *
   * @param all whether for all of them, else for the first
   */
  record CombinedWait(boolean all, List<Branch> branches, Map<String, Long> charged)
      implements JournalEntry {
    /** A worker writes no more than the bound; what others write is cut. */
    public CombinedWait {
      branches = List.copyOf(branches.subList(0, Math.min(Bounds.WAIT_BRANCHES, branches.size())));
    }
  }

  /**
   * A combined wait was over when the run came to it; what it came to stands in the record.
   *
   * @param chosen the place of the branch that it came to, from 0; −1 for all
   * @param signals the numbers of those that the run took
   */
  record CombinedTaken(int chosen, List<Integer> signals, Map<String, Long> charged)
      implements JournalEntry {
    public CombinedTaken {
      signals = List.copyOf(signals.subList(0, Math.min(Bounds.WAIT_BRANCHES, signals.size())));
    }
  }

  /** The run waits for children. */
  record ChildrenWait(List<Integer> numbers, Map<String, Long> charged) implements JournalEntry {
    public ChildrenWait {
      numbers = List.copyOf(numbers);
    }
  }

  /** The run waits to be told what became of a signal that it sent. */
  record SentWait(Map<String, Long> charged) implements JournalEntry {}

  /** The next step may charge more than is left of the slice. */
  record BudgetWait(Map<String, Long> needs, Map<String, Long> charged) implements JournalEntry {
    /** No budget has a meter that breaks a rule: nothing can be needed of it. */
    public BudgetWait {
      needs = Meters.countable(Set.of(), needs);
    }
  }

  /** The run has ended. */
  record End(Outcome outcome, @Nullable Failure failure, Map<String, Long> charged)
      implements JournalEntry {}

  /** The worker itself stopped the run, which can go on elsewhere. */
  record Stopped(StopReason reason, Map<String, Long> charged) implements JournalEntry {}

  /**
   * The attempt failed and may be repeated.
   *
   * @param policy the agent's own, if it has one
   */
  record RetryWanted(Failure failure, @Nullable RetryRule policy, Map<String, Long> charged)
      implements JournalEntry {}

  /** The run wants to go on after a pause. */
  record Pause(long delayMs, String reason, Map<String, Long> charged) implements JournalEntry {
    public Pause {
      reason = Texts.atMost(Bounds.KEPT_REASON_CHARS, reason);
    }
  }

  enum StopReason {
    DRAIN,
    CANCEL,
    REVOKED,
    TIMEOUT,
    DEADLINE,
    LOST_JOURNAL
  }
}
