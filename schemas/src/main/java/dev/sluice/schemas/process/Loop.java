package dev.sluice.schemas.process;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A thread that repeats one task. When the task fails, it waits and tries again. If the thread ends
 * before it is closed, the process ends.
 */
public final class Loop implements AutoCloseable {
  /** The task to repeat. */
  public interface Turn {
    void run() throws ExecutionException, InterruptedException, TimeoutException;
  }

  private final Turn turn;
  private final Duration every;
  private final Pauses pauses;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread;

  private Loop(String name, Duration every, Duration longestPause, Vitals vitals, Turn turn) {
    this.turn = turn;
    this.every = every;
    pauses = new Pauses(name, longestPause);
    thread = Thread.ofPlatform().name(name).daemon().unstarted(() -> live(name, vitals));
  }

  /**
   * Starts a thread.
   *
   * @param every the pause between two turns
   * @param longestPause after turns that failed
   */
  public static Loop start(
      String name, Duration every, Duration longestPause, Vitals vitals, Turn turn) {
    var loop = new Loop(name, every, longestPause, vitals, turn);
    loop.thread.start();
    return loop;
  }

  @SuppressWarnings("CatchingUnchecked") // whatever ends the thread, nobody else would tell
  private void live(String name, Vitals vitals) {
    try {
      while (!closed.await(onePause().toNanos(), TimeUnit.NANOSECONDS)) {}
    } catch (InterruptedException e) {
      if (closed.getCount() > 0) {
        vitals.ended(name, e);
      }
    } catch (Throwable e) {
      vitals.ended(name, e);
    }
  }

  /** Executes the task; returns how long to wait before the next turn. */
  private Duration onePause() throws InterruptedException {
    try {
      turn.run();
      pauses.over();
      return every;
    } catch (ExecutionException | TimeoutException | RuntimeException e) {
      var pause = closed.getCount() == 0 ? every : pauses.after(e);
      return pause.compareTo(every) < 0 ? every : pause;
    }
  }

  /** The reason why the last turn failed; null if it did not. */
  public @Nullable String whyNot() {
    return pauses.whyNot();
  }

  /** Whether its last turn failed because nobody answered. */
  public boolean isUnanswered() {
    return pauses.isUnanswered();
  }

  @Override
  public void close() {
    closed.countDown();
    thread.interrupt();
  }
}
