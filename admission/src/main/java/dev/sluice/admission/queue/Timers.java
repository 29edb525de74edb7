package dev.sluice.admission.queue;

import dev.sluice.admission.run.Phase;
import dev.sluice.admission.run.Run;
import dev.sluice.admission.run.RunKey;
import dev.sluice.admission.run.Wait;
import dev.sluice.admission.settings.GateSettings;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** When the next thing happens to each run by the mere passing of time; one timer per run. */
public final class Timers {
  private record Timer(long atMs, RunKey run) implements Comparable<Timer> {
    @Override
    public int compareTo(Timer other) {
      int byTime = Long.compare(atMs, other.atMs);
      return byTime != 0 ? byTime : run.compareTo(other.run);
    }
  }

  private static final long NEVER = Wait.NEVER;

  private final GateSettings settings;
  private final TreeSet<Timer> timers = new TreeSet<>();

  public Timers(GateSettings settings) {
    this.settings = settings;
  }

  public void add(Run run) {
    long at = nextMs(run);
    if (at != NEVER) {
      timers.add(new Timer(at, run.key()));
    }
  }

  public void remove(Run run) {
    long at = nextMs(run);
    if (at != NEVER) {
      timers.remove(new Timer(at, run.key()));
    }
  }

  /** Up to {@code limit} runs whose time came at or before {@code nowMs}, the earliest first. */
  public List<RunKey> due(long nowMs, int limit) {
    return timers.stream()
        .limit(limit)
        .takeWhile(timer -> timer.atMs() <= nowMs)
        .map(Timer::run)
        .toList();
  }

  public boolean isDue(Run run, long nowMs) {
    return nextMs(run) <= nowMs;
  }

  /** When the run times out; null before its first start. */
  public @Nullable Long deadlineMs(Run run) {
    if (!run.hasStarted()) {
      return null;
    }
    var own = run.spec().maxDurationMs();
    return run.tries().startedAtMs() + (own == null ? settings.defaultMaxDurationMs() : own);
  }

  private long nextMs(Run run) {
    if (run.phase() instanceof Phase.Dead dead) {
      return dead.sinceMs() + settings.deadKeptMs();
    }
    long next = NEVER;
    if (run.phase() instanceof Phase.Waiting waiting) {
      next = waiting.on().untilMs();
    }
    if (run.canExpire()) {
      var expiry = run.spec().expiresAtMs();
      next = Math.min(next, expiry == null ? NEVER : expiry);
    }
    var deadline = run.request() == null ? deadlineMs(run) : null;
    return deadline == null ? next : Math.min(next, deadline);
  }
}
