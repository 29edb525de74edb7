package dev.sluice.gateway;

import dev.sluice.schemas.process.SettingsException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.common.KafkaException;

/**
 * Whether records can be written: Kafka and the registry have answered, and the topics are as they
 * must be. Nothing is written before: a producer may make a broker create a missing topic, wrongly.
 */
final class Readiness {
  private static final Duration BETWEEN_TRIES = Duration.ofMillis(500);
  private static final String NOT_YET = "Kafka or the registry has not answered yet";

  /** What keeps the gateway from being ready, and whether waiting for a moment can help. */
  private record Obstacle(String why, boolean mayPass) {}

  private final CountDownLatch ready = new CountDownLatch(1);
  private volatile Obstacle obstacle = new Obstacle(NOT_YET, true);

  /** Runs {@code attempt} again and again until it succeeds or the thread is interrupted. */
  void reach(Runnable attempt) {
    while (ready.getCount() > 0 && !Thread.currentThread().isInterrupted()) {
      try {
        attempt.run();
        ready.countDown();
      } catch (SettingsException topics) {
        obstacle = new Obstacle(String.valueOf(topics.getMessage()), false);
        LockSupport.parkNanos(BETWEEN_TRIES.toNanos());
      } catch (KafkaException notYet) {
        obstacle = new Obstacle(NOT_YET + ": " + notYet.getMessage(), true);
        LockSupport.parkNanos(BETWEEN_TRIES.toNanos());
      }
    }
  }

  /** Why it is not ready; empty if it is. */
  Optional<String> whyNot() {
    return ready.getCount() == 0 ? Optional.empty() : Optional.of(obstacle.why());
  }

  /**
   * Returns when it is ready.
   *
   * @param within longest time to wait, if waiting may help
   * @throws NotReadyException says why it is not
   */
  void await(Duration within) throws InterruptedException {
    if (ready.getCount() == 0) {
      return;
    }
    boolean mayPass = obstacle.mayPass();
    if (!mayPass || !ready.await(within.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new NotReadyException(obstacle.why());
    }
  }
}
