package dev.sluice.gateway;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Gives up answers that have not come within a time that is the same for all. One timer serves
 * them: a timed wait would wake one more thread for every request.
 */
final class AnswerTimeouts implements AutoCloseable {
  private static final long LOOK_EVERY_MS = 20;

  private record Awaited(CompletableFuture<?> answer, long untilNanos) {}

  private final Duration within;
  private final Queue<Awaited> oldestFirst = new ConcurrentLinkedQueue<>();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("answer-timeouts").daemon().factory());

  AnswerTimeouts(Duration within) {
    this.within = within;
    timer.scheduleAtFixedRate(this::giveUp, LOOK_EVERY_MS, LOOK_EVERY_MS, TimeUnit.MILLISECONDS);
  }

  /** Fails {@code answer} with a {@link TimeoutException} unless it comes in time. */
  void watch(CompletableFuture<?> answer) {
    oldestFirst.add(new Awaited(answer, System.nanoTime() + within.toNanos()));
  }

  private void giveUp() {
    long now = System.nanoTime();
    for (var oldest = oldestFirst.peek();
        oldest != null && oldest.untilNanos() - now <= 0;
        oldest = oldestFirst.peek()) {
      oldestFirst.poll();
      oldest
          .answer()
          .completeExceptionally(new TimeoutException("no acknowledgement within " + within));
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
