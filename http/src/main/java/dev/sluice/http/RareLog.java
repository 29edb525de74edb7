package dev.sluice.http;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs failures that callers can repeat at will, at most one in ten seconds. */
final class RareLog {
  private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);
  private static final long EVERY_NANOS = Duration.ofSeconds(10).toNanos();

  private final AtomicLong toldAt = new AtomicLong(System.nanoTime() - EVERY_NANOS);
  private final AtomicLong untold = new AtomicLong();

  void error(String sentence, Throwable cause) {
    long last = toldAt.get();
    long now = System.nanoTime();
    if (now - last >= EVERY_NANOS && toldAt.compareAndSet(last, now)) {
      LOG.atError()
          .setMessage(sentence)
          .addKeyValue("untold", untold.getAndSet(0))
          .setCause(cause)
          .log();
    } else {
      untold.incrementAndGet();
    }
  }
}
