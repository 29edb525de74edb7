package dev.sluice.admission.queue;

import dev.sluice.admission.run.Phase;
import dev.sluice.admission.run.Run;
import dev.sluice.admission.run.RunKey;
import dev.sluice.admission.run.Wait;
import dev.sluice.admission.settings.GateSettings;
import java.util.List;
import java.util.OptionalLong;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The next time-driven event of each run; one timer per run. */
public final class Timers {
  private record Timer(long atMs, RunKey run) implements Comparable<Timer> {
    @Override
    public int compareTo(Timer other) {
      int byTime = Long.compare(atMs, other.atMs);
      return byTime != 0 ? byTime : run.compareTo(other.run);
    }
  }

  private static final long NEVER = Wait.NEVER;

  private final GateSettings otherwise;
  private final TreeSet<Timer> timers = new TreeSet<>();

  /**
   * No timers yet.
   *
   * @param otherwise what holds for runs that do not say how long they may last or are kept
   */
  public Timers(GateSettings otherwise) {
    this.otherwise = otherwise;
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

  /** When the first of them goes off; empty if there is none. */
  public OptionalLong firstMs() {
    return timers.isEmpty() ? OptionalLong.empty() : OptionalLong.of(timers.first().atMs());
  }

  public boolean isDue(Run run, long nowMs) {
    return nextMs(run) <= nowMs;
  }

  /**
   * When the run will have been held for as long as it may, if its worker goes on holding it; null
   * while nobody holds it.
   */
  public @Nullable Long deadlineMs(Run run) {
    if (!(run.phase() instanceof Phase.Running running)) {
      return null;
    }
    return running.sinceMs() + leftMs(run);
  }

  /** How much longer workers may hold it, counted from the beginning of a lease. */
  public long leftMs(Run run) {
    var own = run.spec().maxDurationMs();
    long longest = own == null ? otherwise.defaultMaxDurationMs() : own;
    return Math.max(0, longest - run.tries().heldMs());
  }

  private long nextMs(Run run) {
    if (run.phase() instanceof Phase.Dead dead) {
      return dead.sinceMs() + (dead.keptMs() > 0 ? dead.keptMs() : otherwise.deadKeptMs());
    }
    long next = NEVER;
    if (run.phase() instanceof Phase.Waiting waiting) {
      next = waiting.on().untilMs();
    }
    if (run.canExpire()) {
      next = Math.min(next, orNever(run.spec().expiresAtMs()));
    }
    if (run.request() != null || run.phase() instanceof Phase.Lost) {
      return next;
    }
    return Math.min(next, Math.min(orNever(run.spec().endByMs()), orNever(deadlineMs(run))));
  }

  private static long orNever(@Nullable Long ms) {
    return ms == null ? NEVER : ms;
  }
}
