package dev.sluice.admission.run;

import dev.sluice.admission.values.Sorted;
import java.util.List;
import java.util.Map;

/** What a run without a slot waits for. When that has happened, the run is queued again. */
public sealed interface Wait {
  /** No time ends the wait. */
  long NEVER = Long.MAX_VALUE;

  /** The word for it in {@code waiting_for}. */
  String word();

  /** When it ends, or is given up, at the latest; in milliseconds since the epoch. */
  default long untilMs() {
    return NEVER;
  }

  /** A point in time. */
  record Time(long untilMs, String reason) implements Wait {
    @Override
    public String word() {
      return "time";
    }
  }

  /** The pause before the next attempt. */
  record Retry(long untilMs) implements Wait {
    @Override
    public String word() {
      return "retry";
    }
  }

  /** A worker that has the agent; the run is DEAD when none came until {@code untilMs}. */
  record Agent(long untilMs) implements Wait {
    @Override
    public String word() {
      return "agent";
    }
  }

  /** The end of all these children. */
  record Children(List<Integer> numbers) implements Wait {
    public Children {
      numbers = List.copyOf(numbers);
    }

    @Override
    public String word() {
      return "child";
    }
  }

  /**
   * A signal.
   *
   * @param seq the position of the journal that waits for it
   */
  record ForSignal(String name, int seq, long untilMs) implements Wait {
    @Override
    public String word() {
      return "signal";
    }
  }

  /**
   * Several things: the first of them, or all.
   *
   * @param seq the position of the journal that waits for them
   * @param sinceMs the append time of its record, from which timers count
   * @param untilMs when the next timer decides something; {@link #NEVER} for none
   */
  record Combined(boolean all, List<Branch> branches, int seq, long sinceMs, long untilMs)
      implements Wait {
    public Combined {
      branches = List.copyOf(branches);
    }

    /** A wait that begins: the first timer ends it, or the last is over. */
    public static Combined of(boolean all, List<Branch> branches, int seq, long nowMs) {
      var delays =
          branches.stream()
              .filter(Branch.Timer.class::isInstance)
              .mapToLong(timer -> ((Branch.Timer) timer).delayMs());
      var delay = all ? delays.max() : delays.min();
      long until = delay.isPresent() ? nowMs + delay.getAsLong() : NEVER;
      return new Combined(all, branches, seq, nowMs, until);
    }

    @Override
    public String word() {
      return all ? "all" : "any";
    }

    /** Whether it is for all, and the last timer was over at a record that was read before. */
    public boolean areTimersOver() {
      return all && untilMs == NEVER;
    }

    /** The same with all its timers over. */
    public Combined timersOver() {
      return new Combined(all, branches, seq, sinceMs, NEVER);
    }
  }

  /** That other runs of the tree give back enough of its budget. */
  record Budget(Map<String, Long> needs) implements Wait {
    public Budget {
      needs = Sorted.copyOf(needs);
    }

    @Override
    public String word() {
      return "budget";
    }
  }

  /** That its pool is known; it is refused when the settings are read and it is not. */
  record Pool() implements Wait {
    @Override
    public String word() {
      return "pool";
    }
  }
}
