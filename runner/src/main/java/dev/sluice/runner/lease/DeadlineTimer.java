package dev.sluice.runner.lease;

import dev.sluice.runner.health.LifeSigns;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Enforces the runs' deadlines ten times a second, in a thread that does nothing else: a send that
 * waits for Kafka must not let a lease end unnoticed.
 */
public final class DeadlineTimer implements AutoCloseable {
  private static final long EVERY_MS = 100;
  private static final long STANDS_AFTER_MS = 5_000;

  private final Runnable turn;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("deadlines").daemon().factory());

  /**
   * @param enforce stops what may not go on
   */
  public DeadlineTimer(LifeSigns life, Runnable enforce) {
    turn = life.guarded("the deadlines", life.sign("deadlines", STANDS_AFTER_MS), enforce);
  }

  public void start() {
    timer.scheduleAtFixedRate(turn, EVERY_MS, EVERY_MS, TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
