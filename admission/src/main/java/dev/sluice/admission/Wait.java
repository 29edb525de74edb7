package dev.sluice.admission;

/** What a run that holds no slot waits for; when it has happened the run is queued again. */
public sealed interface Wait {
  /** The word for it in {@code waiting_for}. */
  String word();

  /** When it ends, or is given up, at the latest; in milliseconds since the epoch. */
  long untilMs();

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
}
