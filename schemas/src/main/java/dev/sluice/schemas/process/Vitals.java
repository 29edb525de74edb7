package dev.sluice.schemas.process;

import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether all threads that a process cannot do without are alive; it ends with the first. */
public final class Vitals {
  private static final Logger LOG = LoggerFactory.getLogger(Vitals.class);

  private final CountDownLatch ended = new CountDownLatch(1);

  /** Says that a thread has ended though its process should live. */
  public void ended(String thread, Throwable why) {
    try {
      LOG.error("The thread {} has ended; so does this process", thread, why);
    } finally { // also where there is no memory left to say so
      ended.countDown();
    }
  }

  public boolean areGood() {
    return ended.getCount() > 0;
  }

  /** Returns when one has ended. */
  public void awaitEnd() throws InterruptedException {
    ended.await();
  }
}
