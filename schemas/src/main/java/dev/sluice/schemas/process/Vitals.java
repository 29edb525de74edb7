package dev.sluice.schemas.process;

import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Watches the threads that a process depends on; the process ends when one of them does. */
public final class Vitals {
  private static final Logger LOG = LoggerFactory.getLogger(Vitals.class);

  private final CountDownLatch ended = new CountDownLatch(1);

  /** Reports a thread that has ended although its process should live. */
  public void ended(String thread, Throwable why) {
    try {
      LOG.error("The thread {} has ended; this process ends too", thread, why);
    } finally { // also where there is no memory left to say so
      ended.countDown();
    }
  }

  public boolean areGood() {
    return ended.getCount() > 0;
  }

  /** Returns when a watched thread has ended. */
  public void awaitEnd() throws InterruptedException {
    ended.await();
  }
}
