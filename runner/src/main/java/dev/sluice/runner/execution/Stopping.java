package dev.sluice.runner.execution;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** That a run was told to stop, since when, and for how long its code has executed since. */
final class Stopping {
  /** What it was told. */
  private record Told(StopKind kind, long atMs) {}

  private final AtomicReference<@Nullable Told> told = new AtomicReference<>();
  private final CountDownLatch stopping = new CountDownLatch(1);

  /** What {@link #executedMs} counts from; both for the thread that looks alone. */
  private @Nullable Told seen;

  private long executedMs;

  /**
   * Tells it to stop.
   *
   * @return whether this counts: the first reason does, unless a harder one follows
   */
  boolean tell(StopKind kind, long nowMs) {
    var now = new Told(kind, nowMs);
    while (true) { // again when somebody was faster: at most once for each kind of reason
      var before = told.get();
      if (before != null && !kind.isHarderThan(before.kind())) {
        return false;
      }
      if (told.compareAndSet(before, now)) {
        stopping.countDown();
        return true;
      }
    }
  }

  /** What for; null if it was not told. */
  @Nullable StopKind kind() {
    var stop = told.get();
    return stop == null ? null : stop.kind();
  }

  /** Whether it was told more than {@code ms} before {@code nowMs}. */
  boolean isSinceMs(long ms, long nowMs) {
    var stop = told.get();
    return stop != null && nowMs - stop.atMs() > ms;
  }

  /** Waits until it is told, for {@code ms} at most; false if it was not. */
  boolean await(long ms) throws InterruptedException {
    return stopping.await(ms, TimeUnit.MILLISECONDS);
  }

  /**
   * For how long code has been executed since it was told. Counted in looks, of which each adds
   * what has passed since the one before: what was frozen together with whoever looks had no time
   * to stop. To be called by one thread.
   */
  @SuppressWarnings("ReferenceEquality") // told anew is another word, though it says the same
  long executedMs(boolean isExecuting, long passedMs) {
    var now = told.get();
    executedMs = now != null && now == seen && isExecuting ? executedMs + passedMs : 0;
    seen = now;
    return executedMs;
  }
}
