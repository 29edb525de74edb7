package dev.sluice.runner.health;

import dev.sluice.contract.Failures;
import dev.sluice.schemas.process.QuietLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Watches the threads that a worker cannot do without. A worker that lost one would keep its leases
 * and do nothing for them, so it ends with the first that does, for whatever reason; one that is
 * alive and stands still makes it not ready.
 */
public final class LifeSigns {
  private static final QuietLog LOG = QuietLog.of(LifeSigns.class);

  private final Fault fault;
  private final LongSupplier nowMs;
  private final List<Sign> signs = new CopyOnWriteArrayList<>();
  private final AtomicBoolean ended = new AtomicBoolean();
  private volatile boolean closing;
  private volatile boolean over;

  /** What ends a worker though nobody wants it to. */
  public interface Fault {
    /**
     * Ends the worker. Called once, by the thread that met the fault, which may be one that the
     * worker waits for when it closes.
     */
    void met(String why, Throwable cause);
  }

  /**
   * @param fault ends the worker
   * @param nowMs monotonic
   */
  public LifeSigns(Fault fault, LongSupplier nowMs) {
    this.fault = fault;
    this.nowMs = nowMs;
  }

  /** When a loop turned last. */
  public final class Sign {
    private final String name;
    private final long boundMs;
    private volatile long turnedMs = nowMs.getAsLong();

    private Sign(String name, long boundMs) {
      this.name = name;
      this.boundMs = boundMs;
    }

    public void turned() {
      turnedMs = nowMs.getAsLong();
    }

    private boolean stands() {
      return nowMs.getAsLong() - turnedMs > boundMs;
    }
  }

  /** A loop that turns at least every {@code boundMs} when all is well. */
  public Sign sign(String name, long boundMs) {
    var sign = new Sign(name, boundMs);
    signs.add(sign);
    return sign;
  }

  /**
   * A thread whose failure is the worker's end, unless that is being closed; it returns when it has
   * been told to.
   *
   * @return not started
   */
  public Thread thread(String name, Runnable body) {
    return Thread.ofPlatform().name(name).daemon().unstarted(() -> live(name, body));
  }

  /** Waits for a thread to end, which may never have been started. */
  public static void awaitEnd(Thread thread, Duration atMost) {
    try {
      thread.join(atMost.toMillis()); // join(Duration) refuses a thread that was not started
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void live(String name, Runnable body) {
    try {
      body.run();
    } catch (RuntimeException | Error e) {
      if (!closing) {
        end("The thread " + name + " has ended", e);
      }
    }
  }

  /**
   * What a timer does, as it goes on whatever one turn throws: a scheduled task that throws is
   * never run again, and nobody is told.
   */
  public Runnable guarded(String name, Sign sign, Runnable turn) {
    return () -> {
      try {
        turn.run();
        sign.turned();
      } catch (RuntimeException | Error e) {
        failed(name, e);
      }
    };
  }

  /** Something of this worker's own failed that goes on, unless the JVM itself is dying. */
  public void failed(String name, Throwable failure) {
    endIfFatal(name, failure);
    LOG.error("Failed unexpectedly, going on: {}", name, failure);
  }

  /** Ends the worker if nothing that this JVM does can be trusted any more. */
  public void endIfFatal(String name, Throwable failure) {
    if (Failures.isFatal(failure)) {
      end(name + " met the end of this JVM", failure);
    }
  }

  /** Ends the worker, once. */
  private void end(String why, Throwable cause) {
    if (ended.compareAndSet(false, true)) {
      try {
        LOG.error("This worker ends: {}", why, cause);
      } finally { // also where there is no memory left to say so
        fault.met(why, cause);
      }
    }
  }

  /** The loops that have not turned for longer than they may. */
  public List<String> standing() {
    var standing = new ArrayList<String>();
    for (var sign : signs) {
      if (sign.stands()) {
        standing.add(sign.name);
      }
    }
    return standing;
  }

  /** Monotonic time, in milliseconds. */
  public long nowMs() {
    return nowMs.getAsLong();
  }

  /** Lets the caller's loop wait before it goes on, unless somebody interrupts it. */
  public static void pause(long ms) {
    try {
      Thread.sleep(ms);
    } catch (InterruptedException e) {
      // The caller's loop decides whether to go on.
    }
  }

  /** Waits in steps until there is nothing to wait for; keeps an interrupt for behind it. */
  public static void pauseWhile(BooleanSupplier goesOn, long stepMs) {
    boolean interrupted = false;
    while (goesOn.getAsBoolean()) {
      try {
        Thread.sleep(stepMs);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** From here on threads may end. */
  public void closing() {
    closing = true;
  }

  /** From here on nothing is tried again. */
  public void over() {
    closing = true;
    over = true;
  }

  public boolean isOver() {
    return over;
  }
}
