package dev.sluice.runner.lease;

import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** The thread that sends heartbeats. */
final class HeartbeatTimer implements Heartbeats.Timer {
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("heartbeats").daemon().factory());

  @Override
  public Runnable after(long ms, Runnable task) {
    try {
      var scheduled = thread.schedule(task, ms, TimeUnit.MILLISECONDS);
      return () -> scheduled.cancel(false);
    } catch (RejectedExecutionException closed) {
      return () -> {}; // nobody is to be told any more
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
