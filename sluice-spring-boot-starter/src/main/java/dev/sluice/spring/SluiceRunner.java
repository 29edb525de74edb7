package dev.sluice.spring;

import dev.sluice.runner.FatalReason;
import dev.sluice.runner.Runner;
import dev.sluice.runner.RunnerHealth;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;

/**
 * The runner of an application: starts when all beans are there, and drains before the first of
 * them goes. If it closes itself for a fault, it publishes the {@link FatalReason} as an event and
 * closes the application's context.
 */
public final class SluiceRunner implements SmartLifecycle {
  static final String KEEPS_ALIVE = "sluice-keeps-alive";

  private final Runner.Builder builder;
  private final ConfigurableApplicationContext application;
  private volatile @Nullable Runner runner;
  private volatile CountDownLatch stopped = new CountDownLatch(0);

  SluiceRunner(Runner.Builder builder, ConfigurableApplicationContext application) {
    this.builder = builder;
    this.application = application;
  }

  @Override
  public void start() {
    runner = builder.onFatal(this::closeApplication).start();
    var untilStopped = new CountDownLatch(1);
    stopped = untilStopped;
    Thread.ofPlatform().name(KEEPS_ALIVE).daemon(false).start(() -> await(untilStopped));
  }

  /** The runner's own threads end with the JVM, and an application may have no others. */
  private static void await(CountDownLatch stopped) {
    try {
      stopped.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void closeApplication(FatalReason reason) {
    try {
      application.publishEvent(reason);
    } finally {
      application.close();
    }
  }

  @Override
  public void stop() {
    var started = runner;
    try {
      if (started != null) {
        started.close();
      }
    } finally {
      runner = null;
      stopped.countDown();
    }
  }

  @Override
  public boolean isRunning() {
    return runner != null;
  }

  /** What the runner is like now; null if it has not been started, or was stopped. */
  public @Nullable RunnerHealth health() {
    var started = runner;
    return started == null ? null : started.health();
  }
}
