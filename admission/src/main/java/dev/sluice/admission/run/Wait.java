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
