package dev.sluice.runner;

import dev.sluice.contract.Failures;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What ends a worker though nobody closes it. The thread that closes it then is there from the
 * start: when it is needed, there may be no memory for one.
 */
final class Faults implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Faults.class);

  private final CountDownLatch met = new CountDownLatch(1);
  private final CountDownLatch told = new CountDownLatch(1);
  private final AtomicBoolean isFirst = new AtomicBoolean(true);
  private final Consumer<FatalReason> onFatal;
  private final Thread thread;
  private volatile FatalReason.@Nullable Kind kind;
  private volatile @Nullable String why;
  private volatile @Nullable Throwable cause;

  /**
   * @param close closes the worker
   * @param onFatal hears of it when the worker has closed
   */
  Faults(Consumer<FatalReason.Kind> close, Consumer<FatalReason> onFatal) {
    this.onFatal = onFatal;
    this.thread = Thread.ofPlatform().name("runner-faults").daemon().unstarted(() -> await(close));
  }

  void start() {
    thread.start();
  }

  /** One of the worker's own threads ended, or met the end of this JVM. */
  void met(String what, Throwable thrown) {
    met(
        Failures.isFatal(thrown) ? FatalReason.Kind.JVM_FAILED : FatalReason.Kind.THREAD_ENDED,
        what,
        thrown);
  }

  /** The first counts. Needs no memory. */
  void met(FatalReason.Kind what, String words, @Nullable Throwable thrown) {
    if (isFirst.compareAndSet(true, false)) {
      why = words;
      cause = thrown;
      kind = what;
      met.countDown();
    }
  }

  boolean hasMet() {
    return kind != null;
  }

  /** What was met, for people; null if nothing was. */
  @Nullable String words() {
    return why;
  }

  private void await(Consumer<FatalReason.Kind> close) {
    try {
      met.await();
    } catch (InterruptedException e) {
      return; // nobody does
    }
    var what = kind;
    if (what != null) {
      closeAndTell(close, what);
    }
  }

  private void closeAndTell(Consumer<FatalReason.Kind> close, FatalReason.Kind what) {
    try {
      close.accept(what);
    } catch (RuntimeException | Error e) {
      LOG.error("The worker could not be closed in order", e);
    } finally {
      try {
        tell(what);
      } finally {
        told.countDown();
      }
    }
  }

  private void tell(FatalReason.Kind what) {
    try {
      onFatal.accept(new FatalReason(what, String.valueOf(why), cause));
    } catch (RuntimeException | Error e) {
      LOG.error("The application did not take in why its runner has closed", e);
    }
  }

  /** Returns when the worker has closed itself and its application was told. */
  void awaitTold() throws InterruptedException {
    told.await();
  }

  /** The worker has closed: what was met is told all the same, nothing more is met. */
  @Override
  public void close() {
    if (isFirst.compareAndSet(true, false)) {
      met.countDown();
    }
  }
}
