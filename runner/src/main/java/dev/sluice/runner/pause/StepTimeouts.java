package dev.sluice.runner.pause;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Interrupts threads that take too long; one timer thread for all steps. */
public final class StepTimeouts implements AutoCloseable {
  private static final Alarm NONE = new Alarm();

  private final ScheduledThreadPoolExecutor timer =
      new ScheduledThreadPoolExecutor(
          1, Thread.ofPlatform().name("step-timeouts").daemon().factory());

  public StepTimeouts() {
    timer.setRemoveOnCancelPolicy(true);
  }

  /** A time-out that has been set and not rung yet. */
  public static final class Alarm {
    private boolean rang;
    private boolean cancelled;
    private @Nullable Future<?> timer;

    private synchronized void ring(Thread target) {
      if (!cancelled) {
        rang = true;
        target.interrupt();
      }
    }

    /**
     * Ends the alarm.
     *
     * @return whether it rang; the interrupt it made is then taken back
     */
    public synchronized boolean cancel() {
      cancelled = true;
      if (timer != null) {
        timer.cancel(false);
      }
      if (rang) {
        Thread.interrupted();
      }
      return rang;
    }
  }

  /** Interrupts a thread unless the alarm is ended before. */
  public Alarm interruptAfter(Duration timeout, Thread target) {
    if (timeout.equals(dev.sluice.sdk.RunContext.NO_TIMEOUT)) {
      return NONE;
    }
    var alarm = new Alarm();
    alarm.timer =
        timer.schedule(() -> alarm.ring(target), timeout.toMillis(), TimeUnit.MILLISECONDS);
    return alarm;
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
